#pragma once

#include <string_view>

namespace penstock::contract {

// These check the formats of other texts: encoded bytes, names, pointers, and values of headers.
// Each has the contract of Format::matches (formats.h); other rooms use them by find_format().

[[nodiscard]] bool is_base64(std::string_view text);
[[nodiscard]] bool is_base64url(std::string_view text);
[[nodiscard]] bool is_char(std::string_view text);
[[nodiscard]] bool is_json_pointer(std::string_view text);
[[nodiscard]] bool is_relative_json_pointer(std::string_view text);
[[nodiscard]] bool is_uuid(std::string_view text);
[[nodiscard]] bool is_media_range(std::string_view text);

// These are the items of structured fields (RFC 8941 section 3.3).
[[nodiscard]] bool is_sf_binary(std::string_view text);
[[nodiscard]] bool is_sf_boolean(std::string_view text);
[[nodiscard]] bool is_sf_string(std::string_view text);
[[nodiscard]] bool is_sf_token(std::string_view text);

// These are numbers in a string.
[[nodiscard]] bool is_int64_text(std::string_view text);
[[nodiscard]] bool is_uint64_text(std::string_view text);
[[nodiscard]] bool is_decimal(std::string_view text);
[[nodiscard]] bool is_decimal128(std::string_view text);

}  // namespace penstock::contract
