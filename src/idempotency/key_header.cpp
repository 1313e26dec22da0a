#include "idempotency/key_header.h"

#include <algorithm>

namespace penstock::idempotency {
namespace {

base::Error invalid(const char* message) {
  return {base::ErrorCode::invalid, message};
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_bare(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
  });
}

// Reads a string of RFC 8941 behind its first quote.
base::Result<std::string> quoted_key(std::string_view text) {
  std::string key;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (i + 1 == text.size()) return key;
      return invalid("there is something behind the key's closing quote");
    }
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || (text[i] != '"' && text[i] != '\\')) {
        return invalid("a backslash in the key must stand before a quote or a backslash");
      }
    } else if (text[i] < 0x20 || text[i] >= 0x7f) {
      return invalid("the key must be ASCII without control characters");
    }
    key += text[i];
  }
  return invalid("the key has no closing quote");
}

}  // namespace

base::Result<std::string> key_of(std::string_view value) {
  const std::string_view text = without_spaces(value);
  // Each character of a key takes two bytes at most.
  if (text.size() > 2 * kKeyBytesMax + 2) {
    return base::Error{base::ErrorCode::too_large, "the key has more than 255 characters"};
  }
  base::Result<std::string> key = std::string(text);
  if (text.starts_with('"')) {
    key = quoted_key(text);
  } else if (!is_bare(text)) {
    key = invalid("a key without quotes must be visible ASCII without \" , ; and \\");
  }
  if (key && key->empty()) return invalid("the key is empty");
  if (key && key->size() > kKeyBytesMax) {
    return base::Error{base::ErrorCode::too_large, "the key has more than 255 characters"};
  }
  return key;
}

}  // namespace penstock::idempotency
