#include "json/text_tokens.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace penstock::json {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

// Goes on byte by byte, up to the end of the string.
const char* Tokens::skip_beyond_ascii(const char* at) const {
  while (at != end_) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte == '"' || byte == '\\' || byte < 0x20) return at;
    const int length = byte < 0x80 ? 1 : base::utf8_length({at, static_cast<size_t>(end_ - at)});
    if (length == 0) return nullptr;
    at += length;
  }
  return nullptr;
}

const char* Tokens::read_escape(const char* at, char* bytes, size_t& count) const {
  constexpr std::string_view kLetters = R"("\/bfnrt)";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (at == end_) return nullptr;
  const char letter = *at++;
  if (const size_t index = kLetters.find(letter); index != std::string_view::npos) {
    bytes[count++] = kMeanings[index];
    return at;
  }
  uint32_t code = 0;
  if (letter != 'u' || (at = read_code_unit(at, code)) == nullptr) return nullptr;
  if (code >= 0xd800 && code < 0xe000) {  // Half of a surrogate pair (RFC 8259 section 7).
    uint32_t second = 0;
    if (code >= 0xdc00 || end_ - at < 2 || at[0] != '\\' || at[1] != 'u') return nullptr;
    at = read_code_unit(at + 2, second);
    if (at == nullptr || second < 0xdc00 || second >= 0xe000) return nullptr;
    code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
  }
  const auto add = [&](uint32_t byte) { bytes[count++] = static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
    return at;
  }
  if (code < 0x800) {
    add(0xc0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      add(0xe0 | (code >> 12));
    } else {
      add(0xf0 | (code >> 18));
      add(0x80 | (code >> 12 & 0x3f));
    }
    add(0x80 | (code >> 6 & 0x3f));
  }
  add(0x80 | (code & 0x3f));
  return at;
}

const char* Tokens::read_code_unit(const char* at, uint32_t& unit) const {
  if (end_ - at < 4) return nullptr;
  const auto [stop, code] = std::from_chars(at, at + 4, unit, 16);
  return code == std::errc{} && stop == at + 4 ? stop : nullptr;
}

const char* Tokens::read_number(const char* at, NumberToken& number) const {
  constexpr std::ptrdiff_t kWholeDigitsMax = 19;  // So many always fit into a uint64.
  const char* const start = at;
  const bool negative = *at == '-';
  if (negative) ++at;
  const char* const digits = at;
  uint64_t whole = 0;
  for (; at != end_ && is_digit(*at); ++at) {
    if (at - digits == kWholeDigitsMax) return nullptr;
    whole = whole * 10 + static_cast<uint64_t>(*at - '0');
  }
  if (at == digits || (*digits == '0' && at - digits > 1)) return nullptr;
  if (at != end_ && (*at == '.' || *at == 'e' || *at == 'E')) {
    return read_real(start, at, whole, number);
  }
  if ((negative && whole == 0) || whole > INT64_MAX) return nullptr;
  number.is_real = false;
  number.whole = negative ? -static_cast<int64_t>(whole) : static_cast<int64_t>(whole);
  return at;
}

const char* Tokens::read_real(const char* start, const char* at, uint64_t whole,
                              NumberToken& token) const {
  token.is_real = true;
  // A whole number and a power of ten up to these are doubles, so that their quotient is the
  // nearest double to the fraction.
  constexpr uint64_t kExactMax = uint64_t{1} << 53;
  constexpr std::ptrdiff_t kExponentDigitsMax = 3;
  static constexpr std::array kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                         1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  bool has_fraction = false;
  if (*at == '.') {
    const char* const first = ++at;
    uint64_t all = whole;
    for (; at != end_ && is_digit(*at); ++at) {
      const auto digit = static_cast<uint64_t>(*at - '0');
      all = all < kExactMax / 10 ? all * 10 + digit : kExactMax;  // It stays there.
      has_fraction = has_fraction || digit != 0;
    }
    const auto fraction = static_cast<size_t>(at - first);
    if (fraction == 0) return nullptr;
    const bool ends = at == end_ || (*at != 'e' && *at != 'E');
    if (ends && all < kExactMax && fraction < kPowers.size()) {
      const double number = static_cast<double>(all) / kPowers[fraction];
      token.real = *start == '-' ? -number : number;
      return at;
    }
  }
  if (at != end_ && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end_ && (*at == '+' || *at == '-')) {
      // The digits that this moves behind the point may all be zero, but that is rare.
      has_fraction = has_fraction || *at == '-';
      ++at;
    }
    const char* const first = at;
    while (at != end_ && is_digit(*at)) ++at;
    if (at == first || at - first > kExponentDigitsMax) return nullptr;
  }
  double number = 0;
  const auto [stop, code] = std::from_chars(start, at, number);
  if (code != std::errc{} || stop != at || std::isinf(number)) return nullptr;
  // A fraction must not be lost without a trace: the other reader decides what it is.
  if (has_fraction && number == std::trunc(number)) return nullptr;
  token.real = number;
  return at;
}

}  // namespace penstock::json
