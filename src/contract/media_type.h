#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/schema.h"

namespace penstock::contract {

// How a body of a media type is read and checked.
enum class BodyKind {
  json,   // application/json, …+json: by its schema.
  text,   // text/…: UTF-8, by its schema as one string.
  bytes,  // Anything else: by its size alone, in bytes.
};

// One entry of `content`.
struct MediaType {
  std::string type;  // In lower case and without parameters: "application/json", "text/*", "*/*".
  BodyKind kind = BodyKind::json;
  const Schema* schema = nullptr;  // Null: anything.
  const Node* node = nullptr;      // Of the document.
  std::string header = {};         // Of a response: what Content-Type says.

  [[nodiscard]] bool is_range() const { return type.ends_with("/*"); }
};

// The type of a Content-Type header, without its parameters, and its charset (RFC 9110 section 8.3.1). Views
// into the header; nothing if it is malformed.
struct ContentType {
  std::string_view type;
  std::string_view charset;  // Without quotes; empty: not given.
};
[[nodiscard]] std::optional<ContentType> parse_content_type(std::string_view header);

[[nodiscard]] BodyKind kind_of(std::string_view type);

// The entry for a request's type: exact before "type/*" before "*/*" (OpenAPI 3.0.3 section 4.7.14). Null:
// none.
[[nodiscard]] const MediaType* find_media_type(const std::vector<MediaType>& content, std::string_view type);

// How much an Accept header wants a type: its quality in thousandths, 0: not at all (RFC 9110
// section 12.5.1). A header that is missing or malformed wants everything. `type` may be a range itself.
[[nodiscard]] int quality(std::string_view accept, std::string_view type);

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace penstock::contract
