#include "auth/test_credentials/test_credentials.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <set>

#include "auth/test_credentials/test_claims.h"
#include "auth/test_credentials/test_secrets.h"
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

// Has a credential, and what the deployer's document has of it.
struct Made {
  TestCredential credential;
  std::string entry;  // An element of "keys", "users" or "clients"; nothing for a token.
};

bool is_bearer(const SecurityScheme& scheme) {
  return scheme.kind == Kind::oauth2 || scheme.kind == Kind::open_id_connect ||
         (scheme.kind == Kind::http && scheme.http_scheme == "bearer");
}

// Makes the credentials of one scheme, which must outlive it, as the others must.
class Maker {
 public:
  Maker(const std::string& name, const SecurityScheme& scheme, const TestIssuer& issuer,
        const TestSeed& seed)
      : name_(name), scheme_(scheme), issuer_(issuer), seed_(seed) {
    if (!is_bearer(scheme)) return;
    claims_ = TestClaims::make(scheme.claims, TestCredentials::kIssuer, TestCredentials::kAudience,
                               seed.made_at(), seed.made_at() + TestCredentials::kTokensLast);
  }

  // Fails with `invalid` if the scheme's claims allow no such token.
  [[nodiscard]] Result<Made> make(std::string_view subject, Scopes scopes) const {
    Made made{.credential = {.scheme = name_, .name = kAuthorization, .scopes = std::move(scopes)},
              .entry = {}};
    if (claims_) return token(std::move(made), subject);
    json::ObjectWriter entry(made.entry);
    entry.member("name", subject);
    if (scheme_.kind == Kind::mutual_tls) {
      made.credential.name = kCertificateHeader;
      made.credential.value = "CN=" + std::string(subject);
      entry.member("subject", made.credential.value);
    } else {
      const std::string purpose = std::string(subject) + " of " + name_;
      const auto secret = seed_.secret_for(purpose);
      if (!secret) return secret.error();
      const bool is_key = scheme_.kind == Kind::api_key;
      const auto hash = is_key ? test_sha256(*secret) : seed_.scrypt_for(purpose, *secret);
      if (!hash) return hash.error();
      entry.member(is_key ? "sha256" : "scrypt", *hash);
      if (is_key) {
        made.credential.in = scheme_.in;
        made.credential.name = scheme_.parameter;
      }
      made.credential.value =
          is_key ? *secret : "Basic " + test_base64(std::string(subject) + ":" + *secret);
    }
    entry.json("scopes", json_of(made.credential.scopes)).end();
    return made;
  }

  // Appends what the deployer's document says of the scheme. `entries` are those of its
  // credentials.
  void write(std::string& out, const std::string& entries) const {
    json::ObjectWriter object(out);
    if (claims_) {
      // Without claims there are no tokens, but the document needs an issuer all the same.
      const bool has_claims = claims_->has_value();
      object.member("issuer", has_claims ? (*claims_)->issuer() : TestCredentials::kIssuer);
      if (has_claims) {
        object.json("audience", boost::json::serialize((*claims_)->audience()));
      } else {
        object.member("audience", TestCredentials::kAudience);
      }
      object.json("keys", R"({"keys":[)" + issuer_.jwk() + "]}");
    } else if (scheme_.kind == Kind::mutual_tls) {
      object.json("clients", "[" + entries + "]");
    } else {
      const std::string name = scheme_.kind == Kind::api_key ? "keys" : "users";
      object.json(name, R"({")" + name + R"(":[)" + entries + "]}");
    }
    object.end();
  }

 private:
  [[nodiscard]] Result<Made> token(Made made, std::string_view subject) const {
    if (!*claims_) return claims_->error();
    const auto claims = (*claims_)->of_client(subject, made.credential.scopes);
    if (!claims) return claims.error();
    auto token = issuer_.token(boost::json::serialize(*claims));
    if (!token) return token.error();
    made.credential.value = "Bearer " + *token;
    return made;
  }

  const std::string& name_;
  const SecurityScheme& scheme_;
  const TestIssuer& issuer_;
  const TestSeed& seed_;
  std::optional<Result<TestClaims>> claims_;  // Is set if the scheme has tokens.
};

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
  const auto uses = uses_of(contract);
  TestCredentials result;
  std::string schemes;
  bool has_proxies = false;
  json::ObjectWriter object(schemes);
  for (const auto& [name, scheme] : contract.security_schemes()) {
    if (!is_enforced(scheme)) continue;
    has_proxies |= scheme.kind == Kind::mutual_tls;
    const Use& use = uses.at(name);
    const Maker maker(name, scheme, *issuer, seed);
    std::string entries;
    auto made = maker.make(kSubject, {use.scopes.begin(), use.scopes.end()});
    if (made) {
      result.all_.push_back(std::move(made->credential));
      entries = std::move(made->entry);
    } else if (made.error().code == base::ErrorCode::invalid) {
      result.missing_.push_back({.scheme = name, .reason = made.error().message});
    } else {
      return made.error();
    }
    if (use.needs_scopes) {
      auto limited = maker.make(kLimitedSubject, {});
      if (limited) {
        result.limited_.push_back(std::move(limited->credential));
        if (!entries.empty()) entries += "," + limited->entry;
      } else if (limited.error().code != base::ErrorCode::invalid) {
        return limited.error();
      }
    }
    maker.write(object.key_of_text(name), entries);
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
