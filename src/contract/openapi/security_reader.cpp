#include "contract/openapi/security_reader.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "contract/formats/formats.h"
#include "contract/parameters/media_type.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

struct FlowKind {
  std::string_view name;
  bool authorization_url;
  bool token_url;
};

constexpr std::array<FlowKind, 4> kFlows{{{"implicit", true, false},
                                          {"password", false, true},
                                          {"clientCredentials", false, true},
                                          {"authorizationCode", true, true}}};

}  // namespace

const Security* SecurityReader::read_document(const Node& root) {
  unsaid_ = &out_.securities.emplace_back();
  return read(root, unsaid_);
}

void SecurityReader::read_schemes(const Target& list) {
  if (list.node == nullptr || !list.node->is(Kind::object)) return;
  for (const Member& entry : list.node->members) {
    // A scheme that cannot be read is known, so that its requirements are no problems, too.
    SecurityScheme& scheme = out_.schemes[entry.key->text];
    const Target at = elements_.resolve({entry.value, list.resource});
    if (at.node != nullptr) scheme = read_scheme(at);
  }
}

SecurityScheme SecurityReader::read_scheme(const Target& at) {
  using SchemeKind = SecurityScheme::Kind;
  const Node& node = *at.node;
  SecurityScheme scheme;
  for (const char* key : {"description", "bearerFormat"}) {
    if (const Node* text = node.find(key); text != nullptr && !text->is(Kind::string)) {
      sources_.problem(*text, "wrong-type", std::string(key) + " must be a text");
    }
  }
  const std::string type = elements_.required_text(node, "type", "a security scheme");
  if (type == "apiKey") {
    read_api_key(node, scheme);
  } else if (type == "http") {
    scheme.kind = SchemeKind::http;
    elements_.refuse_other_keys(node, "a security scheme of type http",
                                {"type", "description", "scheme", "bearerFormat"});
    scheme.http_scheme = elements_.required_text(node, "scheme", "a security scheme of type http");
    if (!scheme.http_scheme.empty() && !is_token(scheme.http_scheme)) {
      sources_.problem(*node.find("scheme"), "security-scheme",
                       "scheme must be the name of an HTTP authentication scheme, such as bearer "
                       "(RFC 9110 section 11.1)");
    }
    for (char& c : scheme.http_scheme) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  } else if (type == "oauth2") {
    scheme.kind = SchemeKind::oauth2;
    elements_.refuse_other_keys(node, "a security scheme of type oauth2",
                                {"type", "description", "flows"});
    read_flows(at, scheme);
  } else if (type == "openIdConnect") {
    scheme.kind = SchemeKind::open_id_connect;
    elements_.refuse_other_keys(node, "a security scheme of type openIdConnect",
                                {"type", "description", "openIdConnectUrl"});
    scheme.open_id_connect_url =
        read_url(node, "openIdConnectUrl", "a security scheme of type openIdConnect");
  } else if (type == "mutualTLS" && !is_3_0_) {
    scheme.kind = SchemeKind::mutual_tls;
    elements_.refuse_other_keys(node, "a security scheme of type mutualTLS",
                                {"type", "description"});
  } else if (!type.empty()) {
    sources_.problem(*node.find("type"), "security-scheme",
                     "a security scheme's type must be apiKey, http, oauth2, openIdConnect or, "
                     "from OpenAPI 3.1 on, mutualTLS");
  }
  read_claims(at, scheme);
  return scheme;
}

void SecurityReader::read_claims(const Target& at, SecurityScheme& scheme) {
  elements_.refuse_other_extensions(*at.node, {"x-penstock-claims"});
  const Target claims = elements_.member(at, "x-penstock-claims");
  if (claims.node == nullptr) return;
  if (!scheme.has_tokens()) {
    return sources_.problem(*claims.node, "security-scheme",
                            "x-penstock-claims is for the schemes whose credential is a token: "
                            "http with 'scheme: bearer', oauth2 and openIdConnect");
  }
  scheme.claims = schemas_.compile(*claims.node, *claims.resource);
}

