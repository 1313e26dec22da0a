#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::auth {

// Holds the hash of a password by scrypt (RFC 7914), in the text form of PHC strings, which
// passlib and other libraries write: "$scrypt$ln=15,r=8,p=1$<salt>$<hash>", where ln is the binary
// logarithm of N, and salt and hash are Base64 (RFC 4648 section 4) without padding.
struct ScryptHash {
  // Bounds of what one hash may cost: 64 MiB (128 * N * r bytes), and about a second of a slow
  // processor (N * r * p). At the lower end a hash takes some milliseconds.
  static constexpr uint64_t kMemoryMax = 64 * 1024 * 1024;
  static constexpr uint64_t kStepsMax = uint64_t{1} << 21U;
  static constexpr unsigned kLogNMin = 10;
  static constexpr unsigned kRMin = 8;
  static constexpr size_t kSaltBytesMin = 8;
  static constexpr size_t kHashBytesMin = 16;
  static constexpr size_t kBytesMax = 64;  // Of the salt, and of the hash.

  unsigned log_n = 15;
  unsigned r = 8;
  unsigned p = 1;
  std::string salt;
  std::string hash;

  // Reads the text form. Fails with `invalid`; the message is what must be there, and has no part
  // of the text.
  [[nodiscard]] static base::Result<ScryptHash> parse(std::string_view text);
  // Hashes a password with a new random salt and the usual parameters. Fails with `unavailable` if
  // memory is lacking.
  [[nodiscard]] static base::Result<ScryptHash> make(std::string_view password);

  // Returns the text form.
  [[nodiscard]] std::string text() const;
  // Says whether it is the hash of this password, or returns nothing if memory is lacking. It
  // always takes the time of a hash, and is compared in constant time.
  [[nodiscard]] std::optional<bool> matches(std::string_view password) const;
};

}  // namespace penstock::auth
