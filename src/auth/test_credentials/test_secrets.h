#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time_text.h"

namespace penstock::auth {

// Returns bytes in base64url without padding (RFC 4648 section 5).
[[nodiscard]] std::string test_base64url(std::string_view bytes);
// Returns bytes in base64 with padding (section 4).
[[nodiscard]] std::string test_base64(std::string_view bytes);
// Returns the SHA-256 of the text in hexadecimal digits.
[[nodiscard]] base::Result<std::string> test_sha256(std::string_view text);

// A TestSeed is what all secrets of a desk are derived from, so that a contract that changes leaves
// those of its schemes as they were.
class TestSeed {
 public:
  // Takes random bytes. Fails with `internal` if there are none.
  [[nodiscard]] static base::Result<TestSeed> make(base::SystemTime now);

  [[nodiscard]] base::SystemTime made_at() const { return made_at_; }
  // Returns 32 bytes that only this seed has for this purpose.
  [[nodiscard]] base::Result<std::string> bytes_for(std::string_view purpose) const;
  // Returns 128 bits of them as text that needs no escape in a header, a query or a cookie.
  [[nodiscard]] base::Result<std::string> secret_for(std::string_view purpose) const;
  // Returns "$scrypt$ln=…,r=…,p=…$salt$hash" of a password, with a salt for this purpose.
  [[nodiscard]] base::Result<std::string> scrypt_for(std::string_view purpose,
                                                     std::string_view password) const;

 private:
  TestSeed(std::string bytes, base::SystemTime made_at)
      : bytes_(std::move(bytes)), made_at_(made_at) {}

  std::string bytes_;
  base::SystemTime made_at_;
};

// Signs tokens with Ed25519 (RFC 8037), whose signatures need no other form.
class TestIssuer {
 public:
  [[nodiscard]] static base::Result<TestIssuer> make(const TestSeed& seed);
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
