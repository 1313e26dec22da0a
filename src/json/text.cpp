#include "json/text.h"

#include <array>

#include "base/utf8.h"

namespace penstock::json {
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

void append_string(std::string& out, std::string_view text) {
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

std::string quoted(std::string_view text) {
  std::string json;
  append_string(json, text);
  return json;
}

}  // namespace penstock::json
