#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auth/auth_settings.h"
#include "auth/schemes/scheme.h"
#include "auth/schemes/token_cache.h"
#include "auth/schemes/token_keys.h"
#include "contract/openapi/security.h"
#include "jose/web_token.h"

namespace penstock::auth {

// Checks bearer tokens: those of Authorization, and those that a load balancer adds.
class TokenScheme : public Scheme {
 public:
  // A request waits no longer for an issuer's new key.
  static constexpr std::chrono::seconds kKeyWaitMax{2};

  // `scheme` must outlive it. `keys` is null if the load balancer verifies the tokens.
  TokenScheme(std::string name, const contract::SecurityScheme& scheme, BearerSettings settings,
              std::unique_ptr<TokenKeys> keys, TokenCache::Limits limits);

  // Must be called when other keys are in force.
  void keys_changed() { cache_.clear(); }
  // A token that one of these rivals knows is not looked at here. They must be there as long as
  // this one is used.
  void set_rivals(std::vector<const TokenScheme*> rivals) { rivals_ = std::move(rivals); }

  // A token that is in the cache is taken whatever the failures of its address: it was right, and
  // behind one address there may be many clients. Others of such an address are not verified, so
  // that nobody can keep the processor busy with wrong ones.
  [[nodiscard]] std::optional<Check> check_now(const Attempt& attempt) override;
  [[nodiscard]] async::Awaitable<Check> check(const Attempt& attempt) override;
  [[nodiscard]] std::string credential() const override;
  [[nodiscard]] std::string place() const override;
  [[nodiscard]] std::string challenge(std::string_view realm) const override;
  [[nodiscard]] bool has_error_parameters() const override { return true; }

  // Says whether both read the same tokens and none of them can be right for both, because they are
  // for different issuers. A scheme without an issuer takes those of any.
  [[nodiscard]] bool excludes(const TokenScheme& other) const;
  [[nodiscard]] const TokenCache& cache() const { return cache_; }

 private:
  [[nodiscard]] Credential read(const Attempt& attempt) const;
  // Returns nothing if the issuer may have a key that is not here yet.
  [[nodiscard]] std::optional<Check> verify(std::string_view text, const Attempt& attempt,
                                            bool may_ask);
  [[nodiscard]] std::optional<Check> find_key(const jose::Token& token, const Attempt& attempt,
                                              bool may_ask) const;
  [[nodiscard]] Check take(std::string_view text, boost::json::object claims);

  const std::string name_;
  const contract::SecurityScheme& scheme_;
  const BearerSettings settings_;
  const std::unique_ptr<TokenKeys> keys_;
  TokenCache cache_;
  std::vector<const TokenScheme*> rivals_;
};

}  // namespace penstock::auth
