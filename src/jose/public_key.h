#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "jose/algorithm.h"

namespace penstock::jose {

// Holds a public key, ready to verify signatures. It serves one family of algorithms: RSA with
// PKCS #1 v1.5 or with PSS, one elliptic curve, or Ed25519 (RFC 8725 section 3.1). It cannot be
// copied; verify() may be called by several threads.
class PublicKey {
 public:
  static constexpr size_t kIdBytesMax = 512;  // Of its `kid`.

  // Reads a JSON Web Key (RFC 7517). Fails with `invalid` if it is not a public key for
  // signatures that is served: a symmetric key, one whose `use` is not "sig", one whose `key_ops`
  // lack "verify", RSA of fewer than 2048 or more than 8192 bits, an unknown curve, or a point that
  // is not on its curve. Private members are ignored, and not kept.
  [[nodiscard]] static base::Result<PublicKey> from_jwk(const boost::json::object& jwk);
  // Reads a SubjectPublicKeyInfo in PEM, such as one of a load balancer. `algorithm` is the one
  // that the key serves.
  [[nodiscard]] static base::Result<PublicKey> from_pem(std::string_view pem, std::string id,
                                                        Algorithm algorithm);
  PublicKey(PublicKey&&) noexcept;
  PublicKey& operator=(PublicKey&&) noexcept;
  ~PublicKey();

  // Makes verifications of ES256 twice as fast, for 20 ms of this call and 150 KB of memory. Does
  // nothing for a key of another curve. It must end before verify() is called.
  void prepare();

  // Returns its `kid`, which is empty if it has none.
  [[nodiscard]] const std::string& id() const;
  // Says whether signatures of this algorithm may be verified by this key: its `alg`, or without
  // one each algorithm that fits its type and curve. An RSA key without `alg` serves RS and PS.
  [[nodiscard]] bool serves(Algorithm algorithm) const;
  // Verifies a signature in the form of JWS (RFC 7518 section 3): an ECDSA signature is r and s.
  [[nodiscard]] bool verify(Algorithm algorithm, std::string_view signed_text,
                            std::string_view signature) const;

 private:
  struct Data;
  explicit PublicKey(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::jose
