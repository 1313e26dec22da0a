#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "contract/document/sources.h"
#include "contract/schema/schema_inheritance.h"

namespace penstock::contract {

struct Discriminator;
struct Schema;
class SchemaCompiler;

// Returns the list whose alternatives the schema's `discriminator` names: "oneOf", or "anyOf" if
// there is no `oneOf`. It is empty for a base, whose alternatives are its children.
[[nodiscard]] std::string_view discriminated_list(const Node& schema);

// Finds out which values of a property name which schema, for all schemas with a `discriminator`.
// That is only known when all schemas have been read, because a base does not list its children.
//
// A child has its base in its `allOf`. If it used the base as it is, the base would choose the
// child again, in a circle. So there it gets the bare base: the same schema without the
// discriminator and its alternatives.
class Discriminators {
 public:
  Discriminators(SchemaCompiler& compiler, Sources& sources)
      : compiler_(compiler), sources_(sources), inheritance_(sources) {}

  // Adds a schema that has a `discriminator`, whose value is `keyword`.
  void add(Schema& schema, const Node& keyword);
  // Adds an element of the schema's `allOf` that is a reference, or has a `discriminator`.
  void add_part(Schema& schema, size_t index);
  // Fills the discriminators, and replaces bases by bare ones. It compiles schemas, and may be
  // called again after more have been read.
  void connect();

 private:
  struct Entry {
    Schema* schema;
    const Node* keyword;
  };
  struct Part {
    Schema* schema;
    size_t index;
  };
  // An Alternative is one of the schemas from which a discriminator chooses.
  struct Alternative {
    std::string name;      // Empty if it has none of its own.
    const Node* at;        // Its place, for messages.
    Target target;         // Where its `$ref` leads; empty for an inline schema.
    const Schema* schema;  // Null until it is needed.
    bool is_mapped = false;
  };
  using Alternatives = std::vector<Alternative>;
  using Names = boost::unordered_flat_set<std::string>;

  void connect(const Entry& entry);
  [[nodiscard]] bool replace(const Part& part);
  [[nodiscard]] Alternatives listed(const Node& list, const Resource& resource);
  void map(const Entry& entry, Alternatives& alternatives, Names& names, Discriminator& made);
  [[nodiscard]] Target target_of(const Node& value, const Resource& resource);
  void name(const Alternative& one, const Entry& entry, Names& names, Discriminator& made);

  SchemaCompiler& compiler_;
  Sources& sources_;
  Inheritance inheritance_;
  std::vector<Entry> all_;
  std::vector<Part> parts_;
  // These are the schemas through which the alternatives of a discriminator build on its schema.
  boost::unordered_flat_map<const Node*, Inheritance::Nodes> members_;
};

}  // namespace penstock::contract
