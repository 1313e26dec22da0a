#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "jose/algorithm.h"

namespace penstock::jose {

// Says which tokens are taken, beside their signature (RFC 7519, 8725, 9068).
struct TokenRules {
  std::string issuer;                   // `iss` must be exactly this.
  std::vector<std::string> audiences;   // One of them must be in `aud`. It is never empty.
  std::string audience_claim = "aud";   // Cognito's access tokens have `client_id` instead.
  std::vector<Algorithm> algorithms;    // Empty: each one that the key serves.
  // The `typ` that are allowed, in lower case and without "application/". An empty text stands for
  // a token without `typ`.
  std::vector<std::string> types = {"at+jwt", "jwt", ""};
  std::chrono::seconds leeway{60};      // Of `exp`, `nbf` and `iat`.
  boost::json::object required_claims;  // Claims that must have exactly these values.
};

// Returns the time from which on the token is refused: its `exp` with the leeway. verify() has
// made sure that there is one.
[[nodiscard]] base::SystemTime end_of(const boost::json::object& claims, const TokenRules& rules);

}  // namespace penstock::jose
