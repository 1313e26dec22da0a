#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;

// A BodyKind says how a body of a media type is read.
enum class BodyKind : uint8_t {
  json,   // application/json, text/json and …+json: as a value.
  text,   // text/…: as one text in UTF-8.
  bytes,  // Any other type: as bytes.
};
inline constexpr size_t kBodyKinds = 3;

// A BodyCheck says how a body is held against the schema of its media type.
enum class BodyCheck : uint8_t {
  value,  // As a value of JSON.
  text,   // As one text in UTF-8, which is a string, a number or a boolean.
  size,   // By its size in bytes.
  none,   // Not at all: the schema describes no such body, and a remark says so.
  unfit,  // The schema of a range describes no such body, so that it is refused.
};

// SizeRules are the limits on a body of bytes: `minLength` and `maxLength`, in bytes.
struct SizeRules {
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;
};
// Returns the limits of the schema, or no limits if it is null. Returns nothing if the schema has
// other rules for strings, or allows none.
[[nodiscard]] std::optional<SizeRules> size_rules(const Schema* schema);

// Returns how bodies of this kind are held against the schema, which may be null. It is never
// `unfit`. Bytes are read as a text if the schema says more of a string than its length, such as a
// pattern, or that it is base64 (OpenAPI 3.0.3 section 4.7.14.3).
[[nodiscard]] BodyCheck body_check(BodyKind kind, const Schema* schema);

// Adds the violations of a body that is one text in UTF-8. The schema may be null. The text is a
// string where the schema allows one; where it allows numbers, booleans or null, the text may also
// be what JSON would write.
void validate_body_text(const Schema* schema, std::string_view text, Direction direction,
                        Violations& violations, Steps& steps);

}  // namespace penstock::contract
