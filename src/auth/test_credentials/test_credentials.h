#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/test_credentials/test_secrets.h"
#include "base/result.h"
#include "contract/openapi/contract.h"

namespace penstock::auth {

// A TestCredential is what one client of a desk sends for one scheme of the contract.
struct TestCredential {
  std::string scheme = {};  // Its name in the contract.
  // Says where it stands in a request: `header`, `query` or `cookie`, with this name.
  contract::In in = contract::In::header;
  std::string name = {};
  std::string value = {};  // Of a header the whole text, such as "Bearer eyJ…".
  // It has these scopes: all that the contract names for the scheme, or none.
  std::vector<std::string> scopes = {};
};

// Says why there is no credential for a scheme.
struct MissingCredential {
  std::string scheme = {};
  std::string reason = {};  // The rest of a sentence about the scheme's tokens.
};

// Has what a request needs besides, to show credentials.
struct CredentialParts {
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> query;  // Names and values, not encoded.
};

// Holds credentials for each scheme of a contract, which only one seed has and which are
// valid nowhere else, with the deployer's document that accepts them. The mock and the local system
// print them for whoever tries the API at a desk.
class TestCredentials {
 public:
  // These are the subjects of the principals. The second one has no scope, so that a 403 can be
  // seen, too.
  static constexpr std::string_view kSubject = "test";
  static constexpr std::string_view kLimitedSubject = "test-without-scopes";
  // Tokens have these. No issuer has a name of this domain (RFC 2606 section 2).
  static constexpr std::string_view kIssuer = "https://test-credentials.invalid";
  static constexpr std::string_view kAudience = "test";
  // Tokens end a year after they were made, which is longer than a program of a desk runs.
  static constexpr std::chrono::hours kTokensLast{24 * 365};

  // Makes them; a password's hash takes 0.1 s. The same seed makes the same ones, but a token is
  // another one when its scopes have changed. Fails with `internal` if OpenSSL does.
  [[nodiscard]] static base::Result<TestCredentials> make(const contract::Contract& contract,
                                                          const TestSeed& seed);

  // Returns the document for the setting AUTHENTICATION, in JSON. Of keys and passwords it has
  // hashes alone. It trusts the loopback addresses as proxies, if there is a scheme mutualTLS.
  [[nodiscard]] const std::string& settings() const { return settings_; }
  // Returns the credentials with all scopes, one for each scheme that is not in missing(), in the
  // order of their names.
  [[nodiscard]] const std::vector<TestCredential>& all() const { return all_; }
  // Returns those without a scope, of the schemes of which an operation needs one.
  [[nodiscard]] const std::vector<TestCredential>& limited() const { return limited_; }
  // Returns the schemes of which `x-penstock-claims` allows no token of a desk.
  [[nodiscard]] const std::vector<MissingCredential>& missing() const { return missing_; }
  // Returns what a request has to show for the first of the requirements that one request can
  // meet: two schemes cannot share Authorization. It is empty if there is none.
  [[nodiscard]] CredentialParts parts_for(const contract::Security& security) const;

 private:
  TestCredentials() = default;

  std::string settings_;
  std::vector<TestCredential> all_;
  std::vector<TestCredential> limited_;
  std::vector<MissingCredential> missing_;
};

}  // namespace penstock::auth
