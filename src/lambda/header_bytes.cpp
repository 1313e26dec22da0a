#include "lambda/header_bytes.h"

#include <cstddef>

#include "base/bytes16.h"

namespace penstock::lambda {
namespace {

using base::Bytes16;
using base::load16;
using base::Mask16;

constexpr ptrdiff_t kBlock = sizeof(Bytes16);
// A number has at most so many digits. The block's numbers are looked at from their ends.
constexpr ptrdiff_t kDigitsMax = 3;

const char* skip_spaces(const char* at, const char* end) {
  while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
  return at;
}

// Decodes the numbers that end in the blocks from `at` on, with the bytes before each of the 16 as
// their digits. Returns null if there is anything but digits and commas, or too little text.
const char* decode_blocks(const char* at, const char* end, char*& out) {
  for (; end - at >= kBlock; at += kBlock) {
    // These are the bytes, and those one, two and three before them, as digits.
    const Bytes16 here = load16(at) - '0', ones = load16(at - 1) - '0', tens = load16(at - 2) - '0',
                  hundreds = load16(at - 3) - '0';
    const Bytes16 is_digit = here <= 9, one = ones <= 9, two = one & (tens <= 9),
                  three = two & (hundreds <= 9);
    const Bytes16 closes = here == static_cast<uint8_t>(']' - '0');
    const Bytes16 others = ~(is_digit | closes) & (here != static_cast<uint8_t>(',' - '0'));
    // At most 99 for two digits: what is above 25 is too much for a byte.
    const Bytes16 upper_hundreds = hundreds & three, twice = upper_hundreds + upper_hundreds;
    const Bytes16 upper = twice + (twice + twice) + (twice + twice) + (tens & two);
    const Bytes16 upper2 = upper + upper, upper4 = upper2 + upper2;
    const Bytes16 value = upper2 + (upper4 + upper4) + ones;
    const Bytes16 too_large = (upper > 25) | ((upper == 25) & (ones > 5));
    const Bytes16 leading_zero = (three & (hundreds == 0)) | (two & ~three & (tens == 0));
    Mask16 wrong(others | (is_digit & three) | (~is_digit & (~one | too_large | leading_zero)));
    Mask16 numbers(~is_digit);
    const size_t close = Mask16(closes).first();
    wrong.keep_before(close + 1);
    if (wrong.any()) return nullptr;
    numbers.keep_before(close + 1);
    while (numbers.any()) *out++ = static_cast<char>(value[numbers.take_first()]);
    if (close < sizeof(Bytes16)) return at + close + 1;
  }
  return nullptr;
}

}  // namespace

const char* decode_header_bytes(const char* begin, const char* at, const char* end, char*& out) {
  if (at - begin >= kDigitsMax && at != end && *at != ']') {
    char* const start = out;
    if (const char* const done = decode_blocks(at, end, out)) return done;
    out = start;
  }
  return decode_header_bytes_singly(at, end, out);
}

const char* decode_header_bytes_singly(const char* at, const char* end, char*& out) {
  at = skip_spaces(at, end);
  if (at != end && *at == ']') return at + 1;
  while (true) {
    at = skip_spaces(at, end);
    const bool negative = at != end && *at == '-';
    if (negative) ++at;
    const char* const digits = at;
    int number = 0;
    for (; at != end && *at >= '0' && *at <= '9'; ++at) {
      if (at - digits == kDigitsMax) return nullptr;
      number = number * 10 + (*at - '0');
    }
    const ptrdiff_t count = at - digits;
    if (count == 0 || (*digits == '0' && (count > 1 || negative))) return nullptr;
    if (number > (negative ? 128 : 255)) return nullptr;
    *out++ = static_cast<char>(negative ? -number : number);
    at = skip_spaces(at, end);
    if (at == end) return nullptr;
    if (*at == ']') return at + 1;
    if (*at != ',') return nullptr;
    ++at;
  }
}

}  // namespace penstock::lambda
