#pragma once

#include "base/result.h"
#include "dynamodb/value.h"
#include "typed/describe.h"

namespace penstock::dynamodb {

// These are between items and the structs that are generated from a contract. A number of the
// contract that is no integer is written in the shortest form that reads as the same double.
[[nodiscard]] Item to_item(const typed::Type& type, const void* object);
// Fails with `invalid` if the item is not such a struct; the message has the attribute's name.
// Attributes that the struct does not have are ignored.
[[nodiscard]] base::Result<> from_item(const typed::Type& type, const Item& item, void* object);

template <typed::Generated T>
[[nodiscard]] Item to_item(const T& object) {
  return to_item(typed::type_of<T>(), &object);
}
template <typed::Generated T>
[[nodiscard]] base::Result<T> from_item(const Item& item) {
  T object{};
  if (auto read = from_item(typed::type_of<T>(), item, &object); !read) return read.error();
  return object;
}

}  // namespace penstock::dynamodb
