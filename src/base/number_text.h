#pragma once

#include <charconv>
#include <concepts>
#include <string>

namespace penstock::base {

template <class T>
concept Number = std::floating_point<T> || (std::integral<T> && !std::same_as<T, bool>);

// Appends a number in decimal, without a detour over another string. A double gets the shortest
// text that reads back as the same number: "0.1", "100", "1e+22"; one that is infinite or none
// becomes "inf" or "nan", which JSON does not have.
template <Number T>
void append_number(std::string& out, T number) {
  char digits[32];  // The longest is a double's 24: "-1.7976931348623157e+308".
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace penstock::base
