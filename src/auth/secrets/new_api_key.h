#pragma once

#include <string>
#include <string_view>

#include "base/wiped_text.h"

namespace penstock::auth {

// New keys begin with this, so that scanners for secrets find them in texts.
inline constexpr std::string_view kApiKeyPrefix = "psk_";
// So many characters with 256 random bits follow, and then a checksum.
inline constexpr size_t kApiKeyRandomLength = 43;
inline constexpr size_t kApiKeyChecksumLength = 6;

// Makes a key: kApiKeyPrefix, 43 random digits and letters (62^43 is more than 2^256), and the
// CRC-32 of all that, in base 62 with the digits 0-9, A-Z, a-z. The checksum tells a scanner what
// is a key, and is no secret.
[[nodiscard]] base::WipedText new_api_key();
// Says whether a text has this form, with the right checksum.
[[nodiscard]] bool looks_like_new_api_key(std::string_view text);
// Returns the hash that a document has of a key: 64 hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view key);

}  // namespace penstock::auth
