#include "json/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "base/check.h"

namespace penstock::json {

namespace {

__extension__ using Wide = unsigned __int128;

// It holds the longest of the shortest texts of doubles, "-2.2250738585072014e-308", and an integer
// of 20 digits.
using Text = std::array<char, 32>;

constexpr int kTenPowersMax = 19;  // 10^19 is the largest power of ten that fits into 64 bits.

uint64_t magnitude(int64_t number) {
  return number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
}

// Compares exactly. `Integer` is int64_t or uint64_t; their bounds, 0 or a power of two, are exact
// as doubles.
template <class Integer>
std::partial_ordering compare_with_double(Integer a, double b) {
  constexpr bool kSigned = std::is_signed_v<Integer>;
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= (kSigned ? 0x1p63 : 0x1p64)) return std::partial_ordering::less;
  if (b < (kSigned ? -0x1p63 : 0.0)) return std::partial_ordering::greater;
  const double whole = std::trunc(b);
  const auto integer = static_cast<Integer>(whole);  // Exact.
  if (a != integer) return a <=> integer;
  return whole <=> b;
}

template <class A, class B>
std::partial_ordering compare(A a, B b) {
  if constexpr (std::is_same_v<A, B>) {
    return a <=> b;
  } else if constexpr (std::is_same_v<A, double>) {
    return 0 <=> compare_with_double(b, a);
  } else if constexpr (std::is_same_v<B, double>) {
    return compare_with_double(a, b);
  } else {
    if (std::cmp_equal(a, b)) return std::partial_ordering::equivalent;
    return std::cmp_less(a, b) ? std::partial_ordering::less : std::partial_ordering::greater;
  }
}

// Calls `use` with the number in the type that the value holds: int64_t, uint64_t or double.
template <class Use>
auto visit_number(const boost::json::value& number, const Use& use) {
  switch (number.kind()) {
    case boost::json::kind::int64:
      return use(number.get_int64());
    case boost::json::kind::uint64:
      return use(number.get_uint64());
    default:
      base::check(number.is_double(), "a value that is not a number is used as one");
      return use(number.get_double());
  }
}

Decimal decimal_of(double number) {
  if (!std::isfinite(number)) return {.finite = false};
  Text text;
  const char* const end =
      std::to_chars(text.begin(), text.end(), std::abs(number), std::chars_format::scientific).ptr;
  Decimal decimal;
  const char* next = text.begin();
  for (; *next != 'e'; ++next) {
    if (*next == '.') continue;
    decimal.digits = decimal.digits * 10 + static_cast<uint64_t>(*next - '0');
    if (next != text.begin()) --decimal.exponent;
  }
  ++next;
  if (*next == '+') ++next;
  int exponent = 0;
  std::from_chars(next, end, exponent);
  decimal.exponent += exponent;
  return decimal;
}

Decimal decimal_of(int64_t number) {
  return {.digits = magnitude(number)};
}
Decimal decimal_of(uint64_t number) {
  return {.digits = number};
}

Decimal decimal_of(const boost::json::value& number) {
  return visit_number(number, [](auto kept) { return decimal_of(kept); });
}

uint64_t multiply(uint64_t a, uint64_t b, uint64_t modulus) {
  return static_cast<uint64_t>(Wide{a} * b % modulus);
}

uint64_t power_of_ten(int exponent, uint64_t modulus) {
  uint64_t power = 1 % modulus;
  for (uint64_t square = 10 % modulus; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) power = multiply(power, square, modulus);
    square = multiply(square, square, modulus);
  }
  return power;
}

}  // namespace

std::partial_ordering compare_numbers(const boost::json::value& a, const boost::json::value& b) {
  // Most numbers are compared with a whole one.
  if (const int64_t* whole = b.if_int64()) {
    constexpr int64_t kExactMax = int64_t{1} << 53;
    if (const int64_t* number = a.if_int64()) return *number <=> *whole;
    if (const double* number = a.if_double();
        number != nullptr && *whole >= -kExactMax && *whole <= kExactMax) {
      return *number <=> static_cast<double>(*whole);
    }
  }
  return visit_number(
      a, [&](auto x) { return visit_number(b, [&](auto y) { return compare(x, y); }); });
}

bool is_integer(const boost::json::value& value) {
  if (!value.is_double()) return value.is_number();
  const double number = value.get_double();
  return std::isfinite(number) && std::trunc(number) == number;
}

