// Which texts a schema can be written as.
#include <algorithm>

#include "contract/parameter.h"

namespace penstock::contract {

namespace json = boost::json;

namespace {

constexpr Types kScalars = type::null | type::boolean | type::integer | type::number | type::string;

Types types_of_values(const Enumeration& enumeration) {
  Types types = 0;
  for (const json::value& value : enumeration.values) {
    types |= value.is_string()   ? type::string
             : value.is_bool()   ? type::boolean
             : value.is_null()   ? type::null
             : value.is_object() ? type::object
             : value.is_array()  ? type::array
                                 : type::integer | type::number;
  }
  return types;
}

Types types_of(const Schema& schema, int depth) {
  Types types = schema.types;
  if (schema.enumeration) types &= types_of_values(*schema.enumeration);
  if (schema.constant) types &= types_of_values(*schema.constant);
  if (!schema.composition || depth == 0) return types;
  const Composition& composition = *schema.composition;
  if (composition.reference != nullptr) types &= types_of(*composition.reference, depth - 1);
  for (const Schema* part : composition.all_of) types &= types_of(*part, depth - 1);
  for (const auto* branches : {&composition.any_of, &composition.one_of}) {
    Types either = branches->empty() ? type::any : 0;
    for (const Schema* branch : *branches) either |= types_of(*branch, depth - 1);
    types &= either;
  }
  return types;
}

// The properties that some part of the schema describes.
bool collect_names(const Schema& schema, Shape& shape, int depth) {
  if (depth == 0) return false;
  const auto add = [&](std::string_view name, Types types) {
    for (auto& [known, known_types] : shape.names) {
      if (known == name) {
        known_types &= types;
        return;
      }
    }
    shape.names.emplace_back(name, types);
  };
  if (schema.object) {
    for (const Property& property : schema.object->properties) {
      const Types types = property.schema == nullptr ? type::any : types_of(*property.schema);
      if ((types & kScalars) == 0) return false;
      add(property.name, types);
    }
    if (schema.object->additional != nullptr) shape.other_names &= types_of(*schema.object->additional);
    if (schema.object->unevaluated != nullptr) shape.other_names &= types_of(*schema.object->unevaluated);
  }
  if (!schema.composition) return true;
  const Composition& composition = *schema.composition;
  bool ok = composition.reference == nullptr || collect_names(*composition.reference, shape, depth - 1);
  for (const auto* list : {&composition.all_of, &composition.any_of, &composition.one_of}) {
    for (const Schema* part : *list) ok = ok && collect_names(*part, shape, depth - 1);
  }
  return ok;
}

constexpr int kDepthMax = 50;

// The schema that speaks about an array's elements.
Types types_of_elements(const Schema& schema, int depth) {
  Types types = type::any;
  if (schema.array) {
    if (schema.array->items != nullptr && schema.array->prefix.empty())
      types &= types_of(*schema.array->items, kDepthMax);
    if (!schema.array->prefix.empty()) {
      Types either = schema.array->items == nullptr ? type::any : types_of(*schema.array->items, kDepthMax);
      for (const Schema* one : schema.array->prefix) either |= types_of(*one, kDepthMax);
      types &= either;
    }
  }
  if (!schema.composition || depth == 0) return types;
  if (schema.composition->reference != nullptr)
    types &= types_of_elements(*schema.composition->reference, depth - 1);
  for (const Schema* part : schema.composition->all_of) types &= types_of_elements(*part, depth - 1);
  return types;
}

}  // namespace

bool Shape::has_name(std::string_view name) const {
  return std::any_of(names.begin(), names.end(), [&](const auto& known) { return known.first == name; });
}

Types Shape::types_of(std::string_view name) const {
  for (const auto& [known, of_known] : names) {
    if (known == name) return of_known;
  }
  return other_names;
}

Types types_of(const Schema& schema) {
  return types_of(schema, kDepthMax);
}

std::optional<Shape> shape_of(const Schema& schema, std::string& why_not) {
  Shape shape;
  shape.types = types_of(schema);
  if (shape.types == type::any || (shape.types & ~kScalars) == 0) {
    shape.types &= kScalars;
    return shape;
  }
  if (shape.types == type::array) {
    shape.kind = Shape::Kind::array;
    shape.types = types_of_elements(schema, kDepthMax);
    if ((shape.types & kScalars) != 0) return shape;
    why_not = "an array's elements must be no arrays or objects, for there is no way to write them";
    return std::nullopt;
  }
  if (shape.types == type::object) {
    shape.kind = Shape::Kind::object;
    if (collect_names(schema, shape, kDepthMax)) return shape;
    why_not = "an object's properties must be no arrays or objects, for there is no way to write them";
    return std::nullopt;
  }
  why_not = "must be a scalar, an array or an object; as text they cannot be told from one another";
  return std::nullopt;
}

}  // namespace penstock::contract
