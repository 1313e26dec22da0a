#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "contract/document/sources.h"
#include "contract/schema/schema.h"

namespace penstock::contract {

// The two languages in which schemas are written here.
enum class Dialect {
  openapi_3_0,    // OpenAPI 3.0's own: a subset of Wright Draft 00 with `nullable`.
  draft_2020_12,  // JSON Schema, and OpenAPI 3.1's, which is the same with a few annotations more.
};

struct SchemaOptions {
  Dialect dialect = Dialect::draft_2020_12;
  // Formats are rules, not remarks; one that is not known is refused.
  bool formats_asserted = true;
  // False: a keyword that is not known is a remark, as the standard has it.
  bool unknown_keywords_refused = true;
};

// Compiles the schemas of a contract, each once, however many references lead to it. What it makes is
// complete only after finish(). Problems go to the sources.
class SchemaCompiler {
 public:
  SchemaCompiler(Sources& sources, const SchemaOptions& options, std::deque<Schema>& out)
      : sources_(sources), options_(options), out_(out) {}

  [[nodiscard]] const SchemaOptions& options() const { return options_; }
  // Never null. `resource`: where the node was reached from.
  [[nodiscard]] const Schema* compile(const Node& node, const Resource& resource);
  // A schema that nothing matches.
  [[nodiscard]] const Schema* nothing(const Node& node, const Resource& resource);
  // Compiles what is still open, and checks what only the whole shows: circles, for one.
  void finish();

 private:
  friend class SchemaReader;

  void compile_dynamic_candidates();
  void refuse_circles();

  Sources& sources_;
  const SchemaOptions options_;
  std::deque<Schema>& out_;
  boost::unordered_flat_map<const Node*, Schema*> known_;
  std::vector<Schema*> pending_;
  std::vector<Schema*> dynamic_;  // Those with a `$dynamicRef` that is one.
};

}  // namespace penstock::contract
