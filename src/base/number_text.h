#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

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

// This accepts any integer type except bool.
template <class T>
concept WholeNumber = std::integral<T> && Number<T>;

// The functions below read every number that a user writes in a setting, an option or a file, and
// every number of a header. (JSON has a grammar of its own, src/json/number.h.) The whole text must
// be the number: digits in decimal, in which leading zeros mean nothing. A sign, an exponent, a
// prefix such as 0x, a blank, an empty text and a number that T cannot hold give nothing. The
// locale does not matter.

// Reads a whole number that may begin with '-', for the few that may be negative.
template <WholeNumber T>
[[nodiscard]] std::optional<T> signed_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Reads a whole number without a sign.
template <WholeNumber T>
[[nodiscard]] std::optional<T> whole_number(std::string_view text) {
  return text.starts_with('-') ? std::nullopt : signed_number<T>(text);
}

// Reads a number of seconds with up to three decimals behind a point, such as "2" or "0.125".
// Digits must stand on both sides of the point.
[[nodiscard]] inline std::optional<std::chrono::milliseconds> decimal_seconds(
    std::string_view text) {
  constexpr size_t kDecimalsMax = 3;
  const size_t dot = text.find('.');
  const auto whole = whole_number<int64_t>(text.substr(0, dot));
  if (!whole || *whole >= std::numeric_limits<int64_t>::max() / 1000) return std::nullopt;
  int64_t millis = *whole * 1000;
  if (dot != std::string_view::npos) {
    const std::string_view decimals = text.substr(dot + 1);
    auto fraction = whole_number<int64_t>(decimals);
    if (!fraction || decimals.size() > kDecimalsMax) return std::nullopt;
    for (size_t i = decimals.size(); i < kDecimalsMax; ++i) *fraction *= 10;
    millis += *fraction;
  }
  return std::chrono::milliseconds(millis);
}

}  // namespace penstock::base
