// Derives the Shape of a parameter from its schema.
#include <algorithm>

#include "contract/parameters/parameter.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

constexpr Types kScalars = type::null | type::boolean | type::integer | type::number | type::string;

// A shape has at most this many parts with those inside them. A schema that contains itself, or
// many parts that others share, has more with each level.
constexpr size_t kPartsMax = 4000;

using Schemas = std::vector<const Schema*>;

void add(Schemas& schemas, const Schema* schema) {
  if (schema != nullptr && std::find(schemas.begin(), schemas.end(), schema) == schemas.end()) {
    schemas.push_back(schema);
  }
}

// PartSchemas are the schemas of a value: those that always apply, and those that only sometimes
// do.
struct PartSchemas {
  Schemas always;
  Schemas sometimes;

  void add_from(bool is_always, const Schema* schema) {
    add(is_always ? always : sometimes, schema);
  }
  [[nodiscard]] const Schemas& deciding() const { return always.empty() ? sometimes : always; }

  // Returns what all schemas allow, or if none of them always applies, what one of them allows.
  template <class TypesOf>
  [[nodiscard]] Types types(Types all, TypesOf types_of) const {
    if (deciding().empty()) return all;
    Types types = always.empty() ? 0 : all;
    for (const Schema* schema : deciding()) {
      types = always.empty() ? types | types_of(*schema) : types & types_of(*schema);
    }
    return types;
  }
  [[nodiscard]] Types allowed() const {
    return types(type::any, [](const Schema& schema) { return schema.allowed; });
  }
};

// Parts are schemas and their parts, which apply to the same value. The first `always` of them are
// for every value, and the rest only for some.
struct Parts {
  Schemas all;
  size_t always = 0;
};

Parts parts_of(const PartSchemas& schemas) {
  Parts parts{.all = schemas.always};
  const auto composition_of = [&](size_t i) { return parts.all[i]->composition.get(); };
  for (size_t i = 0; i < parts.all.size(); ++i) {
    if (composition_of(i) == nullptr) continue;
    add(parts.all, composition_of(i)->reference);
    for (const Schema* part : composition_of(i)->all_of) add(parts.all, part);
  }
  parts.always = parts.all.size();
  for (const Schema* schema : schemas.sometimes) add(parts.all, schema);
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

// Rules are the types that schemas without a type have rules for.
struct Rules {
  bool of_strings = false, of_numbers = false, of_arrays = false, of_objects = false;
  bool of_values = false;  // An `enum` or `const`.
};

Rules rules_of(const PartSchemas& schemas) {
  Rules rules;
  for (const Schema* part : parts_of(schemas).all) {
    rules.of_strings = rules.of_strings || part->string;
    rules.of_numbers = rules.of_numbers || part->number;
    rules.of_arrays = rules.of_arrays || part->array;
    rules.of_objects = rules.of_objects || part->object;
    rules.of_values = rules.of_values || part->enumeration || part->constant;
  }
  return rules;
}

// Builds a shape with those inside it.
class ShapeBuilder {
 public:
  explicit ShapeBuilder(size_t levels_max) : levels_max_(levels_max) {}

  // Returns the shape of the values that these schemas allow. `level` is that of its parts.
  Shape shape(const PartSchemas& schemas, size_t level) {
    Types allowed = schemas.allowed();
    Shape shape;
    if (allowed == type::any) {
      // A schema without a type that has rules for arrays alone is meant for arrays.
      const Rules rules = rules_of(schemas);
      const bool of_scalars = rules.of_strings || rules.of_numbers || rules.of_values;
      shape.is_untyped = !of_scalars && !rules.of_arrays && !rules.of_objects;
      allowed = kScalars;
      if (!of_scalars && rules.of_arrays != rules.of_objects) {
        allowed = rules.of_arrays ? type::array : type::object;
      }
    }
    shape.types = schemas.types(kScalars, text_types) & allowed;
    const Types structures = allowed & (type::array | type::object);
    if (structures == (type::array | type::object)) is_ambiguous_ = true;
    // A list or null is a list: a parameter that is left out does as well as one that is null.
    if (structures != 0 && shape.types == type::null) shape.types = 0;
    if (structures == type::array) {
      shape.kind = Shape::Kind::array;
      add_elements(shape, schemas, level);
    } else if (structures == type::object) {
      shape.kind = Shape::Kind::object;
      add_properties(shape, schemas, level);
    }
    return shape;
  }

  [[nodiscard]] bool is_ambiguous() const { return is_ambiguous_; }
  [[nodiscard]] bool is_too_large() const { return parts_ > kPartsMax; }

 private:
  PartTypes part(const PartSchemas& schemas, size_t level) {
    PartTypes part;
    part.all_must_agree = !schemas.always.empty();
    part.schemas = schemas.deciding();
    if (part.schemas.empty()) return part;
    part.types = schemas.types(kScalars, text_types);
    if (++parts_ > kPartsMax) return part;
    const bool was_ambiguous = is_ambiguous_;
    if (level > levels_max_) {
      if (part.types == 0 && (schemas.allowed() & (type::array | type::object)) != 0) {
        part.nested = closed_;
      }
      return part;
    }
    Shape inside = shape(schemas, level + 1);
    // A part that may be an array and an object can only be read as a scalar.
    if (is_ambiguous_ && !was_ambiguous) {
      is_ambiguous_ = part.types == 0;
      return part;
    }
    if (inside.kind == Shape::Kind::scalar) return part;
    part.types = inside.types;
    part.nested = std::make_shared<const Shape>(std::move(inside));
    return part;
  }

  void add_elements(Shape& shape, const PartSchemas& schemas, size_t level) {
    const Parts parts = parts_of(schemas);
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
    shape.element = part(elements, level);
  }

  void add_properties(Shape& shape, const PartSchemas& schemas, size_t level) {
    const Parts parts = parts_of(schemas);
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
    shape.unnamed = part(unnamed, level);
    if (is_closed && unnamed.sometimes.empty()) shape.unnamed.types = 0;
    for (const auto& [name, of_name] : named) {
      shape.named.emplace_back(name, part(of_name, level));
    }
  }

  size_t levels_max_;
  size_t parts_ = 0;
  bool is_ambiguous_ = false;
  // Stands for the levels that no name may have: nothing in it is declared.
  std::shared_ptr<const Shape> closed_ = std::make_shared<const Shape>(
      Shape{.kind = Shape::Kind::object, .types = 0, .unnamed = {.types = 0}});
};

}  // namespace

// A schema without a type that has rules for strings and none for numbers is meant for strings.
// Digits then become a string, too, so that they cannot evade its rules.
Types text_types(const Schema& schema) {
  if (schema.allowed != type::any) return schema.allowed & kScalars;
  const Rules rules = rules_of({.always = {&schema}, .sometimes = {}});
  return rules.of_strings && !rules.of_numbers ? Types{type::string} : kScalars;
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

base::Result<Shape> shape_of(const Schema& schema, size_t levels_max) {
  ShapeBuilder builder(levels_max);
  Shape shape = builder.shape({.always = {&schema}, .sometimes = {}}, 1);
  const auto refused = [](std::string sentence) {
    return base::Error{.code = base::ErrorCode::invalid, .message = std::move(sentence)};
  };
  if (builder.is_ambiguous()) {
    return refused("the schema allows arrays and objects, whose texts look alike");
  }
  if (builder.is_too_large()) {
    return refused("the schema has more than " + std::to_string(kPartsMax) +
                   " parts, with those inside them");
  }
  return shape;
}

}  // namespace penstock::contract
