#include "lambda/base64.h"

#include <array>
#include <cstdint>

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

}  // namespace

std::optional<size_t> decode_base64(std::string_view text, char* out) {
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

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const auto at = [&](size_t n) {
      return n < left ? uint32_t{static_cast<unsigned char>(bytes[i + n])} : 0u;
    };
    const uint32_t bits = at(0) << 16 | at(1) << 8 | at(2);
    text += kAlphabet[bits >> 18];
    text += kAlphabet[bits >> 12 & 63];
    text += left > 1 ? kAlphabet[bits >> 6 & 63] : '=';
    text += left > 2 ? kAlphabet[bits & 63] : '=';
  }
  return text;
}

}  // namespace penstock::lambda