void SecurityReader::read_api_key(const Node& node, SecurityScheme& scheme) {
  static constexpr std::string_view kWhat = "a security scheme of type apiKey";
  scheme.kind = SecurityScheme::Kind::api_key;
  elements_.refuse_other_keys(node, kWhat, {"type", "description", "name", "in"});
  scheme.parameter = elements_.required_text(node, "name", kWhat);
  const std::string in = elements_.required_text(node, "in", kWhat);
  if (in == "query" || in == "cookie") {
    scheme.in = in == "query" ? In::query : In::cookie;
  } else if (!in.empty() && in != "header") {
    sources_.problem(*node.find("in"), "security-scheme",
                     "an apiKey is in query, header or cookie");
  }
  if (scheme.in != In::query && !scheme.parameter.empty() && !is_token(scheme.parameter)) {
    sources_.problem(
        *node.find("name"), "security-scheme",
        "'" + scheme.parameter + "' is not a valid name of a " + std::string(name_of(scheme.in)));
  }
}

void SecurityReader::read_flows(const Target& at, SecurityScheme& scheme) {
  const Node* flows = at.node->find("flows");
  if (flows == nullptr || !flows->is(Kind::object)) {
    return sources_.problem(flows == nullptr ? *at.node : *flows, "security-scheme",
                            "a security scheme of type oauth2 needs 'flows', an object");
  }
  for (const Member& flow : flows->members) {
    if (!flow.key->text.starts_with("x-")) read_flow(flow, scheme);
  }
  std::sort(scheme.scopes.begin(), scheme.scopes.end());
}

void SecurityReader::read_flow(const Member& flow, SecurityScheme& scheme) {
  const Node& node = *flow.value;
  const auto* const kind = std::find_if(kFlows.begin(), kFlows.end(), [&](const FlowKind& one) {
    return one.name == flow.key->text;
  });
  if (kind == kFlows.end()) {
    return sources_.problem(*flow.key, "security-scheme",
                            "a flow of oauth2 is implicit, password, clientCredentials or "
                            "authorizationCode");
  }
  const std::string what = "the flow " + flow.key->text;
  if (!node.is(Kind::object)) {
    return sources_.problem(node, "wrong-type", what + " must be an object");
  }
  // Some documents say where to authorize in a flow that needs no place for it. A client does not
  // use it.
  elements_.refuse_other_keys(node, what, {"authorizationUrl", "tokenUrl", "refreshUrl", "scopes"});
  if (kind->authorization_url) static_cast<void>(read_url(node, "authorizationUrl", what));
  if (kind->token_url) static_cast<void>(read_url(node, "tokenUrl", what));
  if (node.find("refreshUrl") != nullptr) static_cast<void>(read_url(node, "refreshUrl", what));
  for (const auto& [key, wanted] : {std::pair{"authorizationUrl", kind->authorization_url},
                                    std::pair{"tokenUrl", kind->token_url}}) {
    if (const Node* url = node.find(key); url != nullptr && !wanted) {
      sources_.remark(*url, "unused-url",
                      what + " does not use '" + key +
                          "' (OpenAPI 3.0.3 section 4.7.29); remove "
                          "it");
    }
  }
  const Node* scopes = node.find("scopes");
  if (scopes == nullptr || !scopes->is(Kind::object)) {
    return sources_.problem(scopes == nullptr ? node : *scopes, "security-scheme",
                            what +
                                " needs 'scopes', an object of names and descriptions, which "
                                "may be empty");
  }
  for (const Member& scope : scopes->members) {
    // These may be extensions in OpenAPI 3.0.0.
    if (scope.key->text.starts_with("x-") && !scope.value->is(Kind::string)) continue;
    if (!scope.value->is(Kind::string)) {
      sources_.problem(*scope.value, "wrong-type", "a scope's description must be a text");
    }
    if (!take(*scope.key)) return;
    scheme.scopes.push_back(scope.key->text);
  }
}

