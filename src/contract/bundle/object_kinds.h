#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::contract {

// Says what kind of object of OpenAPI a value of the document is. What a `$ref` in it leads to is
// of the same kind.
enum class ObjectKind : uint8_t {
  value,  // Anything without references: a text, an example, an extension.
  document,
  components,
  path_item,
  operation,
  events,
  event,
  parameter,
  header,
  request_body,
  response,
  media_type,
  encoding,
  example,
  link,
  callback,
  security_scheme,
  schema,
};

// Says what a member of an object is: one object, a list of them, or, with `map`, an object whose
// members are of this kind.
struct MemberKind {
  ObjectKind kind = ObjectKind::value;
  bool map = false;
};

// Returns what the member `key` of an object of the kind `of` is.
[[nodiscard]] MemberKind member_kind(ObjectKind of, std::string_view key);
// Returns the member of `components` that has objects of this kind, or "" if there is none in all
// versions of OpenAPI.
[[nodiscard]] std::string_view section_of(ObjectKind kind);

}  // namespace penstock::contract
