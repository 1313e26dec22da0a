#include "contract/arguments/violation_place.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/number_text.h"
#include "contract/document/document.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Schemas = std::vector<const Schema*>;

// So many schemas are looked at for one value at most.
constexpr size_t kSchemasMax = 1'000;

std::string text_of(const Node& node) {
  return (node.file != nullptr ? *node.file : std::string()) + ":" + std::to_string(node.line);
}

void add(Schemas& schemas, const Schema* schema) {
  if (schema == nullptr || schemas.size() >= kSchemasMax) return;
  if (std::find(schemas.begin(), schemas.end(), schema) != schemas.end()) return;
  schemas.push_back(schema);
}

// Adds the schemas that apply to the same value as one that is in the list.
void add_all_for_value(Schemas& schemas) {
  for (size_t i = 0; i < schemas.size(); ++i) {
    const Schema& schema = *schemas[i];
    if (schema.object) {
      for (const auto& [name, dependent] : schema.object->dependent_schemas) {
        add(schemas, dependent);
      }
    }
    if (!schema.composition) continue;
    const Composition& parts = *schema.composition;
    add(schemas, parts.reference);
    if (parts.dynamic) {
      add(schemas, parts.dynamic->initial);
      for (const auto& [resource, candidate] : parts.dynamic->candidates) add(schemas, candidate);
    }
    for (const auto* branches : {&parts.all_of, &parts.any_of, &parts.one_of}) {
      for (const Schema* branch : *branches) add(schemas, branch);
    }
    if (parts.discriminator) {
      for (const auto& [name, branch] : parts.discriminator->branches) add(schemas, branch);
    }
    for (const Schema* branch : {parts.condition, parts.consequence, parts.alternative}) {
      add(schemas, branch);
    }
  }
}

// Returns the schemas of the value inside that has this name or index.
Schemas inside(const Schemas& around, const std::string& name) {
  Schemas schemas;
  const auto index = base::whole_number<size_t>(name);
  for (const Schema* schema : around) {
    if (schema->object) {
      const ObjectRules& rules = *schema->object;
      const size_t known = rules.find(name, 0);
      const bool is_known =
          known < rules.properties.size() && rules.properties[known].schema != nullptr;
      if (is_known) add(schemas, rules.properties[known].schema);
      for (const auto& [pattern, described] : rules.patterns) add(schemas, described);
      if (!is_known) add(schemas, rules.additional);
      add(schemas, rules.names);
      add(schemas, rules.unevaluated);
    }
    if (schema->array && index) {
      const ArrayRules& rules = *schema->array;
      add(schemas, *index < rules.prefix.size() ? rules.prefix[*index] : rules.items);
      add(schemas, rules.contains);
      add(schemas, rules.unevaluated);
    }
  }
  add_all_for_value(schemas);
  return schemas;
}

// Splits a JSON Pointer into names (RFC 6901).
std::vector<std::string> names_of(std::string_view pointer) {
  std::vector<std::string> names;
  for (const char c : pointer) {
    if (c == '/') {
      names.emplace_back();
    } else if (!names.empty()) {
      names.back() += c;
    }
  }
  for (std::string& name : names) {
    for (const auto& [escaped, plain] : {std::pair("~1", '/'), std::pair("~0", '~')}) {
      for (size_t at = 0; (at = name.find(escaped, at)) != std::string::npos; ++at) {
        name.replace(at, 2, 1, plain);
      }
    }
  }
  return names;
}

// Says whether the keyword is one of the value around the one where it is reported.
bool is_of_value_around(std::string_view keyword) {
  static constexpr std::array<std::string_view, 7> kKeywords = {
      "required",         "dependentRequired",     "additionalProperties", "propertyNames",
      "unevaluatedItems", "unevaluatedProperties", "discriminator"};
  return std::find(kKeywords.begin(), kKeywords.end(), keyword) != kKeywords.end();
}

// Returns the element of a list of names, such as `required`, or null if it does not have the name.
const Node* element(const Node& list, std::string_view name) {
  const auto found = std::find_if(list.elements.begin(), list.elements.end(),
                                  [&](const Node* each) { return each->text == name; });
  return found == list.elements.end() ? nullptr : *found;
}

