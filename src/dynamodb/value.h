#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

// This room is a client of Amazon DynamoDB for handlers that wait.
namespace penstock::dynamodb {

// Is a number as DynamoDB has it: up to 38 significant decimal digits, from 1E-130 to
// 9.9999999999999999999999999999999999999E+125 (AWS, "Supported data types"). It is kept as decimal
// text in one form, so that equal numbers have equal texts, and never passes through a double.
class Number {
 public:
  Number() = default;
  Number(int64_t number);  // NOLINT: it is one.
  // Reads a decimal number, such as "-12.50" or "1e-7". Zeros at either end of its digits do not
  // count. Fails with `invalid` beyond the limits; the message is a predicate, "has more than…".
  [[nodiscard]] static base::Result<Number> parse(std::string_view text);
  // Returns the shortest decimal text that reads as the same double, or nothing beyond the limits:
  // from 1E+126, below 1E-130, infinity and NaN.
  [[nodiscard]] static std::optional<Number> of_double(double number);

  // Returns the number without needless digits: "-12.5", "0.0000001". It has no exponent, so it may
  // have 170 characters.
  [[nodiscard]] const std::string& text() const { return text_; }
  // Returns the number, or nothing if it is not whole or beyond 64 bits.
  [[nodiscard]] std::optional<int64_t> to_int64() const;
  // Returns the nearest double. It is for numbers that a contract has as doubles.
  [[nodiscard]] double to_double() const;
  bool operator==(const Number&) const = default;

 private:
  std::string text_ = "0";
};

struct Null {
  bool operator==(const Null&) const = default;
};
struct Binary {
  std::string bytes = {};
  bool operator==(const Binary&) const = default;
};
class Value;
using List = std::vector<Value>;
// Holds the attributes of an item, or the members of a map. Item and Map are the same type.
using Map = std::map<std::string, Value, std::less<>>;
using Item = Map;
struct StringSet {
  std::vector<std::string> elements = {};
  bool operator==(const StringSet&) const = default;
};
struct NumberSet {
  std::vector<Number> elements = {};
  bool operator==(const NumberSet&) const = default;
};
struct BinarySet {
  std::vector<Binary> elements = {};
  bool operator==(const BinarySet&) const = default;
};

// Is the value of an attribute.
class Value {
 public:
  using Variant = std::variant<Null, bool, Number, std::string, Binary, List, Map, StringSet,
                               NumberSet, BinarySet>;
  Value() = default;
  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, Value> && std::is_constructible_v<Variant, T &&>)
  Value(T&& value) : variant_(std::forward<T>(value)) {}         // NOLINT: it stands for the value.
  Value(const char* text) : variant_(std::string(text)) {}       // NOLINT
  Value(std::string_view text) : variant_(std::string(text)) {}  // NOLINT
  Value(int number) : variant_(Number(number)) {}                // NOLINT

  [[nodiscard]] const Variant& variant() const { return variant_; }
  [[nodiscard]] Variant& variant() { return variant_; }
  // Returns the value, or null if it is of another type.
  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&variant_);
  }
  bool operator==(const Value&) const = default;

 private:
  Variant variant_;
};

// Return the attribute of that name, or null if there is none, or if it is of another type.
[[nodiscard]] const Value* find(const Map& map, std::string_view name);
template <class T>
[[nodiscard]] const T* find(const Map& map, std::string_view name) {
  const Value* value = find(map, name);
  return value == nullptr ? nullptr : value->as<T>();
}

}  // namespace penstock::dynamodb
