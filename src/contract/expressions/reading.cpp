#include "contract/expressions/reading.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include "base/utf8.h"

namespace penstock::contract {

namespace {

constexpr size_t kPatternBytesMax = size_t{64} << 10;

}  // namespace

void throw_exception_from_error(const PatternFault& fault, const boost::source_location&) {
  throw std::runtime_error(fault.sentence);
}

ExpressionReading::ExpressionReading(std::string_view text, Attempt& attempt)
    : text_(text), rest_(text), attempt_(attempt) {
  if (text.size() > kPatternBytesMax) {
    fail(kPatternTooLarge, 0, "it has more than 65536 bytes");
  } else if (!base::is_utf8(text)) {
    fail(kPatternSyntax, 0, "it is not UTF-8");
  }
}

uint32_t ExpressionReading::take_point() {
  if (rest_.empty()) return 0;
  const auto size = static_cast<size_t>(base::utf8_length(rest_));
  const auto first = static_cast<unsigned char>(rest_.front());
  uint32_t point = size == 1 ? first : first & (0x7fU >> size);
  for (const char c : rest_.substr(1, size - 1)) {
    point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  }
  rest_.remove_prefix(size);
  return point;
}

std::optional<uint32_t> ExpressionReading::take_number() {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
  if (error == std::errc::invalid_argument) return std::nullopt;
  rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
  return error == std::errc() ? number : UINT32_MAX;
}

std::optional<uint32_t> ExpressionReading::take_hex(size_t count) {
  const std::string_view digits = rest_.substr(0, count);
  uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (digits.size() < count || error != std::errc() || end != digits.data() + count) {
    return std::nullopt;
  }
  rest_.remove_prefix(count);
  return number;
}

PatternFault ExpressionReading::fault_at(std::string_view kind, size_t place,
                                         std::string_view sentence) const {
  const std::string_view before = text_.substr(0, place);
  const auto column = 1 + std::count_if(before.begin(), before.end(), [](char c) {
                        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                      });
  return {.kind = std::string(kind),
          .sentence = std::string(sentence),
          .column = static_cast<size_t>(column)};
}

void ExpressionReading::fail(std::string_view kind, size_t place, std::string_view sentence) {
  if (!fault_) fault_ = fault_at(kind, place, sentence);
  rest_ = {};
}

void ExpressionReading::note_not_enforced(std::string_view kind, size_t place,
                                          std::string_view sentence) {
  if (!not_enforced_ && !fault_) not_enforced_ = fault_at(kind, place, sentence);
}

void ExpressionReading::note_annex_b(size_t place, std::string_view sentence) {
  if (!annex_b_) annex_b_ = fault_at(kPatternAnnexB, place, sentence);
}

void ExpressionReading::take_visits(size_t visits) {
  if (!attempt_.take(visits)) {
    fail(kPatternTooLarge, place(), "its classes take too long to read");
  }
}

}  // namespace penstock::contract
