#pragma once

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/documents/document_place.h"
#include "base/result.h"
#include "contract/openapi/security.h"
#include "jose/token_rules.h"

namespace penstock::auth {

// Says who verifies a bearer token's signature.
enum class TokenVerifier : uint8_t {
  api,            // This program, by the issuer's keys.
  load_balancer,  // ALB's JWT action; the token itself comes in Authorization.
  alb_oidc,       // ALB's authenticate-oidc action: x-amzn-oidc-data, with a key of the balancer.
};

// Has the settings of a scheme with bearer tokens: http bearer, oauth2 and openIdConnect.
struct BearerSettings {
  TokenVerifier verifier = TokenVerifier::api;
  jose::TokenRules rules;
  DocumentPlace keys;        // A key set, or for `discovery` the issuer's configuration.
  std::string scopes_claim;  // A claim's name or JSON Pointer; empty: `scope` and `scp`.
  std::string subject_claim = "sub";
  std::string signer;  // The ARN of the load balancer that must have signed (alb_oidc).
};
// These are the settings of an apiKey scheme, and of http basic.
struct KeySettings {
  DocumentPlace keys;
};
struct PasswordSettings {
  DocumentPlace users;
};
// Settings of mutualTLS: the clients by the subject of their certificate, as ALB writes it.
struct CertificateSettings {
  struct Client {
    std::string subject;  // RFC 2253. "*" stands for each one that the load balancer has verified.
    std::string name;
    std::vector<std::string> scopes;
  };
  std::vector<Client> clients;
};
using SchemeSettings =
    std::variant<BearerSettings, KeySettings, PasswordSettings, CertificateSettings>;

// Has what the deployer says of authentication: the document that the setting AUTHENTICATION has.
struct Settings {
  std::map<std::string, SchemeSettings, std::less<>> schemes;
  // These are the proxies whose headers about the client are believed.
  std::vector<boost::asio::ip::network_v4> trusted_v4;
  std::vector<boost::asio::ip::network_v6> trusted_v6;
  // So many failed credentials a minute are taken of one address, and of one key or user.
  int failures_per_minute = 20;
};

inline constexpr size_t kSettingsBytesMax = 1 << 20;

// Reads the document (docs/authentication/settings.md). `schemes` are those of the contract. Fails
// with `invalid`; the message has a line for each mistake, which begins with its place as a JSON
// Pointer, and says what to do.
[[nodiscard]] base::Result<Settings> read_settings(std::string_view json,
                                                   const contract::SecuritySchemes& schemes);

}  // namespace penstock::auth
