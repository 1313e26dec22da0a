#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "jose/algorithm.h"
#include "jose/token_fault.h"

namespace penstock::jose {

// Says which tokens are taken, beside their signature (RFC 7519, 8725, 9068).
struct TokenRules {
  std::string issuer;                  // `iss` must be exactly this.
  std::vector<std::string> audiences;  // One of them must be in `aud`. It is never empty.
  // The claim that takes the place of `aud`: Cognito's access tokens have `client_id` instead.
  std::string audience_claim = "aud";
  std::vector<Algorithm> algorithms = {};  // Empty: each one that the key serves.
  // These `typ` are allowed, in lower case and without "application/". An empty text stands for
  // a token without `typ`.
  std::vector<std::string> types = {"at+jwt", "jwt", ""};
  std::chrono::seconds leeway{60};           // Of `exp`, `nbf` and `iat`.
  boost::json::object required_claims = {};  // Claims that must have exactly these values.
  // Says that `iss`, `exp` and the audience's claim, `client`, are in the header, as load balancers
  // of AWS write them into x-amzn-oidc-data. Those among the claims must keep the rules, too. An
  // empty `issuer`, and no `audiences`, are not checked then: the balancer's key and name are.
  bool in_header = false;
};

// Says whether a header's `typ`, null if it has none, is one of `rules.types`. It may be in any
// case, and have "application/" in front (RFC 7515 section 4.1.9, RFC 9068 section 4).
[[nodiscard]] bool allows_type(const TokenRules& rules, const boost::json::value* type);

// Checks the claims of a token whose signature is right. Returns why it is refused, or nothing.
[[nodiscard]] std::optional<Fault> check_claims(const boost::json::object& claims,
                                                const TokenRules& rules, base::SystemTime now);

// Returns the time from which on the token is refused: its `exp` with the leeway. verify() has
// made sure that there is one. A time that does not fit, after the year 2262, is the last that
// does.
[[nodiscard]] base::SystemTime end_of(const boost::json::object& claims, const TokenRules& rules);

}  // namespace penstock::jose
