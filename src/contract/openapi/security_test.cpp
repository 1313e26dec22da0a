#include "contract/openapi/security.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

// Returns a document with one operation, its `security` if it is not empty, and these schemes.
std::string document(const std::string& security, const std::string& schemes,
                     const std::string& version = "3.1.0") {
  return "openapi: " + version + "\ninfo: {title: t, version: '1'}\npaths:\n  /p:\n    get:\n" +
         "      operationId: o\n      responses: {'200': {description: d}}\n" +
         (security.empty() ? "" : "      security: " + security + "\n") +
         "components:\n  securitySchemes:\n    " + schemes + "\n";
}

// Returns what is wrong, or else the remarks as "LINE:COLUMN kind".
std::string verdict(const std::string& document) {
  const auto contract = Contract::parse(document, "t.yaml");
  if (!contract) return contract.error().message;
  std::string all;
  for (const Problem& problem : contract->sources().problems().sorted()) {
    all += all.empty() ? "" : " ";
    all += std::to_string(problem.line) + ':' + std::to_string(problem.column) + ' ' + problem.kind;
  }
  return all;
}

// Returns what is wrong with the scheme `s`, from its column on.
std::string scheme(const std::string& text, const std::string& version = "3.1.0") {
  return verdict(document("", "s: " + text, version));
}

const Security& security_of(const std::string& document) {
  static std::deque<Contract> contracts;
  return *contracts.emplace_back(Contract::parse(document, "t.yaml").value())
              .paths()[0]
              .operations[0]
              .security;
}

constexpr const char* kKey = "key: {type: apiKey, in: header, name: X-Key}";

TEST(Security, ReadsSchemesOfAllKinds) {
  const Contract contract =
      Contract::parse(document("", R"(key: {type: apiKey, in: cookie, name: sid}
    login:
      type: oauth2
      description: d
      flows:
        implicit: {authorizationUrl: 'https://a.example/', scopes: {write: w}}
        password: {tokenUrl: /token, refreshUrl: /again, scopes: {}}
        clientCredentials: {tokenUrl: /token, scopes: {read: r, x-more: 1}}
        authorizationCode: {authorizationUrl: /, tokenUrl: /token, scopes: {read: r}}
        x-flow: 1
    oidc: {type: openIdConnect, openIdConnectUrl: 'https://a.example/.well-known'}
    token: {type: http, scheme: Bearer, bearerFormat: JWT, x-more: 1}
    tls: {type: mutualTLS})"),
                      "t.yaml")
          .value();
  using Kind = SecurityScheme::Kind;
  const SecuritySchemes& schemes = contract.security_schemes();
  EXPECT_EQ(schemes.size(), 5u);
  EXPECT_EQ(schemes.at("key").kind, Kind::api_key);
  EXPECT_EQ(schemes.at("key").in, In::cookie);
  EXPECT_EQ(schemes.at("key").parameter, "sid");
  EXPECT_EQ(schemes.at("login").kind, Kind::oauth2);
  EXPECT_EQ(schemes.at("login").scopes, (std::vector<std::string>{"read", "read", "write"}));
  EXPECT_EQ(schemes.at("oidc").open_id_connect_url, "https://a.example/.well-known");
  EXPECT_EQ(schemes.at("token").http_scheme, "bearer");
  EXPECT_EQ(schemes.at("tls").kind, Kind::mutual_tls);
}

