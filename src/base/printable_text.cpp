#include "base/printable_text.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace penstock::base {
namespace {

constexpr std::string_view kCut = "…";

// Decodes a well-formed sequence.
uint32_t code_point(std::string_view sequence) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0);
  uint32_t code = byte(0) & (0xFFu >> (sequence.size() + 1));
  for (size_t i = 1; i < sequence.size(); ++i) code = (code << 6) | (byte(i) & 0x3Fu);
  return code;
}

bool is_shown(uint32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false;  // C0, DEL, C1.
  if (code == 0x061C || code == 0x200E || code == 0x200F) return false;
  if (code >= 0x2028 && code <= 0x202E) return false;
  return !(code >= 0x2066 && code <= 0x2069) && code != 0xFEFF;
}

std::string escaped(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 0xF]);
  }
  return out;
}

// Returns how many bytes at the start of the text are ASCII that is shown.
size_t plain_bytes(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && text[count] >= 0x20 && text[count] < 0x7F) ++count;
  return count;
}

}  // namespace

std::string printable(std::string_view text, size_t bytes_max) {
  std::string out;
  size_t cut = 0;  // How much of `out` leaves room for the mark.
  const size_t cut_max = bytes_max - std::min(bytes_max, kCut.size());
  while (!text.empty()) {
    // Most texts have nothing else.
    if (const size_t plain = plain_bytes(text.substr(0, bytes_max - out.size())); plain > 0) {
      if (out.size() <= cut_max) cut = std::min(out.size() + plain, cut_max);
      out += text.substr(0, plain);
      text.remove_prefix(plain);
      continue;
    }
    const auto length = static_cast<size_t>(utf8_length(text));
    const std::string_view next = text.substr(0, length == 0 ? 1 : length);
    const bool shown = length != 0 && is_shown(code_point(next));
    const std::string part = shown ? std::string(next) : escaped(next);
    if (out.size() + part.size() > bytes_max) {
      out.resize(cut);
      if (bytes_max >= kCut.size()) out += kCut;
      return out;
    }
    out += part;
    if (out.size() <= cut_max) cut = out.size();
    text.remove_prefix(next.size());
  }
  return out;
}

std::string printable_lines(std::string_view text, size_t part_bytes_max) {
  std::string out;
  for (;;) {
    const size_t end = text.find_first_of("\n\t");
    out += printable(text.substr(0, end), part_bytes_max);
    if (end == std::string_view::npos) return out;
    out += text[end];
    text.remove_prefix(end + 1);
  }
}

}  // namespace penstock::base
