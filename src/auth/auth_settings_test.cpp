#include "auth/auth_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace penstock::auth {
namespace {

using contract::SecurityScheme;
using std::chrono_literals::operator""s;

contract::SecuritySchemes schemes() {
  using Kind = SecurityScheme::Kind;
  contract::SecuritySchemes all;
  all["key"] = {.kind = Kind::api_key, .parameter = "x-api-key"};
  all["staff"] = {.kind = Kind::http, .http_scheme = "basic"};
  all["login"] = {.kind = Kind::http, .http_scheme = "bearer"};
  all["oidc"] = {.kind = Kind::open_id_connect,
                 .open_id_connect_url = "https://id.example/t/.well-known/openid-configuration"};
  all["relative"] = {.kind = Kind::open_id_connect, .open_id_connect_url = "/oidc"};
  all["flows"] = {.kind = Kind::oauth2};
  all["mtls"] = {.kind = Kind::mutual_tls};
  all["digest"] = {.kind = Kind::http, .http_scheme = "digest"};
  all["a/b~c"] = {.kind = Kind::api_key, .parameter = "k"};
  return all;
}

base::Result<Settings> read(const std::string& json) {
  return read_settings(json, schemes());
}

// Returns the mistakes of a document.
std::string mistakes(const std::string& json) {
  const auto settings = read(json);
  if (settings) return "none";
  EXPECT_EQ(settings.error().code, base::ErrorCode::invalid);
  return settings.error().message;
}

// Returns the settings of the only scheme, `login`, with further members.
BearerSettings bearer(const std::string& members, const std::string& name = "login") {
  const auto settings = read(R"({"trusted_proxies": ["10.0.0.0/8"], "schemes": {")" + name +
                             R"(": {"issuer": "https://id.example/", "audience": "orders")" +
                             (members.empty() ? "" : ", ") + members + "}}}");
  if (!settings) {
    ADD_FAILURE() << settings.error().message;
    return {};
  }
  return std::get<BearerSettings>(settings->schemes.at(name));
}

// Returns the mistakes of the scheme's settings.
std::string of_scheme(const std::string& name, const std::string& members) {
  return mistakes(R"({"schemes": {")" + name + "\": {" + members + "}}}");
}

TEST(Settings, ReadsADocumentWithAllKindsOfSchemes) {
  const auto settings = read(R"({
    "trusted_proxies": ["10.0.0.0/16", "fd00::/8", "192.0.2.7", "::1"],
    "failures_per_minute": 5,
    "schemes": {
      "login": {"issuer": "https://id.example", "audience": ["orders", "stock"],
                "audience_claim": "client_id", "keys": {"url": "https://id.example/jwks"},
                "algorithms": ["ES256", "EdDSA"], "types": ["application/AT+JWT", ""],
                "leeway_seconds": 10, "scopes_claim": "/realm_access/roles",
                "subject_claim": "email", "required_claims": {"token_use": "access"}},
      "key": {"keys": {"file": "/etc/keys.json"}},
      "staff": {"users": {"users": [{"name": "ann"}]}},
      "mtls": {"clients": [{"subject": "CN=partner,O=X", "name": "partner",
                            "scopes": ["b", "a", "b"]},
                           {"subject": "*"}]}
    }})");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->trusted_v4.size(), 2U);
  EXPECT_EQ(settings->trusted_v6.size(), 2U);
  EXPECT_EQ(settings->failures_per_minute, 5);
  const auto& login = std::get<BearerSettings>(settings->schemes.at("login"));
  EXPECT_EQ(login.verifier, TokenVerifier::api);
  EXPECT_EQ(login.rules.issuer, "https://id.example");
  EXPECT_EQ(login.rules.audiences, (std::vector<std::string>{"orders", "stock"}));
  EXPECT_EQ(login.rules.audience_claim, "client_id");
  EXPECT_EQ(login.rules.algorithms, (std::vector{jose::Algorithm::es256, jose::Algorithm::eddsa}));
  EXPECT_EQ(login.rules.types, (std::vector<std::string>{"at+jwt", ""}));
  EXPECT_EQ(login.rules.leeway, 10s);
  EXPECT_EQ(login.rules.required_claims.at("token_use"), "access");
  EXPECT_EQ(login.scopes_claim, "/realm_access/roles");
  EXPECT_EQ(login.subject_claim, "email");
  EXPECT_EQ(login.keys.kind, DocumentPlace::Kind::url);
  EXPECT_EQ(login.keys.place, "https://id.example/jwks");
  EXPECT_EQ(std::get<KeySettings>(settings->schemes.at("key")).keys.place, "/etc/keys.json");
  const auto& users = std::get<PasswordSettings>(settings->schemes.at("staff")).users;
  EXPECT_EQ(users.kind, DocumentPlace::Kind::text);
  EXPECT_EQ(users.place, R"({"users":[{"name":"ann"}]})");
  const auto& clients = std::get<CertificateSettings>(settings->schemes.at("mtls")).clients;
  ASSERT_EQ(clients.size(), 2U);
  EXPECT_EQ(clients[0].scopes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(clients[1].subject, "*");
}