TEST(Security, RefusesSchemesThatTheSpecificationDoesNotKnow) {
  EXPECT_EQ(scheme("{}"), "t.yaml:10:8: a security scheme needs 'type'");
  EXPECT_EQ(scheme("{type: basic}"),
            "t.yaml:10:15: a security scheme's type must be apiKey, http, oauth2, openIdConnect "
            "or, from OpenAPI 3.1 on, mutualTLS");
  EXPECT_EQ(scheme("{type: mutualTLS}"), "");
  EXPECT_NE(scheme("{type: mutualTLS}", "3.0.3"), "");
  EXPECT_EQ(scheme("{type: apiKey, in: header}"),
            "t.yaml:10:8: a security scheme of type apiKey needs 'name'");
  EXPECT_EQ(scheme("{type: apiKey, name: k}"),
            "t.yaml:10:8: a security scheme of type apiKey needs 'in'");
  EXPECT_EQ(scheme("{type: apiKey, name: k, in: body}"),
            "t.yaml:10:36: an apiKey is in query, header or cookie");
  EXPECT_EQ(scheme("{type: apiKey, name: a b, in: header}"),
            "t.yaml:10:29: 'a b' is not a valid name of a header");
  EXPECT_EQ(scheme("{type: apiKey, name: a b, in: query}"), "");
  EXPECT_EQ(scheme("{type: apiKey, name: k, in: query, scheme: a}"),
            "t.yaml:10:43: a security scheme of type apiKey: 'scheme' is not supported; correct or "
            "remove it");
  EXPECT_EQ(scheme("{type: http, scheme: bearer, bearerFormat: []}"),
            "t.yaml:10:51: bearerFormat must be a text");
  EXPECT_EQ(scheme("{type: http}"), "t.yaml:10:8: a security scheme of type http needs 'scheme'");
  EXPECT_EQ(scheme("{type: http, scheme: a b}"),
            "t.yaml:10:29: scheme must be the name of an HTTP authentication scheme, such as "
            "bearer (RFC 9110 section 11.1)");
  EXPECT_EQ(scheme("{type: openIdConnect, openIdConnectUrl: 'a b'}"),
            "t.yaml:10:48: openIdConnectUrl must be a URL");
  EXPECT_EQ(
      verdict("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/p: {get: "
              "{operationId: o, responses: {'200': "
              "{description: d}}}}}\ncomponents: {securitySchemes: []}"),
      "t.yaml:4:31: components: 'securitySchemes' must be an object (OpenAPI, Components Object)");
}

// An empty list is a decision.
TEST(Security, RemarksThatNothingSaysWhoMayWrite) {
  const auto with = [](const std::string& method, const std::string& root,
                       const std::string& operation) {
    return verdict("openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + root +
                   "components: {securitySchemes: {key: {type: apiKey, in: header, name: k}}}\n"
                   "paths:\n  /p:\n    " +
                   method + ":\n      responses: {'204': {description: d}}\n" + operation);
  };
  for (const char* method : {"post", "put", "patch", "delete"}) {
    EXPECT_EQ(with(method, "", ""), "7:7 unsecured-write") << method;
    for (const char* security : {"security: []\n", "security: [{}]\n", "security: [{key: []}]\n"}) {
      EXPECT_EQ(with(method, security, ""), "") << method << security;
      EXPECT_EQ(with(method, "", "      " + std::string(security)), "") << method << security;
    }
  }
  for (const char* method : {"get", "head", "options"}) EXPECT_EQ(with(method, "", ""), "");
  // Webhooks are operations of others.
  EXPECT_EQ(verdict("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/p: {get: {responses: "
                    "{'204': {description: d}}}}}\nwebhooks: {w: {post: {responses: {'204': "
                    "{description: d}}}}}"),
            "4:12 webhook");
}

TEST(Security, RemarksThatNothingHereVerifiesAScheme) {
  const std::string schemes =
      "d: {type: http, scheme: Digest}\n    b: {type: http, scheme: Basic}\n"
      "    t: {type: http, scheme: bearer}";
  EXPECT_EQ(verdict(document("[{d: []}]", schemes)), "8:19 security-not-served");
  EXPECT_EQ(verdict(document("[{b: []}, {t: []}, {b: [], d: []}]", schemes)),
            "8:44 security-not-served");
  EXPECT_EQ(verdict(document("[{b: []}, {t: []}]", schemes)), "");
}

