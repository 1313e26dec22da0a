#pragma once

#include <string_view>

namespace penstock::contract {

// This room knows the formats of strings. A Format is a name, a function that says whether a text
// has the format, the sentence for a text that has not, and a sample; they stand in one table
// (formats.cpp), which is looked through by name when a schema is compiled. The functions scan with
// a Scanner (format_scanner.h).

// A format that is enforced on strings (JSON Schema Validation 2020-12 section 7.3, OpenAPI 3.0
// section 4.4).
struct Format {
  std::string_view name;
  // `text` is valid UTF-8. The time is linear in its length, and nothing is allocated.
  bool (*matches)(std::string_view text);
  std::string_view sentence;  // "must be a date, as in 2026-01-31"; it never echoes the value.
  std::string_view sample;    // A value that matches, for mocks.
};

// Returns null if the format is not one that is enforced.
[[nodiscard]] const Format* find_format(std::string_view name);

}  // namespace penstock::contract
