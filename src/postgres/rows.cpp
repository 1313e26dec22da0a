#include "postgres/rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace penstock::postgres {
namespace {

template <class Number>
std::optional<Number> read_number(const Field& field) {
  if (!field) return std::nullopt;
  Number number{};
  const char* const end = field->data() + field->size();
  const auto [stop, error] = std::from_chars(field->data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

Field integer(int64_t value) {
  return std::to_string(value);
}

Field boolean(bool value) {
  return std::string(value ? "t" : "f");
}

Field real(double value) {
  if (value != value) return std::string("NaN");
  if (value > std::numeric_limits<double>::max()) return std::string("Infinity");
  if (value < std::numeric_limits<double>::lowest()) return std::string("-Infinity");
  std::array<char, 32> place{};
  const auto [end, error] = std::to_chars(place.data(), place.data() + place.size(), value);
  return std::string(place.data(), error == std::errc{} ? end : place.data());
}

Field bytes(std::string_view value) {
  std::string text = "\\x";
  text.reserve(2 + 2 * value.size());
  for (const char byte : value) {
    const auto number = static_cast<unsigned char>(byte);
    text += kDigits[number >> 4U];
    text += kDigits[number & 15U];
  }
  return text;
}

std::optional<int64_t> read_integer(const Field& field) {
  return read_number<int64_t>(field);
}

std::optional<bool> read_boolean(const Field& field) {
  if (field == "t") return true;
  if (field == "f") return false;
  return std::nullopt;
}

std::optional<double> read_real(const Field& field) {
  if (field == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (field == "Infinity") return std::numeric_limits<double>::infinity();
  if (field == "-Infinity") return -std::numeric_limits<double>::infinity();
  return read_number<double>(field);
}

std::optional<std::string> read_bytes(const Field& field) {
  if (!field || !field->starts_with("\\x") || field->size() % 2 != 0) return std::nullopt;
  std::string read;
  read.reserve(field->size() / 2 - 1);
  for (size_t i = 2; i < field->size(); i += 2) {
    const size_t high = kDigits.find((*field)[i]);
    const size_t low = kDigits.find((*field)[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    read += static_cast<char>(high << 4U | low);
  }
  return read;
}

const Field& Rows::at(size_t row, std::string_view column) const {
  static const Field kNull;
  const auto found = std::find(columns.begin(), columns.end(), column);
  const auto index = static_cast<size_t>(found - columns.begin());
  if (found == columns.end() || row >= rows.size() || index >= rows[row].size()) return kNull;
  return rows[row][index];
}

}  // namespace penstock::postgres
