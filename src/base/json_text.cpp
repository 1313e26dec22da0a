#include "base/json_text.h"

#include <array>

namespace penstock::base {
namespace {

constexpr bool needs_care(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f;
}

void append_escaped(std::string& out, unsigned char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u00";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

}  // namespace

int utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](size_t i, unsigned char low = 0x80, unsigned char high = 0xbf) {
    return i < text.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned char low = first == 0xe0 ? 0xa0 : 0x80;   // No overlong forms,
    const unsigned char high = first == 0xed ? 0x9f : 0xbf;  // no surrogates.
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned char low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xf4 ? 0x8f : 0xbf;  // Up to U+10FFFF.
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const int length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(static_cast<size_t>(length));
  }
  return true;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  size_t plain = 0;  // Start of the run that can be copied as it is.
  size_t i = 0;
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (!needs_care(byte)) {
      ++i;
      continue;
    }
    if (byte >= 0x80) {
      if (const int length = utf8_length(text.substr(i)); length > 0) {
        i += static_cast<size_t>(length);
        continue;
      }
    }
    out.append(text, plain, i - plain);
    if (byte >= 0x80) {
      out += "\xef\xbf\xbd";
    } else {
      append_escaped(out, byte);
    }
    plain = ++i;
  }
  out.append(text, plain, i - plain);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace penstock::base
