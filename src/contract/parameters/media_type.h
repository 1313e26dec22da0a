#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/parameters/body_check.h"

namespace penstock::contract {

struct Node;

// Examples are those of the document by their names. The name of `example` is empty.
using Examples = std::vector<std::pair<std::string, const Node*>>;

// These are the parameters of a media type, such as `version=1`. The names are in lower case, and
// the values without quotes.
using MediaTypeParameters = std::vector<std::pair<std::string, std::string>>;

// A MediaType is one entry of `content` in the document.
struct MediaType {
  // This is in lower case and has no parameters: "application/json", "text/*",
  // "application/*+json", "*/*".
  std::string type;
  MediaTypeParameters parameters = {};
  BodyKind kind = BodyKind::json;
  const Schema* schema = nullptr;  // Null if any body is allowed.
  // This is the value of Content-Type in a response: what the document has as the key, and
  // "; charset=utf-8" behind a text that names no charset.
  std::string header = {};
  Examples examples = {};
  // Whether bodies of this type are read and written. Otherwise the entry is only checked, and a
  // request that needs it is answered with 501.
  bool served = true;
  // Says how a body of each kind is held against the schema. Only a range can have bodies of
  // another kind than `kind`.
  std::array<BodyCheck, kBodyKinds> checks = {BodyCheck::value, BodyCheck::text, BodyCheck::size};
  SizeRules sizes = {};  // For BodyCheck::size.

  // Returns whether the type is a range, such as "text/*".
  [[nodiscard]] bool is_range() const { return type.find('*') != std::string::npos; }
  [[nodiscard]] BodyCheck check_of(BodyKind body) const {
    return checks[static_cast<size_t>(body)];
  }
};

// Returns whether there are entries, and none of them is served.
[[nodiscard]] bool has_only_not_served(const std::vector<MediaType>& content);

// A ContentType is the value of a Content-Type header (RFC 9110 section 8.3.1). Its views point
// into the header.
struct ContentType {
  std::string_view type;             // Without parameters.
  std::string_view charset;          // Without quotes, or empty if it is not given.
  std::string_view parameters = {};  // All of them, as written.
};
// Returns nothing if the header is malformed.
[[nodiscard]] std::optional<ContentType> parse_content_type(std::string_view header);
// Returns the parameters of a media type that parse_content_type() has read.
[[nodiscard]] MediaTypeParameters parameters_of(const ContentType& type);

// Returns whether the text is the name of a media type or of a range of them: "type/*", "*/*", or
// "type/*+suffix". RFC 9110 has no such range, but documents that frameworks write do, and mean all
// types with the suffix (RFC 6838 section 4.2.8).
[[nodiscard]] bool is_type_or_range(std::string_view type);

// Returns how a body of this type is read. Case does not matter, and there are no parameters.
[[nodiscard]] BodyKind kind_of(std::string_view type);
// Returns whether the type is a form, `multipart` or XML, whose bodies are not read yet. Case does
// not matter.
[[nodiscard]] bool is_not_served(std::string_view type);
// Returns whether a body with this charset is in UTF-8. It is, if there is none.
[[nodiscard]] bool is_utf8_charset(std::string_view charset);

// Returns the most specific entry for the media type of a request: the type itself, else
// "type/*+suffix", else "type/*", else "*/*" (OpenAPI 3.0.3 section 4.7.13). An entry with
// parameters is only for a type that has them, too, and is more specific than one without; only
// `charset` may be missing, which is UTF-8 then. Returns null if there is no entry, or if `type` is
// a range.
[[nodiscard]] const MediaType* find_media_type(const std::vector<MediaType>& content,
                                               const ContentType& type);

// An Acceptance says how much a client wants a media type. The greater one is wanted more.
struct Acceptance {
  // This is in thousandths; 0 if the client does not accept the type (RFC 9110 section 12.5.1).
  int quality = 1000;
  int parameters = 0;  // How many of the type's parameters the client names.

  auto operator<=>(const Acceptance&) const = default;
};
// Returns how much the client wants the type, which may be a range. An Accept header that is
// missing or malformed wants all types alike. A range of the header with a parameter that the type
// has with another value does not match it; a parameter that the type does not have changes
// nothing.
[[nodiscard]] Acceptance acceptance(std::string_view accept, std::string_view type,
                                    const MediaTypeParameters& parameters);
// Returns the quality of a media type without parameters.
[[nodiscard]] int quality(std::string_view accept, std::string_view type);

// Returns whether the text is a token (RFC 9110 section 5.6.2).
[[nodiscard]] bool is_token(std::string_view text);
// Returns whether two texts are equal if the case of ASCII letters is ignored.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace penstock::contract
