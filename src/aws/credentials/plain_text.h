#pragma once

#include <algorithm>
#include <string_view>

// These functions work on texts of foreign documents. They treat bytes as ASCII.
namespace penstock::aws {

// Says whether the character is a space, a tab or part of a line break.
[[nodiscard]] inline bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Returns the text without blanks at both ends, as a view into it.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Says whether the text may be put into a header. A line break in it would begin another header.
[[nodiscard]] inline bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace penstock::aws
