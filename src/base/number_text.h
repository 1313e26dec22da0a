#pragma once

#include <charconv>
#include <concepts>
#include <string>

namespace penstock::base {

// This accepts any integer or floating-point type except bool.
template <class T>
concept Number = std::floating_point<T> || (std::integral<T> && !std::same_as<T, bool>);

// Appends a number in decimal, without making a temporary string. A double gets the shortest text
// that reads back as the same number: "0.1", "100", "1e+22". Infinity and NaN become "inf" and
// "nan", which are not valid in JSON.
template <Number T>
void append_number(std::string& out, T number) {
  // The longest text is that of a double, with 24 characters: "-1.7976931348623157e+308".
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace penstock::base
