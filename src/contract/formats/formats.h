#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace penstock::contract {

// This room checks the formats of strings. A Format is a name, a function that checks a text, a
// message for texts that do not match, and a sample. All formats are rows of one table
// (formats.cpp), which is searched by name when a schema is compiled. The functions read a text
// with a Scanner (format_scanner.h).

// A Format is one that is enforced on strings (JSON Schema validation 2020-12 section 7.3, and the
// format registry of OpenAPI, https://spec.openapis.org/registry/format). Those of numbers are in
// schema/schema.h; a few are both, such as `int64`.
struct Format {
  std::string_view name;
  // Returns whether the text, which must be UTF-8, has the format. Several threads may call it.
  bool (*matches)(std::string_view text);
  // This is the message of a violation: "must be a date, as in 2026-01-31". It does not contain the
  // text.
  std::string_view sentence;
  std::string_view sample;  // A text that matches, for mocks.
  // These are the steps of 2.5 ns that matches() takes at most for each byte of the text.
  uint64_t steps_per_byte = 1;
  // This is true if the text can have labels in Punycode. Each takes kLabelSteps more.
  bool has_labels = false;

  // Returns how many steps matches() takes at most for this text. The time is linear in its length.
  [[nodiscard]] uint64_t steps_for(std::string_view text) const;
};

// Returns the format with this name, of static storage, or null if no such format is enforced.
[[nodiscard]] const Format* find_format(std::string_view name);
// Returns whether this is a format of strings that any text has: `binary`, `commonmark`, `html` and
// `password`.
[[nodiscard]] bool is_free_format(std::string_view name);
// Returns the names of all formats of strings.
[[nodiscard]] std::vector<std::string_view> format_names();

}  // namespace penstock::contract
