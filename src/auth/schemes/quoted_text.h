#pragma once

#include <string>
#include <string_view>

namespace penstock::auth {

// Returns the text as a quoted-string (RFC 9110 section 5.6.4). What is not printable ASCII becomes
// "?": such bytes have no meaning in a header.
[[nodiscard]] inline std::string quoted_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c >= ' ' && c <= '~' ? c : '?';
  }
  return out + '"';
}

}  // namespace penstock::auth
