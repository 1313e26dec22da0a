#pragma once

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::json {

// These look into values of any shape, for documents of others of which little is wanted. Nothing
// is copied; the views live as long as the value does. What is not there is null, and `value` may
// be, so that calls can be nested:
//   json::text(json::find(json::find(document, "requestContext"), "condition")).value_or("")

// The member of that name. Null if `value` is no object or has no such member.
[[nodiscard]] inline const boost::json::value* find(const boost::json::value* value,
                                                    std::string_view name) {
  const boost::json::object* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}
[[nodiscard]] inline const boost::json::value* find(const boost::json::value& value,
                                                    std::string_view name) {
  return find(&value, name);
}

// What a string says; nothing if `value` is no string.
[[nodiscard]] inline std::optional<std::string_view> text(const boost::json::value* value) {
  const boost::json::string* string = value == nullptr ? nullptr : value->if_string();
  if (string == nullptr) return std::nullopt;
  return std::string_view(string->data(), string->size());
}

// A whole number; nothing if `value` is none, or one that int64_t does not hold.
[[nodiscard]] inline std::optional<int64_t> number(const boost::json::value* value) {
  const int64_t* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? std::nullopt : std::optional(*number);
}

}  // namespace penstock::json
