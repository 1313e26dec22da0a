#include "contract/schema/schema_compiler.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "contract/document/sources.h"
#include "contract/schema/schema.h"
#include "contract/schema/schema_reader.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"

namespace penstock::contract {
namespace {

// This bounds a chain of schemas that apply to the same value, each through the one before.
constexpr size_t kChainMax = 200;

// Returns the schemas that `schema` applies to its own value.
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
  if (composition.discriminator && composition.discriminator->of_base) {
    for (const auto& [name, child] : composition.discriminator->branches) all.push_back(child);
  }
  return all;
}

// Finds schemas that lead back to themselves for the same value, and chains of schemas that are too
// long. Both become problems.
class Circles {
 public:
  explicit Circles(Sources& sources) : sources_(sources) {}

  // Returns the length of the longest chain that starts at `schema`.
  size_t visit(const Schema& schema, size_t depth) {
    const auto [known, is_new] = lengths_.emplace(&schema, kOpen);
    if (!is_new) {
      if (known->second != kOpen) return known->second;
      sources_.problem(
          *schema.node, "schema-circle",
          "the schema applies itself to the same value in a circle, so validation would not end");
      return 0;
    }
    size_t length = 0;
    if (depth > kChainMax) {
      refuse_chain(schema);
    } else {
      for (const Schema* next : in_place(schema)) {
        length = std::max(length, visit(*next, depth + 1));
      }
    }
    if (++length > kChainMax) {
      refuse_chain(schema);
      length = 0;  // One problem is enough for a whole chain.
    }
    lengths_[&schema] = length;
    return length;
  }

 private:
  static constexpr size_t kOpen = SIZE_MAX;  // The length while the schema is being visited.

  void refuse_chain(const Schema& schema) {
    sources_.problem(
        *schema.node, "schema-chain",
        "a chain of more than " + std::to_string(kChainMax) + " schemas applies to the same value");
  }

  Sources& sources_;
  boost::unordered_flat_map<const Schema*, size_t> lengths_;
};

unsigned types_of_values(const Enumeration& enumeration) {
  unsigned types = 0;
  for (const boost::json::value& value : enumeration.values) {
    types |= value.is_string()   ? type::string
             : value.is_bool()   ? type::boolean
             : value.is_null()   ? type::null
             : value.is_object() ? type::object
             : value.is_array()  ? type::array
                                 : type::integer | type::number;
  }
  return types;
}

void add_names(const std::vector<std::string>& from, std::vector<std::string>& to) {
  for (const std::string& name : from) {
    if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
  }
}

// Sums up each schema with its parts: the schemas that always apply to the same value (`$ref` and
// `allOf`). It fills Schema::allowed, read_only, write_only and one_way. Each schema is visited
// once; circles of parts have been refused before.
class Summary {
 public:
  explicit Summary(std::deque<Schema>& schemas) {
    for (Schema& schema : schemas) own_.emplace(&schema, &schema);
    for (Schema& schema : schemas) sum_types(schema);
    for (Schema& schema : schemas) name_properties(schema);
    for (Schema& schema : schemas) sum_names(schema);
  }

 private:
  template <class Visit>
  static void for_each_part(const Schema& schema, Visit visit) {
    if (!schema.composition) return;
    if (schema.composition->reference != nullptr) visit(*schema.composition->reference);
    for (const Schema* part : schema.composition->all_of) visit(*part);
  }

  void sum_types(const Schema& schema) {
    if (!summed_.insert(&schema).second) return;
    Schema& own = *own_.at(&schema);
    own.allowed = own.types;
    own.simple = !own.array && !own.object && !own.composition;
    if (own.enumeration) own.allowed &= types_of_values(*own.enumeration);
    if (own.constant) own.allowed &= types_of_values(*own.constant);
    for_each_part(own, [&](const Schema& part) {
      sum_types(part);
      own.allowed &= part.allowed;
      own.read_only = own.read_only || part.read_only;
      own.write_only = own.write_only || part.write_only;
    });
    if (!own.composition) return;
    for (const auto* branches : {&own.composition->any_of, &own.composition->one_of}) {
      unsigned either = branches->empty() ? type::any : 0;
      for (const Schema* branch : *branches) {
        sum_types(*branch);
        either |= branch->allowed;
      }
      own.allowed &= either;
    }
  }

