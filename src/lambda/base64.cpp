#include "lambda/base64.h"

#include <array>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <tmmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace penstock::lambda {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Has the two characters for each value of 12 bits, so that three bytes take two steps.
constexpr std::array<std::array<char, 2>, 4096> make_pairs() {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  return pairs;
}

constexpr auto kPairs = make_pairs();

// Each of these encodes as many bytes from the beginning as it can, a multiple of three, and
// returns their number.
#if defined(__x86_64__)
// 12 bytes become 16 characters, as in https://arxiv.org/abs/1704.00605, with vectors of 128 bits.
// All processors since 2008 have SSSE3, but the ABI does not require it.
__attribute__((target("ssse3"))) size_t encode_with_ssse3(std::string_view bytes, char* out) {
  const __m128i order = _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  // What is added to a value of 6 bits: 0 to 25 find the entry 13, 26 to 51 find 0, others 1 to 12.
  const __m128i distances =
      _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                    '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
  size_t at = 0;
  for (; bytes.size() - at >= 16; at += 12, out += 16) {
    const __m128i in = _mm_shuffle_epi8(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at)), order);
    const __m128i high =
        _mm_mulhi_epu16(_mm_and_si128(in, _mm_set1_epi32(0x0fc0fc00)), _mm_set1_epi32(0x04000040));
    const __m128i low =
        _mm_mullo_epi16(_mm_and_si128(in, _mm_set1_epi32(0x003f03f0)), _mm_set1_epi32(0x01000010));
    const __m128i values = _mm_or_si128(high, low);
    const __m128i upper =
        _mm_and_si128(_mm_cmpgt_epi8(_mm_set1_epi8(26), values), _mm_set1_epi8(13));
    const __m128i entries = _mm_or_si128(_mm_subs_epu8(values, _mm_set1_epi8(51)), upper);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                     _mm_add_epi8(values, _mm_shuffle_epi8(distances, entries)));
  }
  return at;
}

size_t encode_blocks(std::string_view bytes, char* out) {
  static const bool has_ssse3 = __builtin_cpu_supports("ssse3") != 0;
  return has_ssse3 && bytes.size() >= 16 ? encode_with_ssse3(bytes, out) : 0;
}
#elif defined(__aarch64__)
// 48 bytes become 64 characters, which are looked up in a table of 64 bytes.
size_t encode_blocks(std::string_view bytes, char* out) {
  const auto* const in = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto* const alphabet = reinterpret_cast<const uint8_t*>(kAlphabet.data());
  const uint8x16x4_t table = {vld1q_u8(alphabet), vld1q_u8(alphabet + 16), vld1q_u8(alphabet + 32),
                              vld1q_u8(alphabet + 48)};
  const uint8x16_t six = vdupq_n_u8(63);
  size_t at = 0;
  for (; bytes.size() - at >= 48; at += 48, out += 64) {
    const uint8x16x3_t three = vld3q_u8(in + at);
    uint8x16x4_t four;
    four.val[0] = vshrq_n_u8(three.val[0], 2);
    four.val[1] = vandq_u8(vorrq_u8(vshlq_n_u8(three.val[0], 4), vshrq_n_u8(three.val[1], 4)), six);
    four.val[2] = vandq_u8(vorrq_u8(vshlq_n_u8(three.val[1], 2), vshrq_n_u8(three.val[2], 6)), six);
    four.val[3] = vandq_u8(three.val[2], six);
    for (uint8x16_t& values : four.val) values = vqtbl4q_u8(table, values);
    vst4q_u8(reinterpret_cast<uint8_t*>(out), four);
  }
  return at;
}
#else
size_t encode_blocks(std::string_view, char*) {
  return 0;
}
#endif

}  // namespace

char* encode_base64_singly(std::string_view bytes, char* out) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const end = at + bytes.size();
  for (; end - at >= 3; at += 3) {
    const uint32_t bits = uint32_t{at[0]} << 16 | uint32_t{at[1]} << 8 | at[2];
    std::memcpy(out, kPairs[bits >> 12].data(), 2);
    std::memcpy(out + 2, kPairs[bits & 0xfff].data(), 2);
    out += 4;
  }
  if (at == end) return out;
  const bool has_two = end - at == 2;
  const uint32_t bits = uint32_t{at[0]} << 16 | (has_two ? uint32_t{at[1]} << 8 : 0u);
  *out++ = kAlphabet[bits >> 18];
  *out++ = kAlphabet[bits >> 12 & 63];
  *out++ = has_two ? kAlphabet[bits >> 6 & 63] : '=';
  *out++ = '=';
  return out;
}

char* encode_base64_to(std::string_view bytes, char* out) {
  const size_t whole = encode_blocks(bytes, out);
  return encode_base64_singly(bytes.substr(whole), out + whole / 3 * 4);
}

std::string encode_base64(std::string_view bytes) {
  std::string text(base64_length(bytes.size()), '\0');
  encode_base64_to(bytes, text.data());
  return text;
}

}  // namespace penstock::lambda