TEST(Settings, HasDefaults) {
  const auto empty = read("{}");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->failures_per_minute, 20);
  EXPECT_TRUE(empty->trusted_v4.empty());
  const BearerSettings login = bearer("");
  EXPECT_EQ(login.rules.audiences, std::vector<std::string>{"orders"});
  EXPECT_EQ(login.rules.audience_claim, "aud");
  EXPECT_EQ(login.rules.leeway, 60s);
  EXPECT_EQ(login.rules.types, (std::vector<std::string>{"at+jwt", "jwt", ""}));
  EXPECT_EQ(login.subject_claim, "sub");
  EXPECT_EQ(login.scopes_claim, "");
}

TEST(Settings, FindsTheKeysOfAnIssuer) {
  using Kind = DocumentPlace::Kind;
  EXPECT_EQ(bearer("").keys.kind, Kind::discovery);
  EXPECT_EQ(bearer("").keys.place, "https://id.example/.well-known/openid-configuration");
  EXPECT_EQ(bearer("", "flows").keys.place, "https://id.example/.well-known/openid-configuration");
  EXPECT_EQ(bearer("", "oidc").keys.place, "https://id.example/t/.well-known/openid-configuration");
  EXPECT_EQ(bearer("", "relative").keys.place,
            "https://id.example/.well-known/openid-configuration");
  EXPECT_EQ(bearer(R"("keys": {"keys": []})").keys.place, R"({"keys":[]})");
  EXPECT_EQ(bearer(R"("keys": {"discovery": "http://127.0.0.1:9000/d"})").keys.kind,
            Kind::discovery);
  const std::string arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys-AbCdEf";
  EXPECT_EQ(bearer(R"("keys": {"secret": ")" + arn + "\"}").keys.kind, Kind::secret);
}

TEST(Settings, KnowsLoadBalancers) {
  const BearerSettings action = bearer(R"("verified_by": "load_balancer")");
  EXPECT_EQ(action.verifier, TokenVerifier::load_balancer);
  const BearerSettings oidc =
      bearer(R"("verified_by": "alb_oidc", "signer": )"
             R"("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/api/01")");
  EXPECT_EQ(oidc.verifier, TokenVerifier::alb_oidc);
  EXPECT_EQ(oidc.keys.kind, DocumentPlace::Kind::alb);
  EXPECT_EQ(oidc.keys.place, "eu-west-1");
  EXPECT_THAT(
      of_scheme("login", R"("issuer": "i", "audience": "a", "verified_by": "load_balancer")"),
      testing::HasSubstr("/schemes/login: believes a load balancer: name its network"));
  EXPECT_THAT(of_scheme("mtls", R"("clients": [{"subject": "*"}])"),
              testing::HasSubstr("/schemes/mtls: believes a load balancer"));
}

TEST(Settings, SayWhereEachMistakeIs) {
  const std::string text = mistakes(R"({
    "trusted_proxies": ["10.0.0.1/8", "0.0.0.0/0", "here", "fe80::1%1", "10.0.0.0/40",
                        "::ffff:10.0.0.0/104", "::ffff:10.0.0.1"],
    "failures_per_minute": 0, "extra": 1,
    "schemes": {"login": {"audience": []}, "digest": {}, "nobody": {}, "key": 1,
                "a/b~c": {"k": 1}}})");
  const std::vector<std::string> starts = {
      R"(/extra: is not a member of this object, which may have)",
      R"(/trusted_proxies/0: has bits behind its prefix; write 10.0.0.0/8, or)",
      R"(/trusted_proxies/1: would believe what everybody says; name the proxy's network)",
      R"(/trusted_proxies/2: must be a network, such as 10.0.0.0/16 or)",
      R"(/trusted_proxies/3: must be a network, such as 10.0.0.0/16 or)",
      R"(/trusted_proxies/4: must be a network, such as 10.0.0.0/16 or)",
      R"(/trusted_proxies/5: is one of IPv4 in a form of IPv6; write it)",
      R"(/trusted_proxies/6: is one of IPv4 in a form of IPv6; write it)",
      R"(/failures_per_minute: must be a whole number from 1 to 100000)",
      R"(/schemes/login: needs "issuer": the URL that tokens have as their `iss`)",
      R"(/schemes/login/audience: must not be empty; give a value, or leave)",
      R"(/schemes/digest: the scheme 'digest' of HTTP is not checked here,)",
      R"(/schemes/nobody: is not a security scheme of the contract, which has)",
      R"(/schemes/key: must be an object)",
      R"(/schemes/a~1b~0c/k: is not a member of this object, which may have)",
      R"(/schemes/a~1b~0c: needs "keys": where the API keys are, such as)",
  };
  std::istringstream lines(text);
  std::string line;
  for (const std::string& start : starts) {
    ASSERT_TRUE(std::getline(lines, line)) << start;
    EXPECT_THAT(line, testing::StartsWith(start));
  }
  EXPECT_FALSE(std::getline(lines, line)) << line;
}

