#include "auth/test_credentials/test_credentials.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <set>

#include "auth/test_credentials/test_secrets.h"
#include "contract/samples/sample.h"
#include "contract/schema/validate.h"
#include "json/object_writer.h"
#include "json/text.h"

namespace penstock::auth {
namespace {

using base::Result;
using contract::SecurityScheme;
using Kind = SecurityScheme::Kind;
using Scopes = std::vector<std::string>;

// A load balancer of AWS gives in this header the subject of a client's certificate.
constexpr const char* kCertificateHeader = "X-Amzn-Mtls-Clientcert-Subject";
constexpr const char* kAuthorization = "Authorization";
// These take a few hundredths of a second at most.
constexpr uint64_t kClaimsStepsMax = 10'000'000;

std::string json_of(const Scopes& scopes) {
  std::string text;
  json::ArrayWriter array(text);
  for (const std::string& scope : scopes) json::append_string(array.element(), scope);
  array.end();
  return text;
}

// Says how the operations of a contract use a scheme.
struct Use {
  std::set<std::string> scopes;  // Those that it offers, and those that operations need.
  bool needs_scopes = false;
};

std::map<std::string, Use> uses_of(const contract::Contract& contract) {
  std::map<std::string, Use> uses;
  for (const auto& [name, scheme] : contract.security_schemes()) {
    uses[name].scopes.insert(scheme.scopes.begin(), scheme.scopes.end());
  }
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      for (const auto& requirement : operation.security->requirements) {
        for (const contract::SecurityNeed& need : requirement) {
          Use& use = uses[need.name];
          use.scopes.insert(need.scopes.begin(), need.scopes.end());
          use.needs_scopes |= !need.scopes.empty();
        }
      }
    }
  }
  return uses;
}

// Returns the claims of a token, with those that the contract's schema of claims demands besides. A
// schema that no subject of ours fits gets one of its own.
boost::json::object with_demanded(boost::json::object claims, const contract::Schema* schema) {
  if (schema == nullptr) return claims;
  contract::Steps steps(kClaimsStepsMax);
  auto made = contract::sample_of(*schema, contract::Direction::neither, steps);
  if (!made || !made->is_object()) return claims;
  boost::json::object all = made->get_object();
  for (const auto& claim : claims) all.insert_or_assign(claim.key(), claim.value());
  if (!contract::is_valid(*schema, all) && made->get_object().contains("sub")) {
    all.insert_or_assign("sub", made->get_object().at("sub"));
  }
  return all;
}

// Has a credential, and what the deployer's document has of it.
struct Made {
  TestCredential credential;
  std::string entry;  // An element of "keys", "users" or "clients"; nothing for a token.
};

class Maker {
 public:
  Maker(const TestIssuer& issuer, const TestSeed& seed) : issuer_(issuer), seed_(seed) {}

  [[nodiscard]] Result<Made> make(const std::string& name, const SecurityScheme& scheme,
                                  std::string_view subject, Scopes scopes) const {
    Made made{.credential = {.scheme = name, .name = kAuthorization, .scopes = std::move(scopes)},
              .entry = {}};
    if (is_bearer(scheme)) return token(std::move(made), subject, scheme);
    json::ObjectWriter entry(made.entry);
    entry.member("name", subject);
    if (scheme.kind == Kind::mutual_tls) {
      made.credential.name = kCertificateHeader;
      made.credential.value = "CN=" + std::string(subject);
      entry.member("subject", made.credential.value);
    } else {
      const std::string purpose = std::string(subject) + " of " + name;
      const auto secret = seed_.secret_for(purpose);
      if (!secret) return secret.error();
      const bool is_key = scheme.kind == Kind::api_key;
      const auto hash = is_key ? test_sha256(*secret) : seed_.scrypt_for(purpose, *secret);
      if (!hash) return hash.error();
      entry.member(is_key ? "sha256" : "scrypt", *hash);
      if (is_key) {
        made.credential.in = scheme.in;
        made.credential.name = scheme.parameter;
      }
      made.credential.value =
          is_key ? *secret : "Basic " + test_base64(std::string(subject) + ":" + *secret);
    }
    entry.json("scopes", json_of(made.credential.scopes)).end();
    return made;
  }

  static bool is_bearer(const SecurityScheme& scheme) {
    return scheme.kind == Kind::oauth2 || scheme.kind == Kind::open_id_connect ||
           (scheme.kind == Kind::http && scheme.http_scheme == "bearer");
  }

