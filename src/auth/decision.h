#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/authenticator.h"
#include "auth/schemes/scheme.h"
#include "contract/openapi/security.h"

namespace penstock::auth {

// Is a scheme of the contract that can be checked.
struct KnownScheme {
  std::string name;
  std::unique_ptr<Scheme> scheme;
};

// Decides on one request, by the checks of the schemes that its operation requires.
class Deciding {
 public:
  // Returns the scheme of a need, which is never null.
  using FindScheme = std::function<KnownScheme*(const contract::SecurityNeed&)>;

  // All must outlive it. `realm` is for challenges.
  Deciding(const contract::Security& security, const Attempt& attempt, const FindScheme& find,
           std::string_view realm)
      : security_(security), attempt_(attempt), find_(find), realm_(realm) {}

  // Returns the decision, or nothing if waiting() must be checked first, by Scheme::check().
  [[nodiscard]] std::optional<Decision> decide();
  [[nodiscard]] KnownScheme& waiting() const { return *waiting_; }
  // Adds the check of waiting(). Then decide() must be called again.
  void add(Check check) { checks_.emplace_back(waiting_, std::move(check)); }

  using Checks = std::vector<std::pair<KnownScheme*, Check>>;
  // Returns what was checked until now, each scheme once.
  [[nodiscard]] const Checks& checks() const { return checks_; }

 private:
  // Says how an alternative is not met. The order is that of the better answer.
  enum class Failure : uint8_t {
    unavailable,
    insufficient_scope,
    too_many_failures,
    refused,
    malformed,
    missing
  };
  struct Nearest {
    Failure failure = Failure::missing;
    const contract::SecurityNeed* need = nullptr;
  };

  [[nodiscard]] const Check* check_of(const contract::SecurityNeed& need);
  [[nodiscard]] const Check& known_check(const KnownScheme& scheme) const;
  // Returns whether the alternative is met, or nothing if a check must be waited for.
  [[nodiscard]] std::optional<bool> try_alternative(const contract::SecurityRequirement& one);
  [[nodiscard]] Refusal refuse() const;
  [[nodiscard]] Refusal refuse_scope() const;
  void add_challenges(Refusal& refusal) const;
  [[nodiscard]] std::string wanted() const;

  const contract::Security& security_;
  const Attempt& attempt_;
  const FindScheme& find_;
  std::string_view realm_;
  Checks checks_;
  KnownScheme* waiting_ = nullptr;
  Nearest nearest_;
};

}  // namespace penstock::auth
