#pragma once

#include <boost/json/value.hpp>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::json {

// Arithmetic on the numbers of JSON values as mathematics has it, whether they are kept as int64,
// uint64 or double. Nothing is rounded, and nothing but number_text allocates.

// Both must be numbers. Unordered only if one is NaN, which no JSON text is.
[[nodiscard]] std::partial_ordering compare_numbers(const boost::json::value& a,
                                                    const boost::json::value& b);

// Whether it is a number without a fraction: 1.0 and 1e300 are (JSON Schema 2020-12 section 4.2.1).
[[nodiscard]] bool is_integer(const boost::json::value& value);

// The double that is nearest to a decimal text of JSON's form; 0 if it is too small, nothing if it
// is too large.
[[nodiscard]] std::optional<double> nearest_double(std::string_view text);

// Shortest text that reads back as the same number: "0.1", "100", "1e+22".
[[nodiscard]] std::string number_text(const boost::json::value& number);

// digits * 10^exponent.
struct Decimal {
  bool finite = true;
  uint64_t digits = 0;  // Of the absolute value.
  int exponent = 0;
};

// multipleOf (JSON Schema Validation 2020-12 section 6.2.1), in decimal: a double is taken for its
// shortest text, and so 0.0075 is a multiple of 0.0001, as whoever wrote them meant it.
class Multiple {
 public:
  // Must be a number greater than 0, and finite.
  explicit Multiple(const boost::json::value& divisor);

  // False for what is not a number.
  [[nodiscard]] bool divides(const boost::json::value& value) const;

 private:
  Decimal divisor_;
};

}  // namespace penstock::json
