#pragma once

#include <string_view>

namespace penstock::contract {

// A format that is enforced on strings (JSON Schema Validation 2020-12 section 7.3, OpenAPI 3.0 section 4.4).
struct Format {
  std::string_view name;
  bool (*matches)(std::string_view text);  // `text` is valid UTF-8. Linear in its length, allocates nothing.
  std::string_view sentence;               // "must be a date, as in 2026-01-31"; never echoes the value.
  std::string_view sample;                 // A value that matches, for mocks.
};

// Null if the format is not one that is enforced.
[[nodiscard]] const Format* find_format(std::string_view name);

}  // namespace penstock::contract
