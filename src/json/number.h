#pragma once

#include <boost/json/value.hpp>
#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::json {

// Exact arithmetic on the numbers of JSON values, whether a value holds an int64, a uint64 or a
// double. Nothing is rounded except where nearest_double() says so.

// Compares two values, which must be numbers. The result is unordered only if one is NaN, which
// cannot come from a JSON text.
[[nodiscard]] std::partial_ordering compare_numbers(const boost::json::value& a,
                                                    const boost::json::value& b);

// Says whether the value is a number without a fraction. 1.0 and 1e300 are (JSON Schema 2020-12
// section 4.2.1).
[[nodiscard]] bool is_integer(const boost::json::value& value);

// Returns the double for a number written as in JSON: the nearest one, but next to it where that is
// a whole number and the text is not. So 1e-400 is the smallest double, and not 0, which would be
// an integer. Returns nothing if the number is too large, or has a fraction where doubles have none
// (from 2^52), or if the text is not a number.
[[nodiscard]] std::optional<double> nearest_double(std::string_view text);
// Does the same for a text that is a number, and whose nearest double is known.
[[nodiscard]] inline std::optional<double> with_fraction(std::string_view text, double nearest);

// Returns the shortest text that reads back as the same number: "0.1", "100", "1e+22". The value
// must be a number.
[[nodiscard]] std::string number_text(const boost::json::value& number);

// Holds the absolute value of a number in decimal, which is digits * 10^exponent. `finite` is false
// for infinity and NaN.
struct Decimal {
  bool finite = true;
  uint64_t digits = 0;
  int exponent = 0;
};

// Checks the keyword multipleOf (JSON Schema Validation 2020-12 section 6.2.1) in decimal. A double
// counts as the number that its shortest text writes, so 0.0075 is a multiple of 0.0001, as the
// author of the schema expects.
class Multiple {
 public:
  // The divisor must be a finite number greater than 0; anything else is a bug and stops the
  // process.
  explicit Multiple(const boost::json::value& divisor);

  // Says whether `value` is a multiple of the divisor. It is false for a value that is not a finite
  // number.
  [[nodiscard]] bool divides(const boost::json::value& value) const;
  // Says whether divides() is quick for the value, because both are short decimals, such as prices.
  [[nodiscard]] bool is_quick(const boost::json::value& value) const;

 private:
  Decimal divisor_;
  // This is 10^-exponent of the divisor if that is from 1 to 10^15, else 0. It is exact.
  double scale_ = 0;
};

// Does what with_fraction() does for a whole number. It is slower.
[[nodiscard]] std::optional<double> with_fraction_of_whole(std::string_view text, double nearest);

inline std::optional<double> with_fraction(std::string_view text, double nearest) {
  // This is what std::trunc() does, in two instructions.
  constexpr double kWholeMin = 4503599627370496;  // 2^52: from here doubles have no fraction.
  const bool has_fraction = std::abs(nearest) < kWholeMin &&
                            static_cast<double>(static_cast<int64_t>(nearest)) != nearest;
  return has_fraction ? nearest : with_fraction_of_whole(text, nearest);
}

}  // namespace penstock::json
