#include "contract/structure/object_checker.h"

#include <algorithm>

#include "contract/document/sources.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;
using Type = FieldRule::Type;

std::string_view words_of(Type type) {
  switch (type) {
    case Type::text:
      return "a string";
    case Type::flag:
      return "true or false";
    case Type::list:
      return "a list of objects";
    case Type::texts:
      return "a list of strings";
    case Type::map:
    case Type::names:
    case Type::object:
      return "an object";
    case Type::anything:
      break;
  }
  return "a value";
}

bool has_type(const Node& value, Type type) {
  switch (type) {
    case Type::text:
      return value.is(Kind::string);
    case Type::flag:
      return value.is(Kind::boolean);
    case Type::list:
      return value.is(Kind::array);
    case Type::texts:
      return value.is(Kind::array) &&
             std::all_of(value.elements.begin(), value.elements.end(),
                         [](const Node* element) { return element->is(Kind::string); });
    case Type::map:
    case Type::names:
    case Type::object:
      return value.is(Kind::object);
    case Type::anything:
      break;
  }
  return true;
}

// Returns whether a component may have this name (OpenAPI, Components Object).
bool is_component_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

std::string section_of(const ObjectRule& rule) {
  return " (OpenAPI, " + std::string(rule.title) + ")";
}

}  // namespace

bool ObjectChecker::check(const Node& node, const ObjectRule& rule) {
  if (!node.is(Kind::object)) {
    sources_.problem(node, "wrong-type",
                     std::string(rule.name) + " must be an object" + section_of(rule));
    return false;
  }
  if (rule.may_be_reference && node.find("$ref") != nullptr) return true;
  const bool is_new = checked_.emplace(&node, &rule).second;
  bool sound = true;
  for (const FieldRule& field : rule.fields) {
    if (field.since_3_1 && is_3_0_) continue;
    const Node* value = node.find(field.key);
    if (value == nullptr && field.required) {
      sources_.problem(
          node, "missing-field",
          std::string(rule.name) + " needs '" + std::string(field.key) + "'" + section_of(rule));
    }
    if (value == nullptr ? field.required : !check_field(*value, field, rule)) sound = false;
  }
  if (is_new) refuse_unknown_keys(node, rule);
  const auto& [one, other] = rule.exclusive;
  if (!one.empty() && node.find(one) != nullptr && node.find(other) != nullptr) {
    sources_.problem(*node.find(other), "exclusive-fields",
                     std::string(rule.name) + " has either '" + std::string(one) + "' or '" +
                         std::string(other) + "'" + section_of(rule) + "; remove one");
    sound = false;
  }
  return sound;
}

bool ObjectChecker::check_field(const Node& value, const FieldRule& field, const ObjectRule& of) {
  if (!has_type(value, field.type)) return wrong(value, field, of);
  if (value.is_scalar() || !checked_.emplace(&value, &field).second) return true;
  if (field.type == Type::names) check_names(value);
  if (field.rule == nullptr) return true;
  if (field.type == Type::object) return check(value, *field.rule);
  bool sound = true;
  for (const Node* element : value.elements) sound = check(*element, *field.rule) && sound;
  for (const Member& member : value.members) {
    // A component may be called `x-…`; elsewhere that is an extension.
    if (field.type == Type::map && member.key->text.starts_with("x-")) continue;
    sound = check(*member.value, *field.rule) && sound;
  }
  return sound;
}

bool ObjectChecker::wrong(const Node& at, const FieldRule& field, const ObjectRule& of) {
  const bool unquoted = field.type == Type::text && (at.is(Kind::number) || at.is(Kind::boolean));
  sources_.problem(at, "wrong-type",
                   std::string(of.name) + ": '" + std::string(field.key) + "' must be " +
                       std::string(words_of(field.type)) +
                       (unquoted ? "; write it in quotes" : "") + section_of(of));
  return false;
}

void ObjectChecker::refuse_unknown_keys(const Node& node, const ObjectRule& rule) {
  for (const Member& member : node.members) {
    const std::string& key = member.key->text;
    if (key.starts_with("x-")) continue;
    const auto* const known =
        std::find_if(rule.fields.data(), rule.fields.data() + rule.fields.size(),
                     [&](const FieldRule& field) { return field.key == key; });
    const bool is_known = known != rule.fields.data() + rule.fields.size();
    if (is_known && !(known->since_3_1 && is_3_0_)) continue;
    sources_.problem(*member.key, "unknown-field",
                     std::string(rule.name) + ": '" + key + "' is not supported" +
                         (is_known ? " before OpenAPI 3.1" : "") + "; correct or remove it");
  }
}

void ObjectChecker::check_names(const Node& map) {
  for (const Member& member : map.members) {
    if (is_component_name(member.key->text)) continue;
    sources_.problem(*member.key, "component-name",
                     "'" + member.key->text +
                         "' cannot be the name of a component: it may have only the characters "
                         "a-z, A-Z, 0-9, '.', '-' and '_' (OpenAPI, Components Object)");
  }
}

}  // namespace penstock::contract
