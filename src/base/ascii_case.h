#pragma once

#include <algorithm>
#include <string>
#include <string_view>

// These functions treat A to Z and a to z alike, whatever the locale. Other bytes are only
// themselves.
namespace penstock::base {

// Returns the letter in lower case, and any other byte as it is.
[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Returns the text with its letters in lower case.
[[nodiscard]] inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

// Says whether the texts differ at most in the case of letters.
[[nodiscard]] constexpr bool same_in_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace penstock::base
