#include "auth/authenticator.h"

#include "auth/authenticator_testing.h"

namespace penstock::auth {
namespace {

using testing::Desk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Headers;
using ::testing::Not;

const Headers kGoodKey = {{"x-api-key", std::string(Desk::kKey)}};
const Headers kBadKey = {{"x-api-key", "guess"}};
// The text is that of "ann" with the password "secret:ä".
const Headers kGoodPassword = {{"Authorization", "Basic YW5uOnNlY3JldDrDpA=="}};
const Headers kBadPassword = {{"Authorization", "Basic YW5uOmd1ZXNz"}};

Headers together(Headers first, const Headers& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST(Authenticator, AdmitsEachKindOfCredential) {
  Desk desk;
  EXPECT_EQ(desk.outcome("/open"), "anonymous");
  EXPECT_EQ(desk.outcome("/open", kBadKey), "anonymous") << "nobody looks at it";
  EXPECT_EQ(desk.outcome("/key", kGoodKey), "key:ann");
  EXPECT_EQ(desk.outcome("/staff", kGoodPassword), "staff:ann");
  EXPECT_EQ(desk.outcome("/login", Desk::bearer(desk.token())), "login:bob");
  EXPECT_EQ(desk.outcome("/login", {{"authorization", "bEARER  " + desk.token()}}), "login:bob");
  EXPECT_EQ(desk.outcome("/both?key=a%2Bb", kGoodKey), "key:ann+query:q");
}

TEST(Authenticator, AsksForWhatIsMissing) {
  Desk desk;
  const Refusal key = desk.refusal("/key");
  EXPECT_EQ(key.status, 401U);
  EXPECT_EQ(key.outcome, Outcome::missing);
  EXPECT_EQ(key.detail, "this operation needs the API key in the header X-Api-Key");
  EXPECT_THAT(key.challenges,
              ElementsAre(R"(ApiKey realm="Orders x", in="header", name="X-Api-Key")"));
  const Refusal either = desk.refusal("/either");
  EXPECT_EQ(either.detail,
            "this operation needs the API key in the header X-Api-Key, or the bearer token in the "
            "header Authorization");
  // Without a credential there is no error (RFC 6750 section 3.1).
  EXPECT_THAT(either.challenges,
              ElementsAre(R"(ApiKey realm="Orders x", in="header", name="X-Api-Key")",
                          R"(Bearer realm="Orders x")"));
  EXPECT_EQ(desk.refusal("/both", kGoodKey).detail,
            "this operation needs the API key in the header X-Api-Key and the API key in the query "
            "key");
  EXPECT_THAT(desk.refusal("/staff").challenges,
              ElementsAre(R"(Basic realm="Orders x", charset="UTF-8")"));
  EXPECT_THAT(desk.refusal("/write").challenges,
              ElementsAre(R"(Bearer realm="Orders x", scope="read write")"));
  EXPECT_THAT(desk.refusal("/issuers").challenges, ElementsAre(R"(Bearer realm="Orders x")"));
  EXPECT_THAT(desk.refusal("/mtls").challenges,
              ElementsAre(R"(ClientCertificate realm="Orders x")"));
}

TEST(Authenticator, RefusesWhatIsWrong) {
  Desk desk;
  const Refusal key = desk.refusal("/key", kBadKey);
  EXPECT_EQ(key.status, 401U);
  EXPECT_EQ(key.outcome, Outcome::refused);
  EXPECT_EQ(key.detail, "the API key in the header X-Api-Key is not valid");
  EXPECT_EQ(key.scheme, "key");
  EXPECT_EQ(desk.outcome("/key", {{"x-api-key", "psk_old"}}), "401 refused") << "it has expired";
  EXPECT_EQ(desk.outcome("/both?key=a%2Bb", kBadKey), "401 refused");
}

TEST(Authenticator, RefusesWrongPasswords) {
  Desk desk;
  const Refusal refusal = desk.refusal("/staff", kBadPassword);
  EXPECT_EQ(refusal.outcome, Outcome::refused);
  EXPECT_EQ(refusal.detail,
            "the user's password in the header Authorization (scheme Basic) is not valid");
  EXPECT_THAT(refusal.challenges, ElementsAre(R"(Basic realm="Orders x", charset="UTF-8")"));
  EXPECT_EQ(desk.waits, 1);
  EXPECT_THAT(refusal.reason + refusal.detail, Not(HasSubstr("guess")));
}

TEST(Authenticator, SaysOfATokenWhatItsClientCanDo) {
  Desk desk;
  boost::json::object old = desk.claims();
  old["exp"] = old["iat"].as_int64() - 100;
  const Refusal expired = desk.refusal("/login", Desk::bearer(desk.issuer.sign(old)));
  EXPECT_EQ(expired.detail, "the bearer token in the header Authorization has expired");
  EXPECT_THAT(expired.challenges, ElementsAre(R"(Bearer realm="Orders x", error="invalid_token", )"
                                              R"(error_description="the token has expired")"));
  EXPECT_EQ(expired.reason, "expired");
  std::string forged = desk.token();
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  const Refusal wrong = desk.refusal("/login", Desk::bearer(forged));
  EXPECT_EQ(wrong.detail, "the bearer token in the header Authorization is not valid");
  EXPECT_EQ(wrong.reason, "signature");
  EXPECT_EQ(desk.outcome("/login", Desk::bearer("a.b")), "401 malformed");
}

TEST(Authenticator, RefusesATokenOutsideTheHeader) {
  Desk desk;
  EXPECT_EQ(desk.outcome("/login?access_token=" + desk.token()), "401 missing");
}

TEST(Authenticator, WantsAllScopesAndNamesThem) {
  Desk desk;
  EXPECT_EQ(desk.outcome("/write", Desk::bearer(desk.other_token("write read more"))), "flows:bob");
  const Refusal refusal = desk.refusal("/write", Desk::bearer(desk.other_token("read")));
  EXPECT_EQ(refusal.status, 403U);
  EXPECT_EQ(refusal.outcome, Outcome::insufficient_scope);
  EXPECT_THAT(refusal.challenges,
              ElementsAre(R"(Bearer realm="Orders x", error="insufficient_scope", )"
                          R"(scope="read write")"));
  EXPECT_EQ(refusal.detail,
            "the bearer token in the header Authorization does not have all scopes that this "
            "operation needs: read write");
  EXPECT_EQ(refusal.subject, "bob");
  EXPECT_EQ(refusal.scheme, "flows");
  const Refusal role = desk.refusal("/admin", kGoodKey);
  EXPECT_EQ(role.status, 403U);
  EXPECT_TRUE(role.challenges.empty());
}

TEST(Authenticator, TakesTheFirstAlternativeThatIsMet) {
  Desk desk;
  const Headers token = Desk::bearer(desk.token());
  EXPECT_EQ(desk.outcome("/either", together(token, kGoodKey)), "key:ann");
  EXPECT_EQ(desk.outcome("/either", token), "login:bob");
  EXPECT_EQ(desk.outcome("/either", together(kBadKey, token)), "login:bob");
}

TEST(Authenticator, AnswersForTheNearestAlternative) {
  Desk desk;
  // A token that lacks a scope is nearer than a password that is missing, or one that is wrong.
  EXPECT_EQ(desk.outcome("/any", Desk::bearer(desk.other_token("read"))), "403 insufficient_scope");
  EXPECT_EQ(desk.outcome("/any", kBadPassword), "401 refused");
  EXPECT_EQ(desk.outcome("/any"), "401 missing");
  EXPECT_EQ(desk.outcome("/either", together(kBadKey, Desk::bearer("a b"))), "401 refused");
}

TEST(Authenticator, LetsEverybodyDoWhatIsOptional) {
  Desk desk;
  EXPECT_EQ(desk.outcome("/optional"), "anonymous");
  EXPECT_EQ(desk.outcome("/optional", kGoodKey), "key:ann") << "although {} is first";
  EXPECT_EQ(desk.outcome("/optional", kBadKey), "401 refused") << "it means to be somebody";
  EXPECT_EQ(desk.outcome("/optional", Desk::bearer(desk.token())), "anonymous")
      << "the token is right, and lacks only what anonymous clients do not need";
}

TEST(Authenticator, CountsWhatItDecides) {
  Desk desk;
  static_cast<void>(desk.outcome("/key"));
  static_cast<void>(desk.outcome("/key", kGoodKey));
  static_cast<void>(desk.outcome("/key", kBadKey));
  static_cast<void>(desk.outcome("/open"));
  const std::string token = desk.token();
  static_cast<void>(desk.outcome("/login", Desk::bearer(token)));
  static_cast<void>(desk.outcome("/login", Desk::bearer(token)));
  const std::string text = desk.metrics();
  for (const char* line : {R"(penstock_authentication_total{scheme="",outcome="missing"} 1)",
                           R"(penstock_authentication_total{scheme="",outcome="anonymous"} 1)",
                           R"(penstock_authentication_total{scheme="key",outcome="accepted"} 1)",
                           R"(penstock_authentication_total{scheme="key",outcome="refused"} 1)",
                           R"(penstock_authentication_total{scheme="login",outcome="accepted"} 2)",
                           R"(penstock_authentication_token_cache_hits_total{scheme="login"} 1)",
                           R"(penstock_authentication_token_cache_misses_total{scheme="login"} 1)",
                           R"(penstock_authentication_document_age_seconds{scheme="login"} 0)",
                           "# TYPE penstock_authentication_total counter"}) {
    EXPECT_THAT(text, HasSubstr(std::string(line) + "\n"));
  }
}

TEST(Authenticator, SaysWhichSourcesAreInForce) {
  Desk desk;
  EXPECT_EQ(desk.authenticator->not_ready_reason(), "");
  EXPECT_THAT(desk.authenticator->sources(),
              ::testing::Contains(HasSubstr("the API keys of key come from ")));
}

TEST(Authenticator, DoesNotStartWithoutASchemeThatIsRequired) {
  Desk desk;
  const auto none = Authenticator::make(desk.io, desk.contract, Settings{}, desk.log);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::invalid);
  EXPECT_THAT(none.error().message,
              HasSubstr("requires the security scheme 'key'; the settings of authentication must "
                        "say at /schemes/key by what it is verified"));
  // An operation that is not served needs no scheme, and admits nobody.
  const auto form = contract::Contract::parse(R"(
openapi: 3.1.0
info: {title: x, version: '1'}
components: {securitySchemes: {d: {type: http, scheme: bearer}}}
paths:
  /a:
    post:
      security: [{d: []}]
      requestBody: {required: true, content: {multipart/form-data: {schema: {type: object}}}}
      responses: {'200': {description: x}}
)",
                                              "form.yaml");
  ASSERT_FALSE(form->paths()[0].operations[0].not_served.empty());
  const auto made = Authenticator::make(desk.io, *form, Settings{}, desk.log);
  ASSERT_TRUE(made) << made.error().message;
  const auto decision = (*made)->decide_now(*form->paths()[0].operations[0].security,
                                            Desk::request("/a", Desk::bearer(desk.token())));
  EXPECT_EQ(std::get<Refusal>(*decision).status, 401U);
  const auto digest = contract::Contract::parse(R"(
openapi: 3.1.0
info: {title: x, version: '1'}
components: {securitySchemes: {d: {type: http, scheme: Digest}}}
paths: {/a: {get: {security: [{d: []}], responses: {'200': {description: x}}}}}
)",
                                                "d.yaml");
  EXPECT_THAT(Authenticator::make(desk.io, *digest, Settings{}, desk.log).error().message,
              HasSubstr("d.yaml:5:19: operation 'getA' requires the security scheme 'd'; the "
                        "scheme 'digest' of HTTP is not checked here"));
}

}  // namespace
}  // namespace penstock::auth
