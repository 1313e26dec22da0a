#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "jose/algorithm.h"

namespace penstock::jose {

// Holds a key pair that signs tokens, for what plays an issuer: the mock, and tests. It is made at
// random, stays in memory, and ends with the object. One thread at a time may use it.
class SigningKey {
 public:
  // Makes a key pair for an algorithm. RSA has 2048 bits, which take a tenth of a second.
  [[nodiscard]] static base::Result<SigningKey> generate(Algorithm algorithm, std::string id);
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  // Returns the public key as a JSON Web Key with `kid`, `use` and `alg` (RFC 7517).
  [[nodiscard]] boost::json::object public_jwk() const;
  // Returns the public key as a SubjectPublicKeyInfo in PEM.
  [[nodiscard]] std::string public_pem() const;
  // Returns a token with these claims, whose header has `alg`, `kid` and `typ` (RFC 9068
  // section 2.1).
  [[nodiscard]] std::string sign(const boost::json::object& claims,
                                 std::string_view type = "at+jwt") const;
  // Does the same with a header and claims that are written out, which need not be right.
  [[nodiscard]] std::string sign_texts(std::string_view header, std::string_view claims) const;
  // Returns the signature of any text in the form of JWS (RFC 7518 section 3).
  [[nodiscard]] std::string signature_of(std::string_view text) const;

 private:
  struct Data;
  explicit SigningKey(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::jose