// Returns the node of the keyword in one of the schemas, or null. If several have it, the one whose
// value the violation names is taken, or else the first.
const Node* find_keyword(const Schemas& schemas, const Violation& violation,
                         const std::string& name) {
  const Node* first = nullptr;
  for (const Schema* schema : schemas) {
    const Member* member =
        schema->node != nullptr ? schema->node->find_member(violation.keyword) : nullptr;
    if (member == nullptr) continue;
    const Node& value = *member->value;
    if (violation.keyword == "required") {
      if (const Node* listed = element(value, name)) return listed;
      continue;
    }
    if (value.is_scalar() && !value.text.empty() &&
        violation.message.find(value.text) != std::string::npos) {
      return member->key;
    }
    if (first == nullptr) first = member->key;
  }
  return first;
}

// Returns the node of a keyword on the way of `pointer`, or else that of the last schema on it.
const Node* find_in_schema(const Schema& root, std::string_view pointer,
                           const Violation& violation) {
  const std::vector<std::string> names = names_of(pointer);
  Schemas around;
  Schemas at = {&root};
  add_all_for_value(at);
  const Node* last = root.node;
  for (const std::string& name : names) {
    around = std::exchange(at, inside(at, name));
    if (!at.empty() && at.front()->node != nullptr) last = at.front()->node;
  }
  const std::string name = names.empty() ? "" : names.back();
  const bool is_outer = is_of_value_around(violation.keyword) && !names.empty();
  const Node* found = find_keyword(is_outer ? around : at, violation, name);
  if (found != nullptr) return found;
  if (is_outer && !around.empty() && around.front()->node != nullptr) return around.front()->node;
  return last;
}

// Returns the parameter that the location begins with, or null. `rest` becomes what follows.
const Parameter* find_parameter(const Operation& operation, const Violation& violation,
                                std::string_view& rest) {
  const Parameter* found = nullptr;
  const std::string_view where = violation.where;
  for (const Parameter& parameter : operation.parameters) {
    const std::string_view name = parameter.name;
    const bool is_its = name_of(parameter.in) == violation.in && where.starts_with(name) &&
                        (where.size() == name.size() || where[name.size()] == '/');
    if (!is_its || (found != nullptr && found->name.size() >= name.size())) continue;
    found = &parameter;
    rest = where.substr(name.size());
  }
  return found;
}

// Returns the member's key, or the node if it has no such member.
const Node* key_in(const Node* node, std::string_view name) {
  const Member* member = node != nullptr ? node->find_member(name) : nullptr;
  return member != nullptr ? member->key : node;
}

const Node* find_node(const Violation& violation, const Operation& operation,
                      const MediaType* media) {
  if (violation.in == "body") {
    const Member* body =
        operation.node != nullptr ? operation.node->find_member("requestBody") : nullptr;
    if (body == nullptr) return operation.node;
    if (media != nullptr && media->schema != nullptr) {
      return find_in_schema(*media->schema, violation.where, violation);
    }
    const Member* rule = body->value->find_member(violation.keyword);
    return rule != nullptr ? rule->key : body->key;
  }
  std::string_view rest;
  const Parameter* parameter = find_parameter(operation, violation, rest);
  if (parameter == nullptr) return key_in(operation.node, "parameters");
  const bool is_of_schema =
      !rest.empty() || key_in(parameter->node, violation.keyword) == parameter->node;
  if (!is_of_schema) return key_in(parameter->node, violation.keyword);
  const Node* found = find_in_schema(*parameter->schema, rest, violation);
  // "repeated" and the like are rules of the parameter, and no keywords.
  return rest.empty() && found == parameter->schema->node ? parameter->node : found;
}

}  // namespace

std::string place_of(const Violation& violation, const Operation& operation,
                     const MediaType* media) {
  const Node* node = find_node(violation, operation, media);
  if (node == nullptr) node = operation.node;
  return node != nullptr ? text_of(*node) : operation.where;
}

}  // namespace penstock::contract