// Only the credentials of these schemes are tokens, which have claims.
TEST(Security, ASchemeWithTokensHasTheSchemaOfTheirClaims) {
  const std::string claims = ", x-penstock-claims: {type: object, required: [tenant]}}";
  for (const std::string& with_tokens :
       {std::string("{type: http, scheme: Bearer"),
        std::string("{type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {}}}"),
        std::string("{type: openIdConnect, openIdConnectUrl: /c")}) {
    for (const char* version : {"3.0.3", "3.1.0"}) {
      const Contract contract =
          Contract::parse(document("", "s: " + with_tokens + claims, version), "t.yaml").value();
      const SecurityScheme& scheme = contract.security_schemes().at("s");
      EXPECT_TRUE(scheme.has_tokens());
      ASSERT_NE(scheme.claims, nullptr) << with_tokens;
      EXPECT_TRUE(scheme.claims->object);
    }
    EXPECT_EQ(verdict(document("", "s: " + with_tokens + "}")), "");
  }
  const std::string refused =
      "x-penstock-claims is for the schemes whose credential is a token: http with 'scheme: "
      "bearer', oauth2 and openIdConnect";
  EXPECT_EQ(scheme("{type: http, scheme: basic" + claims), "t.yaml:10:55: " + refused);
  EXPECT_EQ(scheme("{type: mutualTLS" + claims), "t.yaml:10:45: " + refused);
  EXPECT_EQ(scheme("{type: apiKey, in: header, name: k" + claims), "t.yaml:10:63: " + refused);
  EXPECT_EQ(scheme("{type: http, scheme: bearer, x-penstock-claims: 3}"),
            "t.yaml:10:56: a schema must be an object, true or false");
  EXPECT_EQ(scheme("{type: http, scheme: bearer, x-penstock-claim: {}}"),
            "t.yaml:10:37: 'x-penstock-claim' is not known here; the only extension at this place "
            "is x-penstock-claims");
}

// The schemas of claims are resources and have anchors, as all others.
TEST(Security, TheSchemaOfClaimsCanHaveReferences) {
  const std::string text =
      document("",
               "s: {type: http, scheme: bearer, x-penstock-claims: {$id: 'https://a.example/c', "
               "properties: {a: {$ref: '#x'}}, $defs: {x: {$anchor: x, type: integer}}}}");
  EXPECT_EQ(verdict(text), "");
}

TEST(Security, ChecksTheFlowsOfOAuth) {
  const auto flows = [](const std::string& text) {
    return scheme("{type: oauth2, flows: " + text + "}");
  };
  EXPECT_EQ(scheme("{type: oauth2}"),
            "t.yaml:10:8: a security scheme of type oauth2 needs 'flows', an object");
  EXPECT_EQ(flows("{}"), "");
  EXPECT_EQ(flows("{implizit: {}}"),
            "t.yaml:10:31: a flow of oauth2 is implicit, password, clientCredentials or "
            "authorizationCode");
  EXPECT_EQ(flows("{password: 1}"), "t.yaml:10:41: the flow password must be an object");
  EXPECT_EQ(flows("{implicit: {scopes: {}}}"),
            "t.yaml:10:41: the flow implicit needs 'authorizationUrl'");
  EXPECT_EQ(flows("{authorizationCode: {authorizationUrl: /, scopes: {}}}"),
            "t.yaml:10:50: the flow authorizationCode needs 'tokenUrl'");
  EXPECT_EQ(flows("{password: {tokenUrl: '{host}/', scopes: {}}}"),
            "t.yaml:10:52: tokenUrl must be a URL");
  EXPECT_EQ(flows("{password: {tokenUrl: /}}"),
            "t.yaml:10:41: the flow password needs 'scopes', an object of names and descriptions, "
            "which may be empty");
  EXPECT_EQ(flows("{password: {tokenUrl: /, scopes: {a: 1}}}"),
            "t.yaml:10:67: a scope's description must be a text");
  EXPECT_EQ(flows("{password: {tokenUrl: /, authorizationUrl: /, scopes: {}}}"),
            "10:73 unused-url");
}

