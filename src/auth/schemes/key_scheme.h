#pragma once

#include <memory>
#include <string>

#include "auth/schemes/scheme.h"
#include "auth/secrets/api_keys.h"
#include "contract/openapi/security.h"

namespace penstock::auth {

// Checks API keys.
class KeyScheme : public Scheme {
 public:
  // `scheme` must outlive it.
  explicit KeyScheme(const contract::SecurityScheme& scheme) : scheme_(scheme) {}

  // Puts keys in force.
  void set(std::shared_ptr<const ApiKeys> keys) { keys_ = std::move(keys); }

  // The keys of an address that has had too many failures are looked at all the same: a key has 128
  // random bits or more, so that nobody finds one by trying, and behind one address there may be
  // many clients. Only wrong ones are answered in another way.
  [[nodiscard]] std::optional<Check> check_now(const Attempt& attempt) override;
  [[nodiscard]] std::string credential() const override;
  [[nodiscard]] std::string place() const override;
  // No challenge is registered for API keys, so this one says where the key must be.
  [[nodiscard]] std::string challenge(std::string_view realm) const override;

 private:
  const contract::SecurityScheme& scheme_;
  std::shared_ptr<const ApiKeys> keys_;
  std::string scratch_;
};

}  // namespace penstock::auth
