#pragma once

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::json {

// These functions take single members out of a document from outside, whatever its shape. They copy
// nothing: what they return is valid as long as the value is. They accept a null pointer and return
// null or nothing for a missing member, so that calls can be nested:
//   json::text(json::find(json::find(document, "requestContext"), "condition")).value_or("")

// Returns the member of that name, or null if `value` is not an object or has no such member.
[[nodiscard]] inline const boost::json::value* find(const boost::json::value* value,
                                                    std::string_view name) {
  const boost::json::object* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}
[[nodiscard]] inline const boost::json::value* find(const boost::json::value& value,
                                                    std::string_view name) {
  return find(&value, name);
}

// Returns the text of a string, or nothing if `value` is not a string.
[[nodiscard]] inline std::optional<std::string_view> text(const boost::json::value* value) {
  const boost::json::string* string = value == nullptr ? nullptr : value->if_string();
  if (string == nullptr) return std::nullopt;
  return std::string_view(string->data(), string->size());
}

// Returns a whole number, or nothing if `value` is not one, or does not fit into int64_t.
[[nodiscard]] inline std::optional<int64_t> number(const boost::json::value* value) {
  const int64_t* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? std::nullopt : std::optional(*number);
}

}  // namespace penstock::json
