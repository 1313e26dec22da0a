#include "auth/settings/scheme_settings.h"

#include <algorithm>

#include "auth/secrets/secret_entries.h"
#include "base/ascii_case.h"

namespace penstock::auth {
namespace {

using Kind = contract::SecurityScheme::Kind;
using Place = DocumentPlace::Kind;

// A clock that is wrong by more than this is a fault to be cured, not to be allowed for.
constexpr int64_t kLeewaySecondsMax = 300;
constexpr size_t kClientsMax = 1000;
constexpr std::string_view kDiscovery = "/.well-known/openid-configuration";

std::optional<TokenVerifier> verifier_named(std::string_view name) {
  if (name == "api") return TokenVerifier::api;
  if (name == "load_balancer") return TokenVerifier::load_balancer;
  if (name == "alb_oidc") return TokenVerifier::alb_oidc;
  return std::nullopt;
}

// Returns the region of "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID", or
// an empty text if it is not such an ARN.
std::string region_of_balancer(std::string_view arn) {
  constexpr std::string_view kService = ":elasticloadbalancing:";
  const size_t service = arn.find(kService);
  if (!arn.starts_with("arn:aws") || service == std::string_view::npos ||
      arn.find(":loadbalancer/app/") == std::string_view::npos) {
    return "";
  }
  const std::string_view rest = arn.substr(service + kService.size());
  const std::string_view region = rest.substr(0, rest.find(':'));
  const bool is_region = std::all_of(region.begin(), region.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return is_region ? std::string(region) : "";
}

void read_algorithms(const SettingsMembers& members, BearerSettings& settings) {
  for (const std::string& name : members.texts("algorithms")) {
    if (const auto algorithm = jose::algorithm_named(name)) {
      settings.rules.algorithms.push_back(*algorithm);
      continue;
    }
    members.mistake("algorithms",
                    "may have RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 and "
                    "EdDSA; others are not verified here");
  }
}

void read_rules(const SettingsMembers& members, BearerSettings& settings) {
  jose::TokenRules& rules = settings.rules;
  rules.audiences = members.texts("audience");
  const bool is_oidc = settings.verifier == TokenVerifier::alb_oidc;
  if (is_oidc) {  // The signer's ARN says for whom such a token is; it has a client, and no `aud`.
    rules.in_header = true;
    rules.audience_claim = "client";
  }
  if (members.find("audience") == nullptr && !is_oidc) {
    members.mistake("",
                    "needs \"audience\": the name by which the issuer knows this API, so that "
                    "tokens for other services are not taken");
  }
  if (std::find(rules.audiences.begin(), rules.audiences.end(), "") != rules.audiences.end()) {
    members.mistake("audience", "has an empty name, which is nobody's");
  }
  if (const auto claim = members.text("audience_claim")) {
    rules.audience_claim = *claim;
    if (members.find("audience") == nullptr && is_oidc) {
      members.mistake("audience_claim", "is not looked at without \"audience\"; set that, too");
    }
  }
  read_algorithms(members, settings);
  if (members.find("types") != nullptr) {
    rules.types.clear();
    for (const std::string& type : members.texts("types")) {
      constexpr std::string_view kPrefix = "application/";
      std::string lower = base::lower(type);
      if (lower.starts_with(kPrefix)) lower.erase(0, kPrefix.size());
      rules.types.push_back(std::move(lower));
    }
  }
  if (const auto leeway = members.whole("leeway_seconds", 0, kLeewaySecondsMax)) {
    rules.leeway = std::chrono::seconds(*leeway);
  }
  if (const auto* required = members.object("required_claims")) rules.required_claims = *required;
}

// Without a word in the settings the keys are where the contract or the issuer says.
void read_keys_of_issuer(const SettingsMembers& members, const contract::SecurityScheme& scheme,
                         BearerSettings& settings) {
  if (members.find("keys") != nullptr) {
    if (auto place = read_document_place(members, "keys", "keys", true)) {
      settings.keys = *std::move(place);
      settings.keys.issuer = settings.rules.issuer;
    }
    return;
  }
  settings.keys.kind = Place::discovery;
  settings.keys.place = scheme.open_id_connect_url;
  settings.keys.issuer = settings.rules.issuer;
  if (is_safe_url(settings.keys.place)) return;
  std::string issuer = settings.rules.issuer;
  if (!issuer.empty() && !is_safe_url(issuer)) {
    members.mistake("issuer",
                    "is not an https URL at which the issuer's keys could be found; say "
                    "in \"keys\" where they are");
  }
  if (issuer.ends_with('/')) issuer.pop_back();  // OpenID Connect Discovery 1.0 section 4.1.
  settings.keys.place = issuer + std::string(kDiscovery);
}

SchemeSettings read_bearer(const SettingsMembers& members, const contract::SecurityScheme& scheme) {
  BearerSettings settings;
  members.refuse_others({"issuer", "audience", "audience_claim", "keys", "algorithms", "types",
                         "leeway_seconds", "scopes_claim", "subject_claim", "required_claims",
                         "verified_by", "signer"});
  if (const auto name = members.text("verified_by")) {
    const auto verifier = verifier_named(*name);
    if (!verifier) members.mistake("verified_by", "must be api, load_balancer or alb_oidc");
    settings.verifier = verifier.value_or(TokenVerifier::api);
  }
  if (const auto issuer = members.text("issuer")) {
    settings.rules.issuer = *issuer;
  } else if (members.find("issuer") == nullptr && settings.verifier != TokenVerifier::alb_oidc) {
    members.mistake("", "needs \"issuer\": the URL that tokens have as their `iss`");
  }
  if (const auto claim = members.text("scopes_claim")) settings.scopes_claim = *claim;
  if (const auto claim = members.text("subject_claim")) settings.subject_claim = *claim;
  read_rules(members, settings);
  const bool is_oidc = settings.verifier == TokenVerifier::alb_oidc;
  if (settings.verifier == TokenVerifier::api) {
    read_keys_of_issuer(members, scheme, settings);
  } else if (members.find("keys") != nullptr) {
    members.mistake("keys", "is not used, because the load balancer verifies the token; remove it");
  }
  if (const auto signer = members.text("signer")) {
    settings.signer = *signer;
    settings.keys = {.kind = Place::alb, .place = region_of_balancer(*signer)};
    if (!is_oidc) members.mistake("signer", "is for \"verified_by\": \"alb_oidc\" only; remove it");
    if (settings.keys.place.empty()) {
      members.mistake("signer",
                      "must be the ARN of an Application Load Balancer, such as arn:aws:"
                      "elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/api/0123");
    }
  } else if (is_oidc && members.find("signer") == nullptr) {
    members.mistake("",
                    "needs \"signer\": the ARN of the load balancer that signs, because those "
                    "of other accounts have keys at the same place");
  }
  return settings;
}

std::vector<std::string> read_scopes(const SettingsMembers& members) {
  std::vector<std::string> scopes;
  if (const auto* list = members.array("scopes", SettingsMembers::kListMax);
      list == nullptr || list->empty()) {
    return scopes;
  }
  scopes = members.texts("scopes");
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  if (!std::all_of(scopes.begin(), scopes.end(), is_scope)) {
    members.mistake("scopes",
                    "may have letters, digits and marks, but no space, quote or backslash");
  }
  return scopes;
}

SchemeSettings read_certificates(const SettingsMembers& members) {
  CertificateSettings settings;
  members.refuse_others({"clients"});
  const boost::json::array* clients = members.array("clients", kClientsMax);
  if (members.find("clients") == nullptr || (clients != nullptr && clients->empty())) {
    members.mistake("",
                    "needs \"clients\": the subjects of the certificates that are taken, such "
                    "as [{\"subject\": \"CN=partner,O=Example\"}]");
  }
  for (size_t i = 0; clients != nullptr && i < clients->size(); ++i) {
    const std::string at = members.at("clients") + '/' + std::to_string(i);
    const boost::json::object* object = (*clients)[i].if_object();
    if (object == nullptr) {
      members.mistakes().add(at, "must be an object");
      continue;
    }
    const SettingsMembers one(*object, at, members.mistakes());
    one.refuse_others({"subject", "name", "scopes"});
    CertificateSettings::Client client;
    client.subject = one.text("subject").value_or("");
    if (one.find("subject") == nullptr) {
      one.mistake("",
                  "needs \"subject\", as the load balancer writes it, or \"*\" for each "
                  "certificate that it has verified");
    }
    const auto has_subject = [&](const auto& other) { return other.subject == client.subject; };
    if (!client.subject.empty() &&
        std::any_of(settings.clients.begin(), settings.clients.end(), has_subject)) {
      one.mistake("subject", "must not be that of another client");
    }
    client.name = one.text("name").value_or("");
    client.scopes = read_scopes(one);
    settings.clients.push_back(std::move(client));
  }
  return settings;
}

DocumentPlace read_required_place(const SettingsMembers& members, std::string_view name,
                                  std::string_view what) {
  members.refuse_others({name});
  if (auto place = read_document_place(members, name, name, false)) return *std::move(place);
  if (members.find(name) == nullptr) {
    members.mistake("", "needs \"" + std::string(name) + "\": where the " + std::string(what) +
                            " are, such as {\"file\": \"/etc/" + std::string(name) + ".json\"}");
  }
  return {};
}

}  // namespace

std::string why_not_served(const contract::SecurityScheme& scheme) {
  if (scheme.kind != Kind::http || scheme.http_scheme == "basic" ||
      scheme.http_scheme == "bearer") {
    return "";
  }
  return "the scheme '" + scheme.http_scheme +
         "' of HTTP is not checked here, only basic and bearer; let somebody in front of the API "
         "check it, and say so by SECURITY=external";
}

bool needs_trusted_proxy(const SchemeSettings& settings) {
  if (const auto* bearer = std::get_if<BearerSettings>(&settings)) {
    return bearer->verifier != TokenVerifier::api;
  }
  return std::holds_alternative<CertificateSettings>(settings);
}

std::optional<SchemeSettings> read_scheme_settings(const SettingsMembers& members,
                                                   const contract::SecurityScheme& scheme) {
  if (const std::string why = why_not_served(scheme); !why.empty()) {
    members.mistake("", why);
    return std::nullopt;
  }
  switch (scheme.kind) {
    case Kind::api_key:
      return KeySettings{read_required_place(members, "keys", "API keys")};
    case Kind::http:
      if (scheme.http_scheme == "basic") {
        return PasswordSettings{read_required_place(members, "users", "users")};
      }
      return read_bearer(members, scheme);
    case Kind::mutual_tls:
      return read_certificates(members);
    case Kind::oauth2:
    case Kind::open_id_connect:
      break;
  }
  return read_bearer(members, scheme);
}

}  // namespace penstock::auth
