#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::jose {

// Says whether a text may end with "=" (RFC 4648 section 3.2). JWS has none (RFC 7515 section 2).
enum class Padding { refused, allowed };

// Returns the bytes of a text in base64url (RFC 4648 section 5), or nothing if it is not one. Each
// byte sequence has one text: bits that are left over must be zero (section 3.5), and nothing may
// stand between the characters. With Padding::allowed it may be complete or absent.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text,
                                                        Padding padding = Padding::refused);

// Returns the text of bytes, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);

}  // namespace penstock::jose