TEST(Security, ARequirementNamesSchemesThatAreDeclared) {
  EXPECT_EQ(verdict(document("[{}, {key: []}]", kKey)), "");
  EXPECT_EQ(verdict(document("[{kye: []}]", kKey)),
            "t.yaml:8:19: components/securitySchemes has no 'kye'; correct the name, or declare "
            "the scheme");
  // An extension must not turn into "anybody may call".
  EXPECT_NE(verdict(document("[{x-key: []}]", kKey)), "");
  EXPECT_EQ(
      verdict(document("{key: []}", kKey)),
      "t.yaml:8:17: operation: 'security' must be a list of objects (OpenAPI, Operation Object)");
  EXPECT_EQ(verdict(document("[key]", kKey)),
            "t.yaml:8:18: a security requirement must be an object of schemes, such as {key: []}");
  EXPECT_EQ(verdict(document("[{key: a}]", kKey)),
            "t.yaml:8:24: the scopes of a security requirement must be a list, which may be empty");
  EXPECT_EQ(verdict(document("[{key: [1]}]", kKey)), "t.yaml:8:25: a scope must be a text");
  EXPECT_EQ(verdict(document("[{key: [a]}]", kKey)), "");  // A role.
  EXPECT_EQ(verdict(document("[{key: [a]}]", kKey, "3.0.3")),
            "t.yaml:8:25: only oauth2 and openIdConnect have scopes, so this list must be empty "
            "(OpenAPI 3.0.3 section 4.7.30)");
  EXPECT_EQ(verdict(document("[{login: [read, write]}]",
                             "login: {type: oauth2, flows: {password: {tokenUrl: /, scopes: {read: "
                             "r}}}}")),
            "8:33 unknown-scope");
}

TEST(Security, AnOperationHasItsOwnRequirementsOrTheDocuments) {
  const std::string of_document = document("", kKey) + "security: [{key: []}]\n";
  EXPECT_EQ(security_of(of_document).text(), "key");
  EXPECT_TRUE(security_of(of_document).is_required());
  const std::string none = document("[]", kKey) + "security: [{key: []}]\n";
  EXPECT_EQ(security_of(none).text(), "");
  EXPECT_FALSE(security_of(none).is_required());
  const std::string optional = document("[{}, {key: [a, b], other: []}, {other: []}]",
                                        "key: {type: http, scheme: basic}\n    "
                                        "other: {type: http, scheme: bearer}");
  EXPECT_EQ(security_of(optional).text(), "none or key(a, b) and other or other");
  EXPECT_FALSE(security_of(optional).is_required());
  EXPECT_EQ(security_of(optional).requirements[1][0].scopes, (std::vector<std::string>{"a", "b"}));
}

// With aliases, a small document can have very many requirements.
TEST(Security, AllRequirementsTogetherAreBounded) {
  std::string names;
  std::string schemes;
  for (size_t i = 0; i < 500; ++i) {
    const std::string name = "k" + std::to_string(i);
    names += (i == 0 ? "" : ", ") + name + ": []";
    schemes += (i == 0 ? "" : "\n    ") + name + ": {type: http, scheme: basic}";
  }
  const auto list = [&](size_t length) {
    std::string all = "[&a {" + names + "}";
    for (size_t i = 1; i < length; ++i) all += ", *a";
    return document(all + "]", schemes);
  };
  EXPECT_EQ(verdict(list(100)), "");
  EXPECT_THAT(verdict(list(500)),
              testing::HasSubstr("all requirements and scopes together are more than 200000"));
  // The operations share one list, which is kept once.
  std::string shared =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\ncomponents:\n  securitySchemes:\n    " +
      schemes + "\nsecurity: [{" + names + "}]\npaths:\n";
  for (size_t i = 0; i < 500; ++i) {
    const std::string number = std::to_string(i);
    shared += "  /" + number + ": {get: {operationId: o" + number +
              ", responses: {'200': {description: d}}}}\n";
  }
  EXPECT_EQ(verdict(shared), "");
}

}  // namespace
}  // namespace penstock::contract
