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

// A BodyKind says how a body of a media type is read and checked.
enum class BodyKind {
  json,   // application/json and …+json: as a value, by its schema.
  text,   // text/…: as one string in UTF-8, by its schema.
  bytes,  // Any other type: only by its size in bytes.
};

// Examples are those of the document by their names. The name of `example` is empty.
using Examples = std::vector<std::pair<std::string, const Node*>>;

// SizeRules are the limits on a body of bytes: `minLength` and `maxLength`, in bytes.
struct SizeRules {
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;
};
// Returns the limits of the schema, or no limits if it is null. Returns nothing if the schema has
// other rules, too.
[[nodiscard]] std::optional<SizeRules> size_rules(const Schema* schema);

// A MediaType is one entry of `content` in the document.
struct MediaType {
  std::string type;  // In lower case and without parameters: "application/json", "text/*", "*/*".
  BodyKind kind = BodyKind::json;
  const Schema* schema = nullptr;  // Null if any body is allowed.
  std::string header = {};         // The value of Content-Type in a response.
  Examples examples = {};

  // Returns whether the type is a range such as "text/*".
  [[nodiscard]] bool is_range() const { return type.ends_with("/*"); }
};

// A ContentType is the value of a Content-Type header (RFC 9110 section 8.3.1). Its views point
// into the header.
struct ContentType {
  std::string_view type;     // Without parameters.
  std::string_view charset;  // Without quotes, or empty if it is not given.
  bool has_more = false;     // Whether there are other parameters.
};
// Returns nothing if the header is malformed.
[[nodiscard]] std::optional<ContentType> parse_content_type(std::string_view header);

// Returns how a body of this type is read. Case does not matter.
[[nodiscard]] BodyKind kind_of(std::string_view type);

// Returns the most specific entry for the media type of a request: the type itself, else "type/*",
// else "*/*" (OpenAPI 3.0.3 section 4.7.13). Returns null if there is none, or if `type` is a
// range.
[[nodiscard]] const MediaType* find_media_type(const std::vector<MediaType>& content,
                                               std::string_view type);

// Returns the quality of a media type in an Accept header, in thousandths (RFC 9110 section
// 12.5.1). It is 0 if the client does not accept the type, and 1000 if the header is missing or
// malformed. `type` may be a range.
[[nodiscard]] int quality(std::string_view accept, std::string_view type);

// Returns whether the text is a token (RFC 9110 section 5.6.2).
[[nodiscard]] bool is_token(std::string_view text);
// Returns whether two texts are equal if the case of ASCII letters is ignored.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace penstock::contract
