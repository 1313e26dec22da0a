#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::lambda {

// Base64 with padding (RFC 4648 section 4), as the event source mapping writes keys and values.

// The most bytes that `length` characters decode to.
[[nodiscard]] constexpr size_t base64_bytes_max(size_t length) {
  return length / 4 * 3;
}

// Decodes into `out`, which must have room for base64_bytes_max(text.size()), and returns the
// number of bytes. It is strict: nothing for other characters (whitespace too), missing padding, or
// padded-away bits that are not zero.
[[nodiscard]] std::optional<size_t> decode_base64(std::string_view text, char* out);

[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace penstock::lambda
