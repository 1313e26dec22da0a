#include "contract/schema_compiler.h"

#include <algorithm>

#include "contract/schema_reader.h"

namespace penstock::contract {
namespace {

constexpr size_t kChainMax = 200;  // Schemas that apply to the same value, one within the other.

// The schemas that `schema` applies to the very value that it is given.
std::vector<const Schema*> in_place(const Schema& schema) {
  std::vector<const Schema*> all;
  if (schema.object) {
    for (const auto& [name, dependent] : schema.object->dependent_schemas) all.push_back(dependent);
  }
  if (!schema.composition) return all;
  const Composition& composition = *schema.composition;
  for (const auto* list : {&composition.all_of, &composition.any_of, &composition.one_of}) {
    all.insert(all.end(), list->begin(), list->end());
  }
  for (const Schema* one : {composition.reference, composition.none_of, composition.condition,
                            composition.consequence, composition.alternative}) {
    if (one != nullptr) all.push_back(one);
  }
  if (composition.dynamic) all.push_back(composition.dynamic->initial);
  return all;
}

class Circles {
 public:
  explicit Circles(Sources& sources) : sources_(sources) {}

  // The length of the longest chain that starts here.
  size_t visit(const Schema& schema, size_t depth) {
    const auto [known, is_new] = lengths_.emplace(&schema, kOpen);
    if (!is_new) {
      if (known->second != kOpen) return known->second;
      sources_.problem(*schema.node, "the schema applies itself to the same value, in a circle");
      return 0;
    }
    size_t length = 0;
    if (depth > kChainMax) {
      sources_.problem(*schema.node, "more than " + std::to_string(kChainMax) + " schemas apply one another");
    } else {
      for (const Schema* next : in_place(schema)) length = std::max(length, visit(*next, depth + 1));
    }
    lengths_[&schema] = length + 1;
    return length + 1;
  }

 private:
  static constexpr size_t kOpen = SIZE_MAX;

  Sources& sources_;
  boost::unordered_flat_map<const Schema*, size_t> lengths_;
};

// Whether a property of this schema is read-only (or write-only): it says so, or a schema that it refers to
// or consists of does.
bool is_marked(const Schema& schema, bool Schema::*mark, size_t depth = 0) {
  if (schema.*mark) return true;
  if (!schema.composition || depth > kChainMax) return false;
  const Composition& composition = *schema.composition;
  if (composition.reference != nullptr && is_marked(*composition.reference, mark, depth + 1)) return true;
  return std::any_of(composition.all_of.begin(), composition.all_of.end(),
                     [&](const Schema* part) { return is_marked(*part, mark, depth + 1); });
}

}  // namespace

const Schema* SchemaCompiler::compile(const Node& node, const Resource& resource) {
  const auto [known, is_new] = known_.emplace(&node, nullptr);
  if (!is_new) return known->second;
  Schema& schema = out_.emplace_back();
  schema.node = &node;
  schema.resource = &sources_.resource_of(node, resource);
  known->second = &schema;
  pending_.push_back(&schema);  // Later: a chain of references must not become a chain of calls.
  return &schema;
}

const Schema* SchemaCompiler::nothing(const Node& node, const Resource& resource) {
  Schema& schema = out_.emplace_back();
  schema.node = &node;
  schema.resource = &resource;
  schema.types = 0;
  return &schema;
}

void SchemaCompiler::finish() {
  do {
    while (!pending_.empty()) {
      Schema* schema = pending_.back();
      pending_.pop_back();
      SchemaReader(*this, *schema).read();
    }
    compile_dynamic_candidates();
  } while (!pending_.empty());
  refuse_circles();
  if (sources_.sound()) mark_one_way();
}

void SchemaCompiler::compile_dynamic_candidates() {
  for (Schema* schema : dynamic_) {
    DynamicReference& dynamic = *schema->composition->dynamic;
    dynamic.candidates.clear();
    for (const Resource& resource : sources_.resources()) {
      const auto found = resource.dynamic_anchors.find(dynamic.anchor);
      if (found == resource.dynamic_anchors.end()) continue;
      dynamic.candidates.emplace_back(&resource, compile(*found->second, resource));
    }
  }
}

void SchemaCompiler::mark_one_way() {
  for (Schema& schema : out_) {
    if (!schema.object) continue;
    for (Property& property : schema.object->properties) {
      if (property.schema == nullptr) continue;
      property.read_only = is_marked(*property.schema, &Schema::read_only);
      property.write_only = is_marked(*property.schema, &Schema::write_only);
      if (property.read_only || property.write_only) schema.object->one_way = true;
    }
  }
}

void SchemaCompiler::refuse_circles() {
  Circles circles(sources_);
  for (const Schema& schema : out_) circles.visit(schema, 0);
}

}  // namespace penstock::contract