  static void name_properties(Schema& schema) {
    if (!schema.object) return;
    for (const Property& property : schema.object->properties) {
      if (property.schema == nullptr) continue;
      if (property.schema->read_only) one_way(schema).read_only.push_back(property.name);
      if (property.schema->write_only) one_way(schema).write_only.push_back(property.name);
    }
  }

  void sum_names(const Schema& schema) {
    if (!named_.insert(&schema).second) return;
    Schema& own = *own_.at(&schema);
    const auto add = [&](const Schema& part) {
      sum_names(part);
      if (!part.one_way) return;
      add_names(part.one_way->read_only, one_way(own).read_only);
      add_names(part.one_way->write_only, one_way(own).write_only);
    };
    for_each_part(own, add);
    if (!own.composition) return;
    // The names only excuse that a property is missing, so those of alternatives count, too.
    const Composition& composition = *own.composition;
    for (const auto* branches : {&composition.any_of, &composition.one_of}) {
      for (const Schema* branch : *branches) add(*branch);
    }
    for (const Schema* branch : {composition.consequence, composition.alternative}) {
      if (branch != nullptr) add(*branch);
    }
    if (composition.discriminator && composition.discriminator->of_base) {
      for (const auto& [name, child] : composition.discriminator->branches) add(*child);
    }
    if (!composition.dynamic) return;
    add(*composition.dynamic->initial);
    for (const auto& [resource, candidate] : composition.dynamic->candidates) add(*candidate);
  }

  static OneWayNames& one_way(Schema& schema) {
    if (!schema.one_way) schema.one_way = std::make_unique<OneWayNames>();
    return *schema.one_way;
  }

  boost::unordered_flat_map<const Schema*, Schema*> own_;
  boost::unordered_flat_set<const Schema*> summed_;
  boost::unordered_flat_set<const Schema*> named_;
};

}  // namespace

std::optional<boost::json::value> SchemaCompiler::copy(const Node& node) {
  return copy_within(node, values_left_);
}

const Schema* SchemaCompiler::compile(const Node& node, const Resource& resource) {
  return compile(node, resource, false);
}

const Schema* SchemaCompiler::compile_bare(const Node& node, const Resource& resource) {
  return compile(node, resource, true);
}

const Schema* SchemaCompiler::compile(const Node& node, const Resource& resource, bool is_bare) {
  const auto [known, is_new] = (is_bare ? bare_ : known_).emplace(&node, nullptr);
  if (!is_new) return known->second;
  Schema& schema = out_.emplace_back();
  schema.node = &node;
  schema.resource = &sources_.resource_of(node, resource);
  known->second = &schema;
  // It is read later, so that a long chain of references does not become a deep recursion.
  pending_.push_back({&schema, is_bare});
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
      const Pending next = pending_.back();
      pending_.pop_back();
      SchemaReader(*this, *next.schema, next.is_bare).read();
    }
    compile_dynamic_candidates();
    discriminators_.connect();
  } while (!pending_.empty());
  refuse_circles();
  if (!sources_.sound()) return;
  Summary summary(out_);
  name_wrong_defaults();
}

// JSON Schema recommends that a default is valid, and makes it an annotation. OpenAPI 3.0.3 section
// 4.7.24 says that it must be.
void SchemaCompiler::name_wrong_defaults() {
  size_t values_left = kCopiedValuesMax;
  Steps steps(Steps::kTrustedMax);
  for (const Schema& schema : out_) {
    const Node* otherwise = schema.node->find("default");
    const bool is_ignored =
        options_.dialect == Dialect::openapi_3_0 && schema.node->find("$ref") != nullptr;
    if (otherwise == nullptr || is_ignored) continue;
    const auto value = copy_within(*otherwise, values_left);
    if (!value || steps.exhausted()) return;
    if (is_valid(schema, *value, Direction::neither, steps) || steps.exhausted()) continue;
    sources_.remark(*otherwise, "default-invalid", wrong_default());
  }
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

void SchemaCompiler::refuse_circles() {
  Circles circles(sources_);
  for (const Schema& schema : out_) circles.visit(schema, 0);
}

}  // namespace penstock::contract
