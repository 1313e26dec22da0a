#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "contract/document/document.h"
#include "contract/schema/dialect.h"
#include "contract/schema/schema_discriminator.h"

namespace penstock::contract {

struct Node;
struct Resource;
struct Schema;
class Sources;

// Compiles the schemas of a contract, each one once, however many references lead to it. The
// schemas are complete only after finish(). `out` owns them; problems are recorded in `sources`.
// Both must outlive the compiler, and `sources` must outlive the schemas, which borrow from it.
class SchemaCompiler {
 public:
  SchemaCompiler(Sources& sources, const SchemaOptions& options, std::deque<Schema>& out)
      : sources_(sources),
        options_(options),
        patterns_(options.patterns),
        out_(out),
        discriminators_(*this, sources) {}
  SchemaCompiler(const SchemaCompiler&) = delete;
  SchemaCompiler& operator=(const SchemaCompiler&) = delete;

  [[nodiscard]] const SchemaOptions& options() const { return options_; }
  // Returns the schema for the node. It is never null, and finish() fills it. `resource` is the
  // resource from which the node was reached.
  [[nodiscard]] const Schema* compile(const Node& node, const Resource& resource);
  // Returns the schema for the node without its `discriminator` and the alternatives of that. For a
  // reference it is the one that refers to the bare schema.
  [[nodiscard]] const Schema* compile_bare(const Node& node, const Resource& resource);
  // Returns a new schema that no value matches.
  [[nodiscard]] const Schema* nothing(const Node& node, const Resource& resource);
  // All values that copy() copies, with those inside them, may be so many. Texts count as one more
  // for each 64 bytes. One file can have so many without aliases only if it is nearly all enums.
  static constexpr size_t kCopiedValuesMax = 2 * kDocumentNodesMax;

  // Copies the value of a keyword that is kept: `enum`, `const` or `default`. Returns nothing if
  // all these copies together would have more than kCopiedValuesMax values: with aliases, each
  // schema of a small document can name the same long list. many_values() is the problem's text
  // then.
  [[nodiscard]] std::optional<boost::json::value> copy(const Node& node);
  [[nodiscard]] static std::string many_values(std::string_view keyword) {
    return std::string(keyword) +
           ": the values of all enum, const and default together are more than " +
           std::to_string(kCopiedValuesMax) + ", with aliases followed";
  }
  // Returns the sentence of the remark "default-invalid".
  [[nodiscard]] static std::string_view wrong_default() {
    return "the default does not match its schema, so it has no effect; correct one of the two";
  }
  // Reads all schemas that compile() has returned, and those that they refer to. Then checks what
  // only the whole graph shows, such as circles, and sums up each schema with its parts.
  void finish();

 private:
  friend class SchemaReader;

  using Known = boost::unordered_flat_map<const Node*, Schema*>;
  struct Pending {
    Schema* schema;
    bool is_bare;
  };

  const Schema* compile(const Node& node, const Resource& resource, bool is_bare);
  void compile_dynamic_candidates();
  void refuse_circles();
  void name_wrong_defaults();

  Sources& sources_;
  const SchemaOptions options_;
  PatternCompiler patterns_;
  std::deque<Schema>& out_;
  Known known_;
  Known bare_;  // What compile_bare() has returned.
  std::vector<Pending> pending_;
  size_t values_left_ = kCopiedValuesMax;  // What copy() may still copy.
  Discriminators discriminators_;
  std::vector<Schema*> dynamic_;  // Schemas whose `$dynamicRef` names a `$dynamicAnchor`.
};

}  // namespace penstock::contract