TEST(Settings, RefuseWhatNoSchemeHas) {
  const std::string issuer = R"("issuer": "https://id.example", "audience": "a")";
  for (const auto& [members, sentence] : {
           std::pair(R"(, "audiences": "a")", "/audiences: is not a member"),
           std::pair(R"(, "algorithms": ["HS256"])", "/algorithms: may have RS256"),
           std::pair(R"(, "algorithms": ["none"])", "/algorithms: may have RS256"),
           std::pair(R"(, "leeway_seconds": 301)",
                     "/leeway_seconds: must be a whole number from 0"),
           std::pair(R"(, "leeway_seconds": 1.5)",
                     "/leeway_seconds: must be a whole number from 0"),
           std::pair(R"(, "verified_by": "me")", "/verified_by: must be api, load_balancer"),
           std::pair(R"(, "verified_by": "alb_oidc")", "needs \"signer\""),
           std::pair(R"(, "signer": "arn:aws:s3:::x")", "/signer: must be the ARN"),
           std::pair(R"(, "keys": {"url": "http://id.example/jwks"})",
                     "/keys/url: must be an https"),
           std::pair(R"(, "keys": {"url": "https://a@b/"})", "/keys/url: must be an https"),
           std::pair(R"(, "keys": {"url": "http://127.0.0.1.evil.example/"})",
                     "/keys/url: must be"),
           std::pair(R"(, "keys": {"secret": "name"})", "/keys/secret: must be the ARN"),
           std::pair(R"(, "keys": {})", "/keys: must have one member"),
           std::pair(R"(, "keys": {"file": "a", "url": "https://b"})",
                     "/keys: must have one member"),
           std::pair(R"(, "keys": {"keys": [], "url": "https://b"})",
                     "/keys: has both \"keys\" and \"url\""),
           std::pair(R"(, "keys": "x")", "/keys: must be an object"),
           std::pair(R"(, "subject_claim": "")",
                     "/subject_claim: must be a text that is not empty"),
           std::pair(R"(, "required_claims": [])", "/required_claims: must be an object"),
           std::pair(R"(, "verified_by": "load_balancer", "keys": {"file": "x"})",
                     "/keys: is not used"),
       }) {
    EXPECT_THAT(of_scheme("login", issuer + members), testing::HasSubstr(sentence)) << members;
  }
  EXPECT_THAT(of_scheme("login", R"("issuer": "accounts", "audience": "a")"),
              testing::HasSubstr("/schemes/login/issuer: is not an https URL"));
  EXPECT_THAT(of_scheme("login", R"("issuer": "https://i")"),
              testing::HasSubstr("/schemes/login: needs \"audience\""));
  EXPECT_THAT(of_scheme("key", R"("keys": {"discovery": "https://id.example"})"),
              testing::HasSubstr("/schemes/key/keys/discovery: is not a member"));
  EXPECT_THAT(of_scheme("login", R"("issuer": "https://i", "audience": ["a", ""])"),
              testing::HasSubstr("/schemes/login/audience: has an empty name"));
  EXPECT_THAT(of_scheme("login", R"("verified_by": "alb_oidc", "audience_claim": "c")"),
              testing::HasSubstr("/schemes/login/audience_claim: is not looked at without"));
  EXPECT_THAT(of_scheme("mtls", ""), testing::HasSubstr("/schemes/mtls: needs \"clients\""));
  EXPECT_THAT(of_scheme("mtls", R"("clients": [{}, 1, {"subject": "a", "scopes": ["a b"]}])"),
              testing::AllOf(testing::HasSubstr("/schemes/mtls/clients/0: needs \"subject\""),
                             testing::HasSubstr("/schemes/mtls/clients/1: must be an object"),
                             testing::HasSubstr("/schemes/mtls/clients/2/scopes: may have")));
  EXPECT_THAT(of_scheme("mtls", R"("clients": [{"subject": "a"}, {"subject": "a"}])"),
              testing::HasSubstr("/schemes/mtls/clients/1/subject: must not be that of another"));
}

TEST(Settings, HaveLimits) {
  EXPECT_THAT(mistakes(std::string(kSettingsBytesMax + 1, ' ')), testing::HasSubstr("bytes"));
  EXPECT_THAT(mistakes("{"), testing::HasSubstr("cannot be read: "));
  EXPECT_THAT(mistakes("[]"), testing::HasSubstr("must be an object"));
  EXPECT_THAT(mistakes(R"({"schemes": {}, "schemes": {}})"),
              testing::HasSubstr("cannot be read: "));
  EXPECT_THAT(
      of_scheme("login", R"("issuer": ")" + std::string(2001, 'a') + R"(", "audience": "a")"),
      testing::HasSubstr("at most 2000 bytes"));
  std::string many;
  for (int i = 0; i < 101; ++i) many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + '"';
  EXPECT_THAT(mistakes(R"({"trusted_proxies": [)" + many + "]}"),
              testing::HasSubstr("at most 100 elements"));
  std::string unknown = "{";
  for (int i = 0; i < 30; ++i) unknown += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\": 0";
  EXPECT_THAT(mistakes(unknown + "}"), testing::EndsWith("\nand 10 more"));
}

}  // namespace
}  // namespace penstock::auth
