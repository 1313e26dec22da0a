#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::jose {

// These algorithms of signatures are verified here (RFC 7518 section 3.1, RFC 8037). "none" and
// those with a shared secret (HS256) are not among them: a public key must never be used as a
// secret (RFC 8725 section 3.1).
enum class Algorithm : uint8_t {
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
  eddsa
};

// Returns the algorithm of a header's `alg`, such as "ES256", or nothing.
[[nodiscard]] std::optional<Algorithm> algorithm_named(std::string_view name);
[[nodiscard]] std::string_view name_of(Algorithm algorithm);

}  // namespace penstock::jose
