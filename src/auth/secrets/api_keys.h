#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/result.h"
#include "base/time_text.h"

namespace penstock::auth {

// Holds the API keys of a service, of which only SHA-256 hashes are known. That is enough, because
// a key has 128 random bits or more: nobody finds it by trying. One thread at a time may use it.
class ApiKeys {
 public:
  static constexpr size_t kBytesMax = 1024 * 1024;
  static constexpr size_t kKeysMax = 10'000;
  // A longer key is not looked for.
  static constexpr size_t kKeyBytesMax = 4096;

  // Reads a document of keys (docs/authentication/keys.md). Fails with `invalid` or `too_large`;
  // the message has the place of the mistake, and no part of the document.
  [[nodiscard]] static base::Result<ApiKeys> parse(std::string_view text, std::string_view scheme);
  ApiKeys(ApiKeys&&) noexcept;
  ApiKeys& operator=(ApiKeys&&) noexcept;
  ~ApiKeys();

  // Returns the principal of a key, or null if the key is unknown or has expired. The time that it
  // takes does not depend on how much of a key is right.
  [[nodiscard]] Caller::Shared find(std::string_view key, base::SystemTime now) const;
  // Returns the number of entries, those that have expired included.
  [[nodiscard]] size_t size() const;

 private:
  struct Data;
  explicit ApiKeys(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::auth
