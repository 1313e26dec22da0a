#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/result.h"
#include "base/time_text.h"

namespace penstock::auth {

// Holds the API keys of a service, of which only SHA-256 hashes are known. It does not change.
class ApiKeys {
 public:
  static constexpr size_t kBytesMax = 1024 * 1024;
  static constexpr size_t kKeysMax = 10'000;

  // Reads a document of keys (docs/authentication/keys.md). Fails with `invalid` or `too_large`;
  // the message has the place of the mistake.
  [[nodiscard]] static base::Result<ApiKeys> parse(std::string_view text,
                                                   std::string_view scheme);
  ApiKeys(ApiKeys&&) noexcept;
  ApiKeys& operator=(ApiKeys&&) noexcept;
  ~ApiKeys();

  // Returns the principal of a key, or null if the key is unknown or has expired. The time that it
  // takes does not depend on how much of a key is right.
  [[nodiscard]] Caller::Shared find(std::string_view key, base::SystemTime now) const;
  [[nodiscard]] size_t size() const;

 private:
  struct Data;
  explicit ApiKeys(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::auth
