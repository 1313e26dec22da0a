#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auth/secrets/scrypt_hash.h"
#include "auth/secrets/secret_entries.h"
#include "base/result.h"

namespace penstock::auth {

// Holds users and the hashes of their passwords. It does not change.
class Users {
 public:
  static constexpr size_t kBytesMax = 1024 * 1024;
  static constexpr size_t kEntriesMax = 10'000;
  // A check takes as many hashes as the user has passwords.
  static constexpr size_t kPasswordsMax = 4;

  // Reads a document of users (docs/authentication/keys.md). Fails with `invalid` or `too_large`;
  // the message has the place of the mistake, and no part of the document.
  [[nodiscard]] static base::Result<Users> parse(std::string_view text, std::string_view scheme);

  // Is one of the passwords of a user.
  struct Password {
    ScryptHash hash;
    SecretEntry entry;
  };
  using Passwords = std::vector<Password>;
  // Returns the passwords of a user, or null.
  [[nodiscard]] const Passwords* find(std::string_view name) const;
  // Returns those of some user: the same for the same number. They stand in for those of a user
  // who is not there, so that a check takes as long. There is always one.
  [[nodiscard]] const Passwords& any(uint64_t number) const;
  // Returns the number of names.
  [[nodiscard]] size_t size() const { return by_name_.size(); }

 private:
  std::vector<Passwords> passwords_;
  std::map<std::string, size_t, std::less<>> by_name_;
};

}  // namespace penstock::auth
