#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::lambda {

// These functions encode and decode Base64 with padding (RFC 4648 section 4), in which the event
// source mapping writes keys and values.

// Returns how many bytes `length` characters decode to at most.
[[nodiscard]] constexpr size_t base64_bytes_max(size_t length) {
  return length / 4 * 3;
}

// Decodes into `out`, which must have room for base64_bytes_max(text.size()) bytes, and returns the
// number of bytes. It is strict: it returns nothing if the text has other characters (including
// whitespace), lacks padding, or has unused bits that are not zero.
[[nodiscard]] std::optional<size_t> decode_base64(std::string_view text, char* out);
// Does the same one character after the other, where decode_base64() takes 16 at once. Tests
// compare the two.
[[nodiscard]] std::optional<size_t> decode_base64_singly(std::string_view text, char* out);

// Returns how many characters a number of bytes is encoded to.
[[nodiscard]] constexpr size_t base64_length(size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Encodes any bytes into `out`, which must have room for base64_length(bytes.size()) characters,
// and returns the end of what it has written.
char* encode_base64_to(std::string_view bytes, char* out);

// Does the same three bytes after three, where encode_base64_to() takes 12 or 48 at once. Tests
// compare the two.
char* encode_base64_singly(std::string_view bytes, char* out);

// Encodes any bytes.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace penstock::lambda