 private:
  [[nodiscard]] Result<Made> token(Made made, std::string_view subject,
                                   const SecurityScheme& scheme) const {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    const auto now = duration_cast<seconds>(seed_.made_at().time_since_epoch());
    std::string scope;
    for (const std::string& one : made.credential.scopes) scope += (scope.empty() ? "" : " ") + one;
    const boost::json::object claims{
        {"iss", TestCredentials::kIssuer},
        {"sub", subject},
        {"aud", TestCredentials::kAudience},
        {"client_id", subject},
        {"iat", now.count()},
        {"exp", (now + TestCredentials::kTokensLast).count()},
        {"scope", scope},
    };
    auto token = issuer_.token(boost::json::serialize(with_demanded(claims, scheme.claims)));
    if (!token) return token.error();
    made.credential.value = "Bearer " + *token;
    return made;
  }

  const TestIssuer& issuer_;
  const TestSeed& seed_;
};

// Appends what the document says of a scheme. `entries` are those of its credentials.
void write_scheme(std::string& out, const SecurityScheme& scheme, const std::string& entries,
                  const TestIssuer& issuer) {
  json::ObjectWriter object(out);
  if (Maker::is_bearer(scheme)) {
    object.member("issuer", TestCredentials::kIssuer)
        .member("audience", TestCredentials::kAudience)
        .json("keys", R"({"keys":[)" + issuer.jwk() + "]}");
  } else if (scheme.kind == Kind::mutual_tls) {
    object.json("clients", "[" + entries + "]");
  } else {
    const std::string name = scheme.kind == Kind::api_key ? "keys" : "users";
    object.json(name, R"({")" + name + R"(":[)" + entries + "]}");
  }
  object.end();
}

// Says whether the API enforces the scheme.
bool is_enforced(const SecurityScheme& scheme) {
  return scheme.kind != Kind::http || scheme.http_scheme == "basic" ||
         scheme.http_scheme == "bearer";
}

void append_cookie(CredentialParts& parts, const std::string& cookie) {
  for (auto& [name, value] : parts.headers) {
    if (name == "Cookie") {
      value += "; " + cookie;
      return;
    }
  }
  parts.headers.emplace_back("Cookie", cookie);
}

// Returns nothing if a scheme has no credential here, or if two of them need the same header.
std::optional<CredentialParts> parts_of(const contract::SecurityRequirement& requirement,
                                        const std::vector<TestCredential>& all) {
  CredentialParts parts;
  for (const contract::SecurityNeed& need : requirement) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const TestCredential& credential) {
      return credential.scheme == need.name;
    });
    if (found == all.end()) return std::nullopt;
    if (found->in == contract::In::query) {
      parts.query.emplace_back(found->name, found->value);
    } else if (found->in == contract::In::cookie) {
      append_cookie(parts, found->name + "=" + found->value);
    } else {
      for (const auto& [name, value] : parts.headers) {
        if (name == found->name) return std::nullopt;
      }
      parts.headers.emplace_back(found->name, found->value);
    }
  }
  return parts;
}

}  // namespace

Result<TestCredentials> TestCredentials::make(const contract::Contract& contract,
                                              const TestSeed& seed) {
  const auto issuer = TestIssuer::make(seed);
  if (!issuer) return issuer.error();
  const Maker maker(*issuer, seed);
  const auto uses = uses_of(contract);
  TestCredentials result;
  std::string schemes;
  bool has_proxies = false;
  json::ObjectWriter object(schemes);
  for (const auto& [name, scheme] : contract.security_schemes()) {
    if (!is_enforced(scheme)) continue;
    has_proxies |= scheme.kind == Kind::mutual_tls;
    const Use& use = uses.at(name);
    auto made = maker.make(name, scheme, kSubject, {use.scopes.begin(), use.scopes.end()});
    if (!made) return made.error();
    result.all_.push_back(std::move(made->credential));
    std::string entries = std::move(made->entry);
    if (use.needs_scopes) {
      auto limited = maker.make(name, scheme, kLimitedSubject, {});
      if (!limited) return limited.error();
      result.limited_.push_back(std::move(limited->credential));
      if (!entries.empty()) entries += "," + limited->entry;
    }
    write_scheme(object.key_of_text(name), scheme, entries, *issuer);
  }
  object.end();
  json::ObjectWriter settings(result.settings_);
  if (has_proxies) settings.json("trusted_proxies", R"(["127.0.0.0/8","::1/128"])");
  settings.json("schemes", schemes).end();
  return result;
}

CredentialParts TestCredentials::parts_for(const contract::Security& security) const {
  for (const auto& requirement : security.requirements) {
    if (auto parts = parts_of(requirement, all_)) return std::move(*parts);
  }
  return {};
}

}  // namespace penstock::auth
