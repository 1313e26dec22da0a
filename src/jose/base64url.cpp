#include "jose/base64url.h"

#include <array>
#include <cstdint>

namespace penstock::jose {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t kNone = 0x80;  // No character of the alphabet has this bit in its value.

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  for (uint8_t& value : values) value = kNone;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}
constexpr std::array<uint8_t, 256> kValues = make_values();

uint32_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

// Takes complete padding away. Returns false if there is an incomplete one.
bool take_padding(std::string_view& text) {
  if (!text.ends_with('=')) return true;
  if (text.size() % 4 != 0) return false;
  text.remove_suffix(text.ends_with("==") ? 2 : 1);
  return true;
}

}  // namespace

std::optional<std::string> from_base64url(std::string_view text, Padding padding) {
  if (padding == Padding::allowed && !take_padding(text)) return std::nullopt;
  const size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  std::string out(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1), '\0');
  char* to = out.data();
  uint32_t bad = 0;  // One look at the end is quicker than one at each character.
  const char* from = text.data();
  for (const char* const end = from + (text.size() - rest); from != end; from += 4) {
    const uint32_t a = value_of(from[0]), b = value_of(from[1]);
    const uint32_t c = value_of(from[2]), d = value_of(from[3]);
    bad |= a | b | c | d;
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(bits >> 16);
    *to++ = static_cast<char>(bits >> 8);
    *to++ = static_cast<char>(bits);
  }
  if (rest != 0) {
    const uint32_t a = value_of(from[0]), b = value_of(from[1]);
    const uint32_t c = rest == 3 ? value_of(from[2]) : 0;
    bad |= a | b | c;
    const uint32_t bits = a << 18 | b << 12 | c << 6;
    *to++ = static_cast<char>(bits >> 16);
    if (rest == 3) *to++ = static_cast<char>(bits >> 8);
    const uint32_t left_over = rest == 3 ? bits & 0xff : bits & 0xffff;
    if (left_over != 0) return std::nullopt;
  }
  if ((bad & kNone) != 0) return std::nullopt;
  return out;
}

std::string to_base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) out += kAlphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) out += kAlphabet[bits << (6 - count) & 63];
  return out;
}

}  // namespace penstock::jose
