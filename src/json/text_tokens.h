#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace penstock::json {

// Has a number of a JSON text: `whole`, or `real` if it is written with a point or an exponent.
struct NumberToken {
  bool is_real = false;
  int64_t whole = 0;
  double real = 0;
};

// Reads the tokens of the texts that clients usually send, for readers that give up at what is
// wrong or rare (quick_reader.h, typed/typed_reader.h). All functions read one part of the text
// that begins at `at`, which may be the end of the text. They return where the part ends, or null
// to give up.
class Tokens {
 public:
  // `end` is the end of the text.
  explicit Tokens(const char* end = nullptr) : end_(end) {}

  [[nodiscard]] const char* end() const { return end_; }
  [[nodiscard]] bool is_end(const char* at) const { return at == end_; }

  [[nodiscard]] const char* skip_spaces(const char* at) const {
    while (at != end_ && static_cast<unsigned char>(*at) <= ' ' &&
           (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
      ++at;
    }
    return at;
  }
  // Returns the first byte of a string that ends it or needs care: a quote, a backslash or a
  // control character. It gives up at bytes that are not UTF-8, and at the end of the text.
  [[nodiscard]] const char* skip_plain(const char* at) const;
  // Reads a key from its quote to the colon behind it. It gives up at an escape.
  [[nodiscard]] const char* read_key(const char* at, std::string_view& key) const;
  [[nodiscard]] const char* read_word(const char* at, std::string_view word) const {
    const std::string_view rest(at, static_cast<size_t>(end_ - at));
    return rest.starts_with(word) ? at + word.size() : nullptr;
  }
  // Reads the rest of a string, without its escapes, into `out`. `start` is behind its quote, and
  // `at` is at its first backslash.
  template <class Text>
  [[nodiscard]] const char* read_escaped(const char* start, const char* at, Text& out) const;
  // Reads a number. It gives up if the number has more digits than its type surely keeps.
  [[nodiscard]] const char* read_number(const char* at, NumberToken& number) const;

 private:
  // The longest escape becomes so many bytes.
  static constexpr size_t kUnescapedMax = 4;

  [[nodiscard]] const char* skip_beyond_ascii(const char* at) const;
  // Reads what is behind a backslash, and writes `count` bytes for it.
  [[nodiscard]] const char* read_escape(const char* at, char* bytes, size_t& count) const;
  [[nodiscard]] const char* read_code_unit(const char* at, uint32_t& unit) const;
  // `at` is behind the whole part of the number, whose digits are those of `whole`.
  [[nodiscard]] const char* read_real(const char* start, const char* at, uint64_t whole,
                                      NumberToken& number) const;

  const char* end_;
};

// Returns how many of the 16 bytes at `at` come before the first one that is not a plain character
// of a string: a quote, a backslash, a control character, or a byte beyond ASCII. It is 16 if all
// are plain.
#if defined(__SSE2__)
inline int count_plain(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  // Bytes beyond ASCII are negative, so they are less than a space, too.
  const __m128i special = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                       _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
  return std::countr_zero(static_cast<unsigned>(_mm_movemask_epi8(special)) | 0x10000U);
}
#elif defined(__ARM_NEON)
inline int count_plain(const char* at) {
  const int8x16_t bytes = vld1q_s8(reinterpret_cast<const int8_t*>(at));
  const uint8x16_t special =
      vorrq_u8(vcltq_s8(bytes, vdupq_n_s8(' ')),
               vorrq_u8(vceqq_s8(bytes, vdupq_n_s8('"')), vceqq_s8(bytes, vdupq_n_s8('\\'))));
  // Each byte becomes four bits.
  const uint8x8_t narrow = vshrn_n_u16(vreinterpretq_u16_u8(special), 4);
  return std::countr_zero(vget_lane_u64(vreinterpret_u64_u8(narrow), 0)) / 4;
}
#else
inline int count_plain(const char* at) {
  int count = 0;
  while (count < 16 && static_cast<signed char>(at[count]) >= ' ' && at[count] != '"' &&
         at[count] != '\\') {
    ++count;
  }
  return count;
}
#endif

inline const char* Tokens::skip_plain(const char* at) const {
  while (end_ - at >= 16) {
    const int plain = count_plain(at);
    at += plain;
    if (plain < 16) return static_cast<signed char>(*at) >= 0 ? at : skip_beyond_ascii(at);
  }
  return skip_beyond_ascii(at);
}

inline const char* Tokens::read_key(const char* at, std::string_view& key) const {
  if (at == end_ || *at != '"') return nullptr;
  const char* const start = ++at;
  at = skip_plain(at);
  if (at == nullptr || *at != '"') return nullptr;
  key = {start, static_cast<size_t>(at - start)};
  at = skip_spaces(at + 1);
  return at == end_ || *at != ':' ? nullptr : at + 1;
}

template <class Text>
const char* Tokens::read_escaped(const char* start, const char* at, Text& out) const {
  out.assign(start, at);
  while (*at == '\\') {
    char bytes[kUnescapedMax];
    size_t count = 0;
    const char* const plain = read_escape(at + 1, bytes, count);
    if (plain == nullptr || (at = skip_plain(plain)) == nullptr) return nullptr;
    out.append(bytes, count);
    out.append(plain, at);
  }
  return *at == '"' ? at + 1 : nullptr;
}

}  // namespace penstock::json
