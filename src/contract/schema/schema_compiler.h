#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <vector>

#include "contract/schema/dialect.h"

namespace penstock::contract {

struct Node;
struct Resource;
struct Schema;
class Sources;

// Compiles the schemas of a contract, each once, however many references lead to it. What it makes
// is complete only after finish(). `out` owns the schemas; problems go to the sources.
class SchemaCompiler {
 public:
  SchemaCompiler(Sources& sources, const SchemaOptions& options, std::deque<Schema>& out)
      : sources_(sources), options_(options), out_(out) {}

  [[nodiscard]] const SchemaOptions& options() const { return options_; }
  // Returns the schema that the node becomes, which is never null. `resource` is the one from which
  // the node was reached.
  [[nodiscard]] const Schema* compile(const Node& node, const Resource& resource);
  // Returns a schema that no value matches.
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
