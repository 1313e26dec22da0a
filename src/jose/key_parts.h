#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "jose/algorithm.h"
#include "jose/openssl_handles.h"

namespace penstock::jose {

// Says what a public key is of, which decides the algorithms that it can serve.
enum class KeyType : uint8_t { rsa, p256, p384, p521, ed25519 };

// Says whether a key of this type can serve the algorithm (RFC 7518 section 3.1, RFC 8037).
[[nodiscard]] bool fits(KeyType type, Algorithm algorithm);
// Returns the bytes of a coordinate of a point (RFC 7518 section 6.2.1.2), and 0 for RSA.
[[nodiscard]] size_t coordinate_bytes(KeyType type);
// Returns OpenSSL's name of the curve, and null for RSA and Ed25519.
[[nodiscard]] const char* curve_name(KeyType type);

// These are the numbers of a public key, as bytes with the most significant one first.
struct KeyParts {
  KeyType type = KeyType::rsa;
  std::string first;   // The modulus, the x coordinate, or Ed25519's public key.
  std::string second;  // The exponent, or the y coordinate.
};

// Makes OpenSSL's key. Fails with `invalid` if RSA's modulus has fewer than 2048 or more than 8192
// bits or is even, if its exponent is even, 1, or has more than 64 bits, which would make each
// verification slow, or if a point is not on its curve.
[[nodiscard]] base::Result<KeyHandle> make_key(const KeyParts& parts);

// Returns the numbers of a public key that OpenSSL has read. Fails with `invalid` if it is of a
// type that is not served.
[[nodiscard]] base::Result<KeyParts> parts_of(const EVP_PKEY& key);

}  // namespace penstock::jose
