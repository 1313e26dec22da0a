#pragma once

#include <openssl/ec.h>

#include <memory>
#include <string_view>

#include "jose/openssl_handles.h"

namespace penstock::jose {

// Verifies ECDSA signatures of P-256 by one public key in half of the time that OpenSSL needs.
// OpenSSL has a table of multiples for the curve's generator alone; this has one for the key as
// well, so that u1*G + u2*Q (FIPS 186-5 section 6.4.2) are two look-ups in tables. All arithmetic
// is OpenSSL's. What is verified is public, so that its time may tell of it.
class PreparedCurve {
 public:
  // The coordinates have 32 bytes, and are those of a point of the curve. Takes about 20 ms and
  // 150 KB. Returns null if OpenSSL makes no table.
  [[nodiscard]] static std::unique_ptr<const PreparedCurve> make(std::string_view x,
                                                                 std::string_view y);

  // Says whether `r_and_s`, 64 bytes, is a signature of a text with this SHA-256, 32 bytes. Several
  // threads may call it.
  [[nodiscard]] bool verify(std::string_view hash, std::string_view r_and_s) const;

 private:
  using Group = std::unique_ptr<EC_GROUP, FreedBy<EC_GROUP_free>>;

  PreparedCurve() = default;

  Group curve_;
  Group key_;  // The same curve, with the public key as its generator.
};

}  // namespace penstock::jose
