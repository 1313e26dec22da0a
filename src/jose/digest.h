#pragma once

#include "jose/algorithm.h"

namespace penstock::jose {

// Returns OpenSSL's name of the hash of an algorithm, and null for EdDSA, which has its own.
[[nodiscard]] constexpr const char* digest_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rs256:
    case Algorithm::ps256:
    case Algorithm::es256:
      return "SHA256";
    case Algorithm::rs384:
    case Algorithm::ps384:
    case Algorithm::es384:
      return "SHA384";
    case Algorithm::rs512:
    case Algorithm::ps512:
    case Algorithm::es512:
      return "SHA512";
    case Algorithm::eddsa:
      break;
  }
  return nullptr;
}

// Says whether it is RSA with PSS, whose salt has the length of the hash (RFC 7518 section 3.5).
[[nodiscard]] constexpr bool is_pss(Algorithm algorithm) {
  return algorithm == Algorithm::ps256 || algorithm == Algorithm::ps384 ||
         algorithm == Algorithm::ps512;
}

}  // namespace penstock::jose
