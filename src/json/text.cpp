#include "json/text.h"

#include "base/utf8.h"

namespace penstock::json {
namespace {

constexpr bool needs_care(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f;
}

void append_escape(std::string& out, unsigned char byte) {
  static constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  static constexpr std::string_view kLetters = "btnfr\"\\";
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  if (const size_t i = kShort.find(static_cast<char>(byte)); i != std::string_view::npos) {
    out += kLetters[i];
    return;
  }
  out += "u00";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

enum class BadUtf8 { replace, refuse };

template <BadUtf8 policy>
bool append_escaped(std::string& out, std::string_view text) {
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
      if (const int length = base::utf8_length(text.substr(i)); length > 0) {
        i += static_cast<size_t>(length);
        continue;
      }
      if constexpr (policy == BadUtf8::refuse) return false;
    }
    out.append(text, plain, i - plain);
    if (byte >= 0x80) {
      out += "\xef\xbf\xbd";
    } else {
      append_escape(out, byte);
    }
    plain = ++i;
  }
  out.append(text, plain, i - plain);
  out += '"';
  return true;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  append_escaped<BadUtf8::replace>(out, text);
}

bool append_checked_string(std::string& out, std::string_view text) {
  return append_escaped<BadUtf8::refuse>(out, text);
}

std::string quoted(std::string_view text) {
  std::string json;
  append_string(json, text);
  return json;
}

}  // namespace penstock::json