std::optional<double> nearest_double(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // from_chars does not say whether the number is too large or too small; strtod does.
  if (error == std::errc::result_out_of_range) {
    number = std::strtod(std::string(text).c_str(), nullptr);
  }
  if (error == std::errc::invalid_argument || end != text.data() + text.size() ||
      !std::isfinite(number)) {
    return std::nullopt;
  }
  return with_fraction(text, number);
}

std::optional<double> with_fraction_of_whole(std::string_view text, double nearest) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, e);
  const size_t whole = std::min(digits.find('.'), digits.size());  // Digits before the point.
  const size_t last = digits.find_last_not_of("0.");
  if (last == std::string_view::npos) return nearest;  // 0
  // The exponent of a number is limited only by its text. One this large decides alone.
  constexpr int64_t kExponentMax = int64_t{1} << 40;
  int64_t exponent = 0;
  if (e < text.size()) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto read = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (read.ec != std::errc() || std::abs(exponent) > kExponentMax) {
      exponent = power.starts_with('-') ? -kExponentMax : kExponentMax;
    }
  }
  // The number has a fraction if its last digit is behind the point, which the exponent moves.
  const auto decimals =
      last < whole ? -static_cast<int64_t>(whole - 1 - last) : static_cast<int64_t>(last - whole);
  if (decimals <= exponent) return nearest;
  constexpr double kWholeMin = 4503599627370496;  // 2^52: from here doubles have no fraction.
  if (std::abs(nearest) >= kWholeMin) return std::nullopt;
  // Compare the integer part, which has at most 16 digits, with the nearest double's.
  uint64_t part = 0;
  int64_t left = static_cast<int64_t>(whole) + exponent;
  for (size_t i = 0; i < digits.size() && left > 0; ++i) {
    if (digits[i] == '.') continue;
    part = part * 10 + static_cast<uint64_t>(digits[i] - '0');
    --left;
  }
  for (; left > 0 && part > 0; --left) part *= 10;
  const double size = std::abs(nearest);
  const double away = static_cast<double>(part) >= size ? HUGE_VAL : 0;
  return std::copysign(std::nextafter(size, away), is_negative ? -1 : 1);
}

std::string number_text(const boost::json::value& number) {
  return visit_number(number, [](auto kept) {
    Text text;
    return std::string(text.begin(), std::to_chars(text.begin(), text.end(), kept).ptr);
  });
}

Multiple::Multiple(const boost::json::value& divisor) : divisor_(decimal_of(divisor)) {
  base::check(divisor_.finite && compare_numbers(divisor, 0) > 0,
              "multipleOf is not greater than 0");
  if (divisor_.exponent > 0 || divisor_.exponent < -15) return;
  scale_ = 1;
  for (int i = divisor_.exponent; i < 0; ++i) scale_ *= 10;
}

bool Multiple::is_quick(const boost::json::value& value) const {
  const double size = visit_number(value, [](auto n) { return std::abs(static_cast<double>(n)); });
  return scale_ != 0 && size * scale_ < 1e15;
}

bool Multiple::divides(const boost::json::value& value) const {
  if (!value.is_number()) return false;
  if (is_quick(value)) {
    // A decimal of at most 15 digits is the shortest text of the double that is nearest to it. So
    // the value is `whole` / scale_ if that division, which is rounded once, gives it again.
    const double number = std::abs(value.to_number<double>());
    const auto whole = static_cast<uint64_t>(number * scale_ + 0.5);
    return static_cast<double>(whole) / scale_ == number && whole % divisor_.digits == 0;
  }
  const Decimal number = decimal_of(value);
  if (!number.finite) return false;
  if (number.digits == 0) return true;
  const int exponent = number.exponent - divisor_.exponent;
  if (exponent == 0) return number.digits % divisor_.digits == 0;
  if (exponent > 0) {
    const uint64_t modulus = divisor_.digits;
    return multiply(number.digits % modulus, power_of_ten(exponent, modulus), modulus) == 0;
  }
  // The number's digits must be a multiple of the divisor's digits followed by -exponent zeros.
  if (-exponent > kTenPowersMax) return false;
  Wide divisor = divisor_.digits;
  for (int i = 0; i > exponent; --i) divisor *= 10;
  return number.digits % divisor == 0;
}

}  // namespace penstock::json
