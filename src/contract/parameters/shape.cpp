// Which texts a schema can be written as.
#include <algorithm>

#include "contract/parameters/parameter.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

constexpr Types kScalars = type::null | type::boolean | type::integer | type::number | type::string;

using Schemas = std::vector<const Schema*>;

void add(Schemas& schemas, const Schema* schema) {
  if (schema != nullptr && std::find(schemas.begin(), schemas.end(), schema) == schemas.end())
    schemas.push_back(schema);
}

// The schema and its parts that have a say about the same value in any case; then those that may
// have one.
struct Parts {
  Schemas all;
  size_t always = 0;  // The first of them.
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
      for (const auto& [name, dependent] : parts.all[i]->object->dependent_schemas) add(parts.all, dependent);
    }
    const Composition* composition = composition_of(i);
    if (composition == nullptr) continue;
    for (const auto* list : {&composition->all_of, &composition->any_of, &composition->one_of}) {
      for (const Schema* part : *list) add(parts.all, part);
    }
    for (const Schema* part : {composition->reference, composition->condition, composition->consequence,
                               composition->alternative}) {
      add(parts.all, part);
    }
  }
  return parts;
}

// What is said about an element or property, by parts that always count and by others.
struct Said {
  Schemas always;
  Schemas sometimes;

  void add_from(bool is_always, const Schema* schema) { add(is_always ? always : sometimes, schema); }

  [[nodiscard]] Shape::Inner inner() const {
    Shape::Inner inner;
    inner.all = !always.empty();
    inner.schemas = inner.all ? always : sometimes;
    if (inner.schemas.empty()) return inner;
    inner.types = inner.all ? kScalars : 0;
    for (const Schema* schema : inner.schemas) {
      inner.types = inner.all ? inner.types & text_types(*schema) : inner.types | text_types(*schema);
    }
    return inner;
  }

  // What nothing is allowed for can be written, too.
  [[nodiscard]] bool can_be_written() const {
    const auto is_scalar = [](const Schema* schema) {
      return schema->allowed == 0 || (schema->allowed & kScalars) != 0;
    };
    return std::all_of(always.begin(), always.end(), is_scalar) &&
           std::all_of(sometimes.begin(), sometimes.end(), is_scalar);
  }
};

bool shape_array(const Schema& schema, Shape& shape) {
  const Parts parts = parts_of(schema);
  Said elements;
  for (size_t i = 0; i < parts.all.size(); ++i) {
    if (!parts.all[i]->array) continue;
    const ArrayRules& rules = *parts.all[i]->array;
    const bool always = i < parts.always && rules.prefix.empty();
    for (const Schema* one : rules.prefix) elements.add_from(false, one);
    for (const Schema* one : {rules.items, rules.unevaluated}) {
      if (one != nullptr && one->types != 0) elements.add_from(always && one == rules.items, one);
    }
  }
  shape.element = elements.inner();
  return elements.can_be_written();
}

bool shape_object(const Schema& schema, Shape& shape) {
  const Parts parts = parts_of(schema);
  std::vector<std::pair<std::string, Said>> named;
  Said others;
  bool is_closed = false;
  for (size_t i = 0; i < parts.all.size(); ++i) {
    if (!parts.all[i]->object) continue;
    const ObjectRules& rules = *parts.all[i]->object;
    const bool always = i < parts.always;
    for (const Property& property : rules.properties) {
      auto known = std::find_if(named.begin(), named.end(),
                                [&](const auto& one) { return one.first == property.name; });
      if (known == named.end()) known = named.insert(named.end(), {property.name, Said()});
      known->second.add_from(always, property.schema);
    }
    for (const auto& [pattern, of_pattern] : rules.patterns) others.add_from(false, of_pattern);
    for (const Schema* rest : {rules.additional, rules.unevaluated}) {
      if (rest == nullptr) continue;
      if (rest->types != 0) others.add_from(false, rest);
      if (rest->types == 0 && always) is_closed = true;
    }
  }
  shape.others = others.inner();
  if (is_closed && others.sometimes.empty()) shape.others.types = 0;
  bool ok = others.can_be_written();
  for (const auto& [name, said] : named) {
    shape.names.emplace_back(name, said.inner());
    ok = ok && said.can_be_written();
  }
  return ok;
}

}  // namespace

// Untyped, but with rules for strings and none for numbers: a string was meant, and digits are no
// way around its rules.
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
  return std::any_of(names.begin(), names.end(), [&](const auto& known) { return known.first == name; });
}

const Shape::Inner& Shape::inner_of(std::string_view name) const {
  for (const auto& [known, inner] : names) {
    if (known == name) return inner;
  }
  return others;
}

std::optional<Shape> shape_of(const Schema& schema, std::string& why_not) {
  Shape shape;
  const Types allowed = schema.allowed;
  if (allowed == type::any || (allowed & ~kScalars) == 0) {
    shape.types = text_types(schema);
    return shape;
  }
  if (allowed == type::array) {
    shape.kind = Shape::Kind::array;
    if (shape_array(schema, shape)) return shape;
    why_not = "an array's elements must be no arrays or objects, for there is no way to write them";
    return std::nullopt;
  }
  if (allowed == type::object) {
    shape.kind = Shape::Kind::object;
    if (shape_object(schema, shape)) return shape;
    why_not = "an object's properties must be no arrays or objects, for there is no way to write them";
    return std::nullopt;
  }
  why_not = "must be a scalar, an array or an object; as text they cannot be told from one another";
  return std::nullopt;
}

}  // namespace penstock::contract
