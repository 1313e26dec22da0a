#pragma once

#include "base/result.h"
#include "dynamodb/value.h"
#include "typed/describe.h"

namespace penstock::dynamodb {

// These are between items and the structs that are generated from a contract:
//
//   boolean                 BOOL      struct, map, variant   M
//   whole number, number    N         list                   L
//   string, date, enum      S         null                   NULL
//
// A member that may be absent is no attribute then. A variant's map has the name of its alternative
// in the discriminator's property. Whole numbers keep all of 64 bits. A number of the contract that
// is no integer gets the shortest text that reads as the same double; one that DynamoDB has no
// number for (from 1E+126, and nearer to 0 than 1E-130) is kept as such a text, an S. Bytes that
// are not UTF-8 are refused when the item is sent.
[[nodiscard]] Value to_value(const typed::Type& type, const void* object);
// Fills an object, which must be new. Fails with `invalid` if the value is not such an object; the
// message has the attribute's name. Attributes that a struct does not have are ignored, and so are
// those of Penstock's own (write_once.h), whatever the struct has. A list may be a set, too.
[[nodiscard]] base::Result<> from_value(const typed::Type& type, const Value& value, void* object);

template <typed::Generated T>
[[nodiscard]] Item to_item(const T& object) {
  Value made = to_value(typed::type_of<T>(), &object);
  Map* map = std::get_if<Map>(&made.variant());
  return map == nullptr ? Item() : std::move(*map);
}
// Fails as from_value() does.
template <typed::Generated T>
[[nodiscard]] base::Result<T> from_item(const Item& item) {
  T object{};
  auto read = from_value(typed::type_of<T>(), item, &object);
  if (!read) return read.error();
  return object;
}
// Makes the value of one member, for an update: set("lines", value_of(order.lines)).
template <class T>
[[nodiscard]] Value value_of(const T& object) {
  return to_value(typed::type_of<T>(), &object);
}

}  // namespace penstock::dynamodb
