// Fills the types: members, elements, alternatives and enumerators.
#include <algorithm>
#include <utility>

#include "contract/cpp/cpp_type_builder.h"
#include "contract/document/document.h"

namespace penstock::contract {
namespace {

using Kind = CppType::Kind;
using Schemas = std::vector<const Schema*>;

// These are the names that a struct's member cannot have.
constexpr std::string_view kAdditional = "additional";

// Returns the schemas of the properties that have no name, of an object with all these parts.
Schemas additional_of(const CppParts& parts, bool& is_closed, bool& has_any) {
  Schemas out;
  for (const Schema* part : parts.parts) {
    if (!part->object) continue;
    const ObjectRules& rules = *part->object;
    if (rules.additional != nullptr) {
      has_any = has_any || rules.additional->allowed != 0;
      is_closed = is_closed || rules.additional->allowed == 0;
      if (rules.additional->allowed != 0) out.push_back(rules.additional);
    }
    has_any = has_any || !rules.patterns.empty();
  }
  return out;
}

// Returns the schema of all values of `patternProperties` if there is one pattern.
Schemas single_pattern_of(const CppParts& parts) {
  Schemas out;
  size_t count = 0;
  for (const Schema* part : parts.parts) {
    if (!part->object) continue;
    count += part->object->patterns.size();
    if (!part->object->patterns.empty()) out.push_back(part->object->patterns.front().second);
  }
  return count == 1 ? out : Schemas();
}

bool has_patterns_of(const CppParts& parts) {
  return std::any_of(parts.parts.begin(), parts.parts.end(), [](const Schema* part) {
    return part->object && !part->object->patterns.empty();
  });
}

}  // namespace

void CppTypeBuilder::fill(Pending& pending) {
  switch (pending.type->kind) {
    case Kind::list:
      return fill_list(pending);
    case Kind::map:
      return fill_map(pending);
    case Kind::structure:
      return fill_structure(pending);
    case Kind::variant:
      return fill_variant(pending);
    case Kind::enumeration:
      return fill_enumeration(pending);
    default:
      return;
  }
}

void CppTypeBuilder::fill_list(const Pending& pending) {
  Schemas items;
  for (const Schema* part : pending.parts.parts) {
    if (!part->array) continue;
    if (!part->array->prefix.empty()) {
      items.clear();  // The elements are of different types.
      break;
    }
    if (part->array->items != nullptr) items.push_back(part->array->items);
  }
  pending.type->element = use_of(items, pending.place, "item");
}

// The values of a map are those of `additionalProperties`, or of one pattern beside which there are
// no others. Otherwise they are JSON.
void CppTypeBuilder::fill_map(const Pending& pending) {
  bool is_closed = false;
  bool has_any = false;
  Schemas values = additional_of(pending.parts, is_closed, has_any);
  const Schemas of_pattern = single_pattern_of(pending.parts);
  const bool has_patterns = has_patterns_of(pending.parts);
  if (has_patterns) values = is_closed ? of_pattern : Schemas();
  pending.type->element = use_of(values, pending.place, "value");
}

void CppTypeBuilder::fill_structure(const Pending& pending) {
  CppType& made = *pending.type;
  for (const CppProperty& property : properties_of(pending.parts)) {
    CppField& field = made.fields.emplace_back();
    field.json_name = property.name;
    field.use = use_of(property.schemas, pending.place, property.name);
    field.required = property.required;
    field.read_only = property.read_only;
    field.write_only = property.write_only;
    field.node = property.schemas.empty() ? nullptr : property.schemas.front()->node;
  }
  bool is_closed = false;
  bool has_any = false;
  Schemas values = additional_of(pending.parts, is_closed, has_any);
  const bool has_patterns = has_patterns_of(pending.parts);
  // What may be anything is left out, as where nothing is said of other properties.
  const bool is_free = std::all_of(values.begin(), values.end(), [](const Schema* schema) {
    return schema->allowed == type::any && !schema->object && !schema->composition;
  });
  if (has_patterns || (has_any && !is_closed && !is_free)) {
    if (has_patterns) values.clear();
    made.additional = use_of(values, pending.place, "value");
  }
  name_fields(made);
}

void CppTypeBuilder::name_fields(CppType& type) {
  CppScope scope("_");
  if (type.additional.type != nullptr) scope.reserve(kAdditional);
  for (const CppField& field : type.fields) {
    const Node* chosen = chosen_name(field.node);
    // A name on a component is that of its type.
    if (chosen != nullptr && places_.of(*field.node).is_named()) chosen = nullptr;
    if (chosen != nullptr && !is_cpp_name(chosen->text, CppLetter::small)) {
      problem(chosen, no_cpp_name(chosen->text, CppLetter::small));
    }
    scope.add(field.json_name, field.json_name,
              chosen != nullptr ? chosen->text : cpp_member_name(field.json_name),
              chosen != nullptr ? 0 : 1);
  }
  scope.finish();
  if (const auto& [first, second] = scope.clash(); !second.empty()) {
    problem(type.schema->node, "x-penstock-name: the properties '" + first + "' and '" + second +
                                   "' have the same name; choose another");
  }
  for (CppField& field : type.fields) field.name = scope.name(field.json_name);
  type.additional_name = kAdditional;
}

void CppTypeBuilder::fill_variant(const Pending& pending) {
  CppType& type = *pending.type;
  const Discriminator& made = *pending.parts.choices.front()->composition->discriminator;
  type.discriminator = made.property;
  for (const auto& [name, branch] : made.branches) {
    const CppUse use = use_of({branch}, pending.place, name);
    const auto same = std::find(type.alternatives.begin(), type.alternatives.end(), use.type);
    type.alternative_names.push_back({name, static_cast<size_t>(same - type.alternatives.begin())});
    if (same == type.alternatives.end()) type.alternatives.push_back(use.type);
  }
}

void CppTypeBuilder::fill_enumeration(const Pending& pending) {
  CppType& type = *pending.type;
  CppScope scope("_");
  const std::vector<std::string_view> texts = texts_of(pending.parts);
  for (const std::string_view text : texts) scope.add(text, text, cpp_member_name(text), 1);
  scope.finish();
  for (const std::string_view text : texts) {
    type.enumerators.push_back({std::string(text), scope.name(text)});
  }
}

}  // namespace penstock::contract
