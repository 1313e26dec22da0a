// Decides how the text of a parameter is read, by its style and its shape.
#include <algorithm>

#include "contract/parameters/parameter.h"

namespace penstock::contract {

namespace {

// Returns whether a text can be a part of an array or object: a scalar, or what `nested` allows.
bool is_written(const PartTypes& part, bool arrays, bool all) {
  if (part.types != 0 || part.nested == nullptr) return true;
  if (all) return true;
  const Shape& inside = *part.nested;
  return arrays && inside.kind == Shape::Kind::array && is_written(inside.element, false, false);
}

Escapes escapes_of(const Parameter& parameter) {
  // RFC 9110 knows no percent encoding; OpenAPI 3.1.2, appendix D, says that none was meant.
  if (parameter.in == In::header) return Escapes::none;
  const bool is_form = parameter.in == In::query && !parameter.allow_reserved;
  return is_form ? Escapes::form : Escapes::percent;
}

Reading reading_of(const Parameter& parameter) {
  const Shape::Kind kind = parameter.shape.kind;
  if (kind == Shape::Kind::json) return Reading::whole;
  if (parameter.style == Style::label || parameter.style == Style::matrix) return Reading::cut;
  if (kind == Shape::Kind::scalar) return Reading::whole;
  if (parameter.style == Style::deep_object) return Reading::nested;
  if (parameter.style != Style::form || !parameter.explode) return Reading::cut;
  return kind == Shape::Kind::array ? Reading::repeated : Reading::members;
}

}  // namespace

std::string choose_reading(Parameter& parameter) {
  Shape& shape = parameter.shape;
  const bool is_spread = parameter.style == Style::form && parameter.explode;
  // A parameter that says nothing about its type may be given twice, and is an array then.
  if (shape.kind == Shape::Kind::scalar && shape.is_untyped && is_spread &&
      parameter.in == In::query) {
    shape.kind = Shape::Kind::array;
  }
  parameter.escapes = escapes_of(parameter);
  parameter.reading = reading_of(parameter);
  const bool is_nested = parameter.reading == Reading::nested;
  const bool is_members = parameter.reading == Reading::members;
  if (shape.kind == Shape::Kind::array && !is_written(shape.element, false, is_nested)) {
    return "no style can write arrays or objects inside an array";
  }
  if (shape.kind != Shape::Kind::object) return "";
  const bool can_write = is_written(shape.unnamed, is_members, is_nested) &&
                         std::all_of(shape.named.begin(), shape.named.end(), [&](const auto& one) {
                           return is_written(one.second, is_members, is_nested);
                         });
  if (!can_write) return "its style cannot write arrays or objects inside an object";
  return "";
}

}  // namespace penstock::contract
