#include "local/filter/comparable_number.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace penstock::local {
namespace {

// Is 0.DIGITS times 10 to the power of `exponent`, whose digits neither begin nor end with 0.
struct Decimal {
  bool negative = false;
  std::string digits = {};
  int64_t exponent = 0;

  bool operator==(const Decimal&) const = default;
};

// Returns nothing if the exponent is beyond 32 bits, which Java's numbers do not have either.
std::optional<Decimal> decimal(std::string_view number) {
  Decimal result;
  const size_t e = number.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view written = number.substr(e + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    int32_t exponent = 0;
    if (std::from_chars(written.data(), written.data() + written.size(), exponent).ec !=
        std::errc{}) {
      return std::nullopt;
    }
    result.exponent = exponent;
    number = number.substr(0, e);
  }
  bool after_point = false;
  for (const char c : number) {
    if (c == '-') {
      result.negative = true;
    } else if (c == '.') {
      after_point = true;
    } else if (c == '0' && result.digits.empty()) {
      if (after_point) --result.exponent;
    } else {
      result.digits += c;
      if (!after_point) ++result.exponent;
    }
  }
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  if (result.digits.empty()) result = {};  // 0, -0.0 and 0e5 are one number.
  return result;
}

}  // namespace

std::optional<double> comparable_number(std::string_view json_number) {
  double nearest = 0;
  if (std::from_chars(json_number.data(), json_number.data() + json_number.size(), nearest).ec !=
      std::errc{}) {
    return std::nullopt;
  }
  std::array<char, 32> shortest{};
  const auto end = std::to_chars(shortest.data(), shortest.data() + shortest.size(), nearest,
                                 std::chars_format::scientific)
                       .ptr;
  const auto written = decimal(json_number);
  if (!written || written != decimal({shortest.data(), end})) return std::nullopt;
  return nearest;
}

}  // namespace penstock::local
