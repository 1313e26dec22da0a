// Derives the Shape of a parameter from its schema.
#include <algorithm>

#include "contract/parameters/parameter.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

constexpr Types kScalars = type::null | type::boolean | type::integer | type::number | type::string;

using Schemas = std::vector<const Schema*>;

void add(Schemas& schemas, const Schema* schema) {
  if (schema != nullptr && std::find(schemas.begin(), schemas.end(), schema) == schemas.end()) {
    schemas.push_back(schema);
  }
}

// Parts are a schema and its parts, which apply to the same value. The first `always` of them are
// for every value, and the rest only for some.
struct Parts {
  Schemas all;
  size_t always = 0;
};

Parts parts_of(const Schema& schema) {
  Parts parts{.all = {&schema}};
  const auto composition_of = [&](size_t i) { return parts.all[i]->composition.get(); };
  for (size_t i = 0; i < parts.all.size(); ++i) {
    if (composition_of(i) == nullptr) continue;
    add(parts.all, composition_of(i)->reference);
    for (const Schema* part : composition_of(i)->all_of) add(parts.all, part);
  }
  parts.always = parts.all.size();
  for (size_t i = 0; i < parts.all.size(); ++i) {
    if (parts.all[i]->object) {
      for (const auto& [name, dependent] : parts.all[i]->object->dependent_schemas) {
        add(parts.all, dependent);
      }
    }
    const Composition* composition = composition_of(i);
    if (composition == nullptr) continue;
    for (const auto* list : {&composition->all_of, &composition->any_of, &composition->one_of}) {
      for (const Schema* part : *list) add(parts.all, part);
    }
    for (const Schema* part : {composition->reference, composition->condition,
                               composition->consequence, composition->alternative}) {
      add(parts.all, part);
    }
  }
  return parts;
}

// PartSchemas are the schemas of an element or property: those that always apply, and those that
// only sometimes do.
struct PartSchemas {
  Schemas always;
  Schemas sometimes;

  void add_from(bool is_always, const Schema* schema) {
    add(is_always ? always : sometimes, schema);
  }

  [[nodiscard]] PartTypes part() const {
    PartTypes part;
    part.all_must_agree = !always.empty();
    part.schemas = part.all_must_agree ? always : sometimes;
    if (part.schemas.empty()) return part;
    part.types = part.all_must_agree ? kScalars : 0;
    for (const Schema* schema : part.schemas) {
      const Types types = text_types(*schema);
      part.types = part.all_must_agree ? part.types & types : part.types | types;
    }
    return part;
  }

  // Returns whether every schema allows a scalar. A schema that allows no value at all does not
  // matter.
  [[nodiscard]] bool can_be_written() const {
    const auto is_scalar = [](const Schema* schema) {
      return schema->allowed == 0 || (schema->allowed & kScalars) != 0;
    };
    return std::all_of(always.begin(), always.end(), is_scalar) &&
           std::all_of(sometimes.begin(), sometimes.end(), is_scalar);
  }
};

base::Error refused(const char* sentence) {
  return base::Error{.code = base::ErrorCode::invalid, .message = sentence};
}

base::Result<Shape> shape_array(const Schema& schema) {
  const Parts parts = parts_of(schema);
  PartSchemas elements;
  for (size_t i = 0; i < parts.all.size(); ++i) {
    if (!parts.all[i]->array) continue;
    const ArrayRules& rules = *parts.all[i]->array;
    const bool always = i < parts.always && rules.prefix.empty();
    for (const Schema* one : rules.prefix) elements.add_from(false, one);
    for (const Schema* one : {rules.items, rules.unevaluated}) {
      if (one != nullptr && one->types != 0) elements.add_from(always && one == rules.items, one);
    }
  }
  if (!elements.can_be_written()) {
    return refused("an array must not contain arrays or objects, because no style can write them");
  }
  return Shape{.kind = Shape::Kind::array, .element = elements.part()};
}

base::Result<Shape> shape_object(const Schema& schema) {
  const Parts parts = parts_of(schema);
  std::vector<std::pair<std::string, PartSchemas>> named;
  PartSchemas unnamed;
  bool is_closed = false;
  for (size_t i = 0; i < parts.all.size(); ++i) {
    if (!parts.all[i]->object) continue;
    const ObjectRules& rules = *parts.all[i]->object;
    const bool always = i < parts.always;
    for (const Property& property : rules.properties) {
      auto known = std::find_if(named.begin(), named.end(),
                                [&](const auto& one) { return one.first == property.name; });
      if (known == named.end()) known = named.insert(named.end(), {property.name, PartSchemas()});
      known->second.add_from(always, property.schema);
    }
    for (const auto& [pattern, of_pattern] : rules.patterns) unnamed.add_from(false, of_pattern);
    for (const Schema* rest : {rules.additional, rules.unevaluated}) {
      if (rest == nullptr) continue;
      if (rest->types != 0) unnamed.add_from(false, rest);
      if (rest->types == 0 && always) is_closed = true;
    }
  }
  Shape shape{.kind = Shape::Kind::object, .unnamed = unnamed.part()};
  if (is_closed && unnamed.sometimes.empty()) shape.unnamed.types = 0;
  bool can_be_written = unnamed.can_be_written();
  for (const auto& [name, schemas] : named) {
    shape.named.emplace_back(name, schemas.part());
    can_be_written = can_be_written && schemas.can_be_written();
  }
  if (!can_be_written) {
    return refused("an object must not contain arrays or objects, because no style can write them");
  }
  return shape;
}

}  // namespace

// A schema without a type that has rules for strings and none for numbers is meant for strings.
// Digits then become a string, too, so that they cannot evade its rules.
Types text_types(const Schema& schema) {
  if (schema.allowed != type::any) return schema.allowed & kScalars;
  bool of_strings = false;
  bool of_numbers = false;
  for (const Schema* part : parts_of(schema).all) {
    of_strings = of_strings || part->string;
    of_numbers = of_numbers || part->number;
  }
  return of_strings && !of_numbers ? Types{type::string} : kScalars;
}

bool Shape::has_name(std::string_view name) const {
  return std::any_of(named.begin(), named.end(),
                     [&](const auto& known) { return known.first == name; });
}

const PartTypes& Shape::types_of(std::string_view name) const {
  for (const auto& [known, part] : named) {
    if (known == name) return part;
  }
  return unnamed;
}

base::Result<Shape> shape_of(const Schema& schema) {
  const Types allowed = schema.allowed;
  if (allowed == type::any || (allowed & ~kScalars) == 0) return Shape{.types = text_types(schema)};
  if (allowed == type::array) return shape_array(schema);
  if (allowed == type::object) return shape_object(schema);
  return refused(
      "the schema must allow only scalars, only arrays or only objects, because their texts look "
      "alike");
}

}  // namespace penstock::contract
