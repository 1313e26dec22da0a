#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::jose {

// Says why a token is refused.
enum class Fault : uint8_t {
  too_long,         // It has more than Token::kBytesMax bytes.
  malformed,        // It is not three parts of base64url with JSON objects, or a member is wrong.
  encrypted,        // It has five parts (RFC 7516).
  nested,           // Its `cty` says that it contains a token (RFC 7519 section 5.2).
  algorithm,        // Its `alg` is not served or not allowed, "none" included.
  critical_header,  // It has `crit` (RFC 7515 section 4.1.11), or `b64` (RFC 7797).
  type,             // Its `typ` is not allowed.
  unknown_key,      // No key has its `kid` and serves its `alg`. New keys may help.
  signature,
  issuer,
  audience,
  expired,
  not_yet_valid,  // `nbf`, or `iat` in the future.
  claims,         // A claim is missing, has a wrong type, or not the value that is required.
};
// Returns its word for the log, such as "unknown_key".
[[nodiscard]] std::string_view name_of(Fault fault);

}  // namespace penstock::jose