// A URL may be relative to the server's (OpenAPI 3.1.0 section 4.7).
std::string SecurityReader::read_url(const Node& object, const std::string& key,
                                     const std::string& what) {
  static const Format* const kReference = find_format("uri-reference");
  const std::string url = elements_.required_text(object, key, what);
  if (!url.empty() && !kReference->matches(url)) {
    sources_.problem(*object.find(key), "security-scheme", key + " must be a URL");
  }
  return url;
}

bool SecurityReader::take(const Node& at) {
  if (left_ > 0) {
    --left_;
    return true;
  }
  sources_.problem(at, "too-many-parts",
                   "all requirements and scopes together are more than " +
                       std::to_string(kEntriesMax) + ", with aliases followed");
  return false;
}

const Security* SecurityReader::read(const Node& object, const Security* otherwise) {
  const Node* list = object.find("security");
  if (list == nullptr) return otherwise;
  const auto [known, is_new] = known_.emplace(list, nullptr);
  if (is_new) {
    Security& security = out_.securities.emplace_back();
    known->second = &security;
    read_requirements(*list, security);
  }
  return known->second;
}

void SecurityReader::remark_unsecured_write(const Operation& operation) {
  static constexpr std::array<std::string_view, 4> kWrites{"POST", "PUT", "PATCH", "DELETE"};
  const bool is_write =
      std::find(kWrites.begin(), kWrites.end(), operation.method) != kWrites.end();
  if (!is_write || operation.security != unsaid_) return;
  sources_.remark(*operation.node, "unsecured-write",
                  operation.method +
                      " changes something, and nothing says who may call it; write 'security: []' "
                      "at the root if anybody may, or what a client must show");
}

void SecurityReader::read_requirements(const Node& list, Security& security) {
  for (const Node* one : list.elements) {
    if (!take(*one)) return;
    SecurityRequirement& requirement = security.requirements.emplace_back();
    if (!one->is(Kind::object)) {
      sources_.problem(*one, "wrong-type",
                       "a security requirement must be an object of schemes, such as {key: []}");
      continue;
    }
    for (const Member& entry : one->members) {
      if (!take(*entry.key)) return;
      requirement.push_back(read_need(entry));
    }
  }
}

SecurityNeed SecurityReader::read_need(const Member& entry) {
  SecurityNeed need{.name = entry.key->text};
  const auto known = out_.schemes.find(need.name);
  if (known == out_.schemes.end()) {
    sources_.problem(*entry.key, "unknown-security-scheme",
                     "components/securitySchemes has no '" + need.name +
                         "'; correct the name, or declare the scheme");
    return need;
  }
  need.scheme = &known->second;
  if (!need.scheme->is_served()) {
    sources_.remark(*entry.key, "security-not-served",
                    "nothing here verifies the HTTP scheme '" + need.scheme->http_scheme +
                        "', so no request meets this requirement; use basic or bearer, or let "
                        "somebody in front of the API check it (--security external)");
  }
  if (!entry.value->is(Kind::array)) {
    sources_.problem(*entry.value, "wrong-type",
                     "the scopes of a security requirement must be a list, which may be empty");
    return need;
  }
  using SchemeKind = SecurityScheme::Kind;
  const bool has_scopes =
      need.scheme->kind == SchemeKind::oauth2 || need.scheme->kind == SchemeKind::open_id_connect;
  for (const Node* scope : entry.value->elements) {
    if (!scope->is(Kind::string)) {
      sources_.problem(*scope, "wrong-type", "a scope must be a text");
      continue;
    }
    if (!has_scopes && is_3_0_) {
      sources_.problem(*scope, "security-requirement",
                       "only oauth2 and openIdConnect have scopes, so this list must be empty "
                       "(OpenAPI 3.0.3 section 4.7.30)");
    }
    if (need.scheme->kind == SchemeKind::oauth2 &&
        !std::binary_search(need.scheme->scopes.begin(), need.scheme->scopes.end(), scope->text)) {
      sources_.remark(*scope, "unknown-scope",
                      "no flow of '" + need.name + "' has the scope '" + scope->text +
                          "', so that no token can have it; add it to the flow, or correct it");
    }
    if (!take(*scope)) break;
    need.scopes.push_back(scope->text);
  }
  return need;
}

}  // namespace penstock::contract
