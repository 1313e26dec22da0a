#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::auth {

// Returns bytes in base64url without padding (RFC 4648 section 5).
[[nodiscard]] std::string test_base64url(std::string_view bytes);
// Returns bytes in base64 with padding (section 4).
[[nodiscard]] std::string test_base64(std::string_view bytes);
// Returns 128 random bits as text that needs no escape in a header, a query or a cookie.
[[nodiscard]] base::Result<std::string> random_secret();
// Returns the SHA-256 of the text in hexadecimal digits.
[[nodiscard]] base::Result<std::string> sha256_hex(std::string_view text);
// Returns "$scrypt$ln=…,r=…,p=…$salt$hash" with a salt of its own.
[[nodiscard]] base::Result<std::string> scrypt_text(std::string_view password);

// Signs tokens with Ed25519 (RFC 8037), whose signatures need no other form.
class TestIssuer {
 public:
  [[nodiscard]] static base::Result<TestIssuer> make();
  TestIssuer(TestIssuer&&) noexcept;
  TestIssuer& operator=(TestIssuer&&) noexcept;
  ~TestIssuer();

  // Returns its public key as a JSON Web Key.
  [[nodiscard]] const std::string& jwk() const { return jwk_; }
  // Returns a token with these claims, which are a JSON object.
  [[nodiscard]] base::Result<std::string> token(std::string_view claims) const;

 private:
  struct Key;
  TestIssuer(std::unique_ptr<Key> key, std::string jwk);

  std::unique_ptr<Key> key_;
  std::string jwk_;
};

}  // namespace penstock::auth
