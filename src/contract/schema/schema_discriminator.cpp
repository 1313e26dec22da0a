// Reads the keyword `discriminator` (OpenAPI 3.0.3 section 4.7.25).
#include "contract/schema/schema_discriminator.h"

#include <algorithm>

#include "contract/document/sources.h"
#include "contract/schema/schema.h"
#include "contract/schema/schema_compiler.h"

namespace penstock::contract {

namespace {

using Kind = Node::Kind;

constexpr std::string_view kSchemas = "#/components/schemas/";

// Returns the part of a reference that is a schema's name, or an empty text if it has none.
std::string name_in(const std::string& reference) {
  if (reference.find("#/") == std::string::npos) return "";
  return reference.substr(reference.rfind('/') + 1);
}

// Returns whether the alternative is an inline schema of another type than object, such as `null`.
// Then no object is meant for it, and it needs no name.
bool is_no_object(const Node& alternative) {
  const Node* type = alternative.find("type");
  return alternative.find("$ref") == nullptr && type != nullptr && type->is_scalar() &&
         type->text != "object";
}

bool is_mapped(const Node& discriminator, const std::string& value) {
  const Node* mapping = discriminator.find("mapping");
  return mapping != nullptr && mapping->find(value) != nullptr;
}

}  // namespace

std::string_view discriminated_list(const Node& schema) {
  if (schema.find("oneOf") != nullptr) return "oneOf";
  return schema.find("anyOf") != nullptr ? "anyOf" : "";
}

void Discriminators::add(Schema& schema, const Node& keyword) {
  all_.push_back({&schema, &keyword});
}

void Discriminators::add_part(Schema& schema, size_t index) {
  parts_.push_back({&schema, index});
}

void Discriminators::connect() {
  if (all_.empty()) return;
  inheritance_.scan();
  members_.clear();
  for (const Entry& entry : all_) connect(entry);
  for (auto part = parts_.begin(); part != parts_.end();) {
    part = replace(*part) ? parts_.erase(part) : part + 1;
  }
}

bool Discriminators::replace(const Part& part) {
  const Schema& schema = *part.schema;
  const Node& element = *schema.node->find("allOf")->elements[part.index];
  const Node* base =
      inheritance_.base_of({&element, &sources_.resource_of(element, *schema.resource)});
  const auto members = base == nullptr ? members_.end() : members_.find(base);
  if (members == members_.end() || !members->second.contains(schema.node)) return false;
  part.schema->composition->all_of[part.index] = compiler_.compile_bare(element, *schema.resource);
  return true;
}

// Gives each alternative its names: those under `mapping`, and the last part of its `$ref`, unless
// that is mapped to another.
void Discriminators::connect(const Entry& entry) {
  Schema& schema = *entry.schema;
  Discriminator made;
  made.property = entry.keyword->find("propertyName")->text;
  const std::string_view list = discriminated_list(*schema.node);
  made.of_base = list.empty();
  Alternatives alternatives;
  if (made.of_base) {
    for (const Inheritance::Child& child : inheritance_.children(*schema.node)) {
      alternatives.push_back({child.name, child.schema.node, child.schema, nullptr});
    }
  } else {
    alternatives = listed(*schema.node->find(list), *schema.resource);
  }
  Names names;
  map(entry, alternatives, names, made);
  for (const Alternative& one : alternatives) name(one, entry, names, made);
  Inheritance::Nodes& members = members_[schema.node];
  for (const Alternative& one : alternatives) {
    if (one.target.node != nullptr) inheritance_.add_members(one.target, *schema.node, members);
  }
  for (const auto& [value, branch] : made.branches) {
    // A reference is not among the members, but the schema that it leads to.
    const Target end = inheritance_.end_of({branch->node, branch->resource});
    if (members.contains(end.node)) made.children.insert(branch);
  }
  if (made.branches.empty()) {
    if (!made.of_base) {
      sources_.remark(*entry.keyword, "discriminator-without-effect",
                      "discriminator has no effect, because no alternative has a name; put them "
                      "under '#/components/schemas' and refer to them");
    }
    schema.composition->discriminator.reset();
    return;
  }
  schema.composition->discriminator = std::move(made);
}

Discriminators::Alternatives Discriminators::listed(const Node& list, const Resource& resource) {
  Alternatives all;
  Inheritance::Nodes targets;
  for (const Node* one : list.elements) {
    if (is_no_object(*one)) continue;
    const Node* reference = one->find("$ref");
    const Schema* compiled = compiler_.compile(*one, resource);
    if (reference == nullptr || !reference->is(Kind::string)) {
      all.push_back({"", one, {}, compiled});
      continue;
    }
    const Target target =
        sources_.resolve(*reference, reference->text, sources_.resource_of(*one, resource));
    // The property's value cannot tell two that are the same apart, and need not.
    if (target.node != nullptr && !targets.insert(target.node).second) continue;
    all.push_back({name_in(reference->text), reference, target, compiled});
  }
  return all;
}

void Discriminators::map(const Entry& entry, Alternatives& alternatives, Names& names,
                         Discriminator& made) {
  const Node* mapping = entry.keyword->find("mapping");
  if (mapping == nullptr) return;
  const Resource& resource = *entry.schema->resource;
  boost::unordered_flat_map<const Node*, size_t> by_target;
  for (size_t i = 0; i < alternatives.size(); ++i) {
    by_target.emplace(alternatives[i].target.node, i);
  }
  for (const Member& member : mapping->members) {
    const Target target = target_of(*member.value, resource);
    if (target.node == nullptr) continue;
    const auto found = by_target.find(target.node);
    if (found == by_target.end() && !made.of_base) {
      sources_.remark(*member.value, "discriminator-mapping",
                      "mapping: '" + member.value->text +
                          "' is not one of the alternatives, so a value that names it is refused");
      continue;
    }
    names.insert(member.key->text);
    if (found != by_target.end()) {
      alternatives[found->second].is_mapped = true;
      if (!made.of_base) {
        made.branches.emplace_back(member.key->text, alternatives[found->second].schema);
        continue;
      }
    }
    if (inheritance_.end_of(target).node == entry.schema->node) continue;  // The base itself.
    made.branches.emplace_back(member.key->text, compiler_.compile(*target.node, *target.resource));
    if (found == by_target.end()) alternatives.push_back({"", member.value, target, nullptr});
  }
}

// Under `mapping` stands the name of a schema, or a reference. A text that can be both is a name.
Target Discriminators::target_of(const Node& value, const Resource& resource) {
  const Node* components = resource.root->find("components");
  const Node* schemas = components == nullptr ? nullptr : components->find("schemas");
  if (schemas != nullptr) {
    if (const Node* named = schemas->find(value.text)) {
      return {named, &sources_.resource_of(*named, resource)};
    }
  }
  const bool is_name = value.text.find_first_of("/#.") == std::string::npos;
  return sources_.resolve(value, is_name ? std::string(kSchemas) + value.text : value.text,
                          resource);
}

void Discriminators::name(const Alternative& one, const Entry& entry, Names& names,
                          Discriminator& made) {
  if (!one.name.empty() && names.insert(one.name).second) {
    const bool is_base = made.of_base && inheritance_.end_of(one.target).node == entry.schema->node;
    if (one.target.node == nullptr || is_base) return;
    made.branches.emplace_back(one.name,
                               one.schema != nullptr
                                   ? one.schema
                                   : compiler_.compile(*one.target.node, *one.target.resource));
  } else if (made.of_base || one.is_mapped) {
    return;
  } else if (!one.name.empty() && !is_mapped(*entry.keyword, one.name)) {
    sources_.problem(*one.at, "discriminator-name-twice",
                     "discriminator: two alternatives are named '" + one.name +
                         "'; give each another name under 'mapping'");
  } else {
    made.unnamed.push_back(one.schema);
    if (one.target.node == nullptr) return;
    sources_.remark(*one.at, "discriminator-unnamed-alternative",
                    "discriminator: this alternative has no name; write one under 'mapping', or "
                    "put the schema under '#/components/schemas'");
  }
}

}  // namespace penstock::contract
