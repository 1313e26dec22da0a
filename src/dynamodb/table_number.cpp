#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/number_text.h"
#include "dynamodb/value.h"

namespace penstock::dynamodb {
namespace {

// The limits are those of AWS, "Supported data types and naming rules in Amazon DynamoDB", section
// "Number".
constexpr size_t kDigitsMax = 38;
constexpr int64_t kExponentMin = -130;  // Of the first digit.
constexpr int64_t kExponentMax = 125;
// With such an exponent a text of any length that a program has is beyond the limits.
constexpr int64_t kBeyond = 1'000'000'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

base::Error wrong(const char* predicate) {
  return {.code = base::ErrorCode::invalid, .message = predicate};
}

// Takes the digits at the start of the text away and returns them.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// Takes a sign away and says whether it was a minus.
bool take_sign(std::string_view& text) {
  const bool is_minus = text.starts_with('-');
  if (is_minus || text.starts_with('+')) text.remove_prefix(1);
  return is_minus;
}

// Reads what stands behind "e".
std::optional<int64_t> read_exponent(std::string_view text) {
  const bool is_minus = take_sign(text);
  const std::string_view digits = take_digits(text);
  if (digits.empty() || !text.empty()) return std::nullopt;
  int64_t exponent = 0;
  for (const char digit : digits) {
    exponent = std::min(exponent * 10 + (digit - '0'), kBeyond);
  }
  return is_minus ? -exponent : exponent;
}

// Writes digits, of which the first one is worth 10^exponent, without an exponent.
std::string plain(bool is_negative, std::string_view digits, int64_t exponent) {
  std::string text = is_negative ? "-" : "";
  const auto count = static_cast<int64_t>(digits.size());
  if (exponent < 0) {
    text += "0.";
    text.append(static_cast<size_t>(-exponent - 1), '0');
    text += digits;
  } else if (count <= exponent + 1) {
    text += digits;
    text.append(static_cast<size_t>(exponent + 1 - count), '0');
  } else {
    const auto whole = static_cast<size_t>(exponent + 1);
    text.append(digits.substr(0, whole)) += '.';
    text += digits.substr(whole);
  }
  return text;
}

}  // namespace

Number::Number(int64_t number) : text_(std::to_string(number)) {}

base::Result<Number> Number::parse(std::string_view text) {
  const bool is_negative = take_sign(text);
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return wrong("is not a number");
  int64_t exponent = 0;
  if (text.starts_with('e') || text.starts_with('E')) {
    const auto read = read_exponent(text.substr(1));
    if (!read) return wrong("is not a number");
    exponent = *read;
  } else if (!text.empty()) {
    return wrong("is not a number");
  }
  std::string digits;
  digits.reserve(whole.size() + fraction.size());
  digits.append(whole).append(fraction);
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return Number();
  const size_t last = digits.find_last_not_of('0');
  if (last - first >= kDigitsMax) return wrong("has more than 38 digits");
  exponent += static_cast<int64_t>(whole.size()) - 1 - static_cast<int64_t>(first);
  if (exponent > kExponentMax) return wrong("is beyond 9.99…E+125");
  if (exponent < kExponentMin) return wrong("is nearer to 0 than 1E-130");
  Number number;
  number.text_ =
      plain(is_negative, std::string_view(digits).substr(first, last - first + 1), exponent);
  return number;
}

std::optional<Number> Number::of_double(double number) {
  if (!std::isfinite(number)) return std::nullopt;
  std::string text;
  base::append_number(text, number);
  auto parsed = parse(text);
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

std::optional<int64_t> Number::to_int64() const {
  return base::signed_number<int64_t>(text_);
}

double Number::to_double() const {
  double number = 0;  // The text is a number within a double's limits.
  std::from_chars(text_.data(), text_.data() + text_.size(), number);
  return number;
}

const Value* find(const Map& map, std::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace penstock::dynamodb
