#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <string>
#include <vector>

#include "contract/document/document.h"
#include "contract/document/sources.h"

namespace penstock::contract {

// Knows which schemas build on which others with `allOf`. A schema with a `discriminator` may be
// the base of others, which have it in their `allOf`, directly or through one another: its children
// (OpenAPI 3.0.3 section 4.7.25). It works on the document, before the schemas are compiled.
class Inheritance {
 public:
  // A Child is a schema under `#/components/schemas`, with its key there.
  struct Child {
    std::string name;
    Target schema;
  };
  using Nodes = boost::unordered_flat_set<const Node*>;

  explicit Inheritance(Sources& sources) : sources_(sources) {}

  // Reads the documents that have been loaded since the last call.
  void scan();
  // Returns the children of a schema with a `discriminator`, in the document's order.
  [[nodiscard]] const std::vector<Child>& children(const Node& base) const;
  // Adds `schema` and the schemas through which it builds on `base` to `members`, if it does.
  void add_members(const Target& schema, const Node& base, Nodes& members);
  // Returns the schema that a chain of `$ref` leads to, with `target` at its start. A broken chain
  // is a problem, and leads to nothing.
  [[nodiscard]] Target end_of(Target target);
  // Returns the first schema with a `discriminator` on that chain, or null.
  [[nodiscard]] const Node* base_of(Target target);

 private:
  [[nodiscard]] Target next(const Target& target);
  const std::vector<const Node*>& bases(const Target& schema, size_t depth);

  Sources& sources_;
  size_t scanned_ = 0;     // So many resources have been read.
  size_t work_ = 0;        // So many schemas have been looked at.
  bool reported_ = false;  // There were too many of them.
  // These are the schemas with a `discriminator` on which a schema builds.
  boost::unordered_flat_map<const Node*, std::vector<const Node*>> bases_;
  boost::unordered_flat_map<const Node*, std::vector<Child>> children_;
};

}  // namespace penstock::contract
