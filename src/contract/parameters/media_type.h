#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::contract {

struct Node;
struct Schema;

// How a body of a media type is read and checked.
enum class BodyKind {
  json,   // application/json, …+json: by its schema.
  text,   // text/…: UTF-8, by its schema as one string.
  bytes,  // Anything else: by its size alone, in bytes.
};

// What the document shows, by name; `example` has none.
using Examples = std::vector<std::pair<std::string, const Node*>>;

// What a body of bytes can be held against: `minLength` and `maxLength`, in bytes.
struct SizeRules {
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;
};
// Returns what the schema says about sizes; nothing if it says more than that.
[[nodiscard]] std::optional<SizeRules> size_rules(const Schema* schema);

// One entry of `content`.
struct MediaType {
  std::string type;  // In lower case and without parameters: "application/json", "text/*", "*/*".
  BodyKind kind = BodyKind::json;
  const Schema* schema = nullptr;  // Null: anything.
  std::string header = {};         // Of a response: what Content-Type says.
  Examples examples = {};

  [[nodiscard]] bool is_range() const { return type.ends_with("/*"); }
};

// The type of a Content-Type header, without its parameters, and its charset (RFC 9110 section
// 8.3.1). Both are views into the header.
struct ContentType {
  std::string_view type;
  std::string_view charset;  // Without quotes; empty: not given.
  bool has_more = false;     // Other parameters.
};
// Returns nothing if the header is malformed.
[[nodiscard]] std::optional<ContentType> parse_content_type(std::string_view header);

// Returns how a body of that type is read; case does not matter.
[[nodiscard]] BodyKind kind_of(std::string_view type);

// Returns the entry for a request's type: exact before "type/*" before "*/*" (OpenAPI 3.0.3 section
// 4.7.13). Null if there is none; a request that names a range has no type.
[[nodiscard]] const MediaType* find_media_type(const std::vector<MediaType>& content,
                                               std::string_view type);

// Returns how much an Accept header wants a type: its quality in thousandths, 0: not at all (RFC
// 9110 section 12.5.1). A header that is missing or malformed wants everything. `type` may be a
// range itself.
[[nodiscard]] int quality(std::string_view accept, std::string_view type);

// Whether it is a token by RFC 9110 section 5.6.2.
[[nodiscard]] bool is_token(std::string_view text);
// Whether they are equal, where ASCII letters have no case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace penstock::contract
