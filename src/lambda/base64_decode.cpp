#include <array>
#include <cstdint>

#include "base/bytes16.h"
#include "lambda/base64.h"

#if defined(__x86_64__)
#include <tmmintrin.h>
#endif

namespace penstock::lambda {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNone = 0xff;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNone);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}

constexpr auto kValues = make_values();

constexpr uint8_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

#if defined(__x86_64__) || defined(__ARM_NEON)

using base::Bytes16;
using Words4 = uint32_t __attribute__((vector_size(16)));

// Each byte of the result is one of the table's, which the byte of `indexes` says, from 0 to 15.
#if defined(__x86_64__)
#define PENSTOCK_SHUFFLES __attribute__((target("ssse3")))
bool can_shuffle() {
  return __builtin_cpu_supports("ssse3");
}
PENSTOCK_SHUFFLES inline Bytes16 shuffled(Bytes16 table, Bytes16 indexes) {
  return reinterpret_cast<Bytes16>(
      _mm_shuffle_epi8(reinterpret_cast<__m128i>(table), reinterpret_cast<__m128i>(indexes)));
}
#else
#define PENSTOCK_SHUFFLES
bool can_shuffle() {
  return true;
}
inline Bytes16 shuffled(Bytes16 table, Bytes16 indexes) {
  return vqtbl1q_u8(table, indexes);
}
#endif

// Decodes blocks of 16 characters, as long as more than 8 others follow, since it writes 4 bytes
// too many. Stops at a block with other characters. Returns how many characters it has decoded.
//
// The tables are those of Wojciech Muła's "Base64 decoding with SIMD instructions". The upper half
// of a character says what its value differs by, and, as a bit, which lower halves it may have.
PENSTOCK_SHUFFLES size_t decode_blocks(std::string_view text, char* out) {
  constexpr size_t kBlock = sizeof(Bytes16), kBehind = 9, kDecoded = 12;
  constexpr uint8_t kUpper = 256 - 'A', kLower = 256 + 26 - 'a', kDigit = 52 - '0',
                    kPlus = 62 - '+', kSlash = 63 - '/';
  const Bytes16 differences{0, 0, kPlus, kDigit, kUpper, kUpper, kLower, kLower};
  const Bytes16 bits{1, 2, 4, 8, 16, 32, 64, 128};
  const Bytes16 uppers_of_lower{0xa8, 0xf8, 0xf8, 0xf8, 0xf8, 0xf8, 0xf8, 0xf8,
                                0xf8, 0xf8, 0xf0, 0x54, 0x50, 0x50, 0x50, 0x54};
  // Of each four bytes, the three lower ones are the decoded ones, in the other order.
  const Bytes16 order{2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3};
  size_t done = 0;
  for (; done + kBlock + kBehind <= text.size(); done += kBlock, out += kDecoded) {
    const Bytes16 characters = base::load16(text.data() + done);
    const Bytes16 upper = characters >> 4, lower = characters & 15;
    const Bytes16 allowed = shuffled(uppers_of_lower, lower) & shuffled(bits, upper);
    if (base::Mask16(Bytes16(allowed == 0)).any()) break;
    const Bytes16 is_slash = characters == '/';
    const Bytes16 difference = (shuffled(differences, upper) & ~is_slash) | (is_slash & kSlash);
    const auto values = reinterpret_cast<Words4>(characters + difference);
    const Words4 decoded =
        (values & 63) << 18 | (values >> 8 & 63) << 12 | (values >> 16 & 63) << 6 | values >> 24;
    const Bytes16 bytes = shuffled(reinterpret_cast<Bytes16>(decoded), order);
    std::memcpy(out, &bytes, sizeof bytes);
  }
  return done;
}

#endif

}  // namespace

std::optional<size_t> decode_base64(std::string_view text, char* out) {
  size_t done = 0;
#if defined(__x86_64__) || defined(__ARM_NEON)
  if (can_shuffle()) done = decode_blocks(text, out);
#endif
  const auto rest = decode_base64_singly(text.substr(done), out + base64_bytes_max(done));
  if (!rest) return std::nullopt;
  return base64_bytes_max(done) + *rest;
}

std::optional<size_t> decode_base64_singly(std::string_view text, char* out) {
  if (text.size() % 4 != 0) return std::nullopt;
  char* const begin = out;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const size_t whole = padding > 0 ? text.size() - 4 : text.size();
  for (size_t i = 0; i < whole; i += 4) {
    const uint32_t a = value_of(text[i]), b = value_of(text[i + 1]), c = value_of(text[i + 2]),
                   d = value_of(text[i + 3]);
    if ((a | b | c | d) > 63) return std::nullopt;
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  if (padding > 0) {
    const uint32_t a = value_of(text[whole]), b = value_of(text[whole + 1]);
    const uint32_t c = padding == 1 ? value_of(text[whole + 2]) : 0;
    if ((a | b | c) > 63) return std::nullopt;
    const uint32_t bits = a << 18 | b << 12 | c << 6;
    if ((bits & (padding == 1 ? 0xffu : 0xffffu)) != 0) return std::nullopt;
    *out++ = static_cast<char>(bits >> 16);
    if (padding == 1) *out++ = static_cast<char>(bits >> 8);
  }
  return static_cast<size_t>(out - begin);
}

}  // namespace penstock::lambda
