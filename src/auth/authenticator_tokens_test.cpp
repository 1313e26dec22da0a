#include <filesystem>
#include <fstream>

#include "auth/authenticator_testing.h"
#include "auth/schemes/token_scheme.h"

namespace penstock::auth {
namespace {

using std::chrono_literals::operator""s;
using testing::Desk;
using ::testing::HasSubstr;
using testing::Headers;

// Has the keys of `login` in a file, which a test can change.
class KeyFile {
 public:
  KeyFile() {
    std::string name = std::filesystem::temp_directory_path() / "authenticator-XXXXXX";
    ::close(::mkstemp(name.data()));
    path_ = name;
  }
  ~KeyFile() { std::filesystem::remove(path_); }
  void write(std::initializer_list<const jose::SigningKey*> keys) const {
    boost::json::array all;
    for (const jose::SigningKey* key : keys) all.push_back(key->public_jwk());
    write_text(boost::json::serialize(boost::json::object{{"keys", all}}));
  }
  void write_text(const std::string& text) const {
    const std::string next = path_ + ".new";
    std::ofstream(next) << text;
    std::filesystem::rename(next, path_);
  }
  [[nodiscard]] std::string place() const { return R"({"file": ")" + path_ + "\"}"; }

 private:
  std::string path_;
};

TEST(AuthenticatorTokens, AreVerifiedOnce) {
  Desk desk;
  const Headers token = Desk::bearer(desk.token());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(desk.outcome("/login", token), "login:bob");
  EXPECT_THAT(desk.metrics(), HasSubstr(R"(cache_hits_total{scheme="login"} 4)"));
  EXPECT_THAT(desk.metrics(), HasSubstr(R"(cache_tokens{scheme="login"} 1)"));
}

TEST(AuthenticatorTokens, AreNotKnownBeyondTheirTime) {
  Desk desk;
  const Headers token = Desk::bearer(desk.token());
  EXPECT_EQ(desk.outcome("/login", token), "login:bob");
  desk.now += 359s;  // exp is in 300 s, and the leeway is 60 s.
  EXPECT_EQ(desk.outcome("/login", token), "login:bob");
  desk.now += 1s;
  EXPECT_EQ(desk.refusal("/login", token).reason, "expired");
}

TEST(AuthenticatorTokens, OfTwoIssuersComeInOneHeader) {
  Desk desk;
  const Headers token = Desk::bearer(desk.other_token("read"));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(desk.outcome("/issuers", token), "flows:bob");
  }
  EXPECT_EQ(desk.outcome("/issuers", Desk::bearer(desk.token())), "login:bob")
      << "the other issuer's tokens were no failures";
}

TEST(AuthenticatorTokens, OfANewKeyMakeTheIssuerBeAsked) {
  const auto first = jose::SigningKey::generate(jose::Algorithm::es256, "first").value();
  KeyFile file;
  file.write({&first});
  Desk desk(file.place());
  const Headers old = Desk::bearer(first.sign(desk.claims()));
  EXPECT_EQ(desk.outcome("/login", old), "login:bob");
  file.write({&desk.issuer});
  EXPECT_EQ(desk.outcome("/login", Desk::bearer(desk.token())), "login:bob");
  EXPECT_EQ(desk.waits, 1);
  EXPECT_EQ(desk.outcome("/login", old), "401 refused") << "its key is gone, and the cache knows";
  // The issuer was asked a moment ago.
  EXPECT_EQ(desk.waits, 1);
}

TEST(AuthenticatorTokens, HaveTheLastKeysWhenNoneOfNewOnesCanBeUsed) {
  KeyFile file;
  Desk keys;
  file.write({&keys.issuer});
  Desk desk(file.place());
  file.write_text(R"({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "new"}]})");
  const auto stranger = jose::SigningKey::generate(jose::Algorithm::es256, "new").value();
  EXPECT_EQ(desk.outcome("/login", Desk::bearer(stranger.sign(desk.claims()))), "503 no_keys")
      << "the file was read again, and cannot be used";
  EXPECT_EQ(desk.outcome("/login", Desk::bearer(keys.token())), "login:bob");
  EXPECT_EQ(desk.waits, 1);
}

TEST(AuthenticatorTokens, ThatAreWrongInOtherWaysAskNobody) {
  KeyFile file;
  Desk keys;
  file.write({&keys.issuer});
  Desk desk(file.place());
  const auto stranger = jose::SigningKey::generate(jose::Algorithm::es256, "new").value();
  boost::json::object claims = desk.claims();
  claims["iss"] = "https://else.example";
  EXPECT_EQ(desk.refusal("/login", Desk::bearer(stranger.sign(claims))).reason, "issuer");
  claims = desk.claims();
  claims["exp"] = 1;
  EXPECT_EQ(desk.refusal("/login", Desk::bearer(stranger.sign(claims))).reason, "expired");
  EXPECT_EQ(desk.waits, 0);
}

TEST(AuthenticatorTokens, WaitOnlyIfTheServerHasRoom) {
  KeyFile file;
  Desk keys;
  file.write({&keys.issuer});
  Desk desk(file.place());
  const auto stranger = jose::SigningKey::generate(jose::Algorithm::es256, "new").value();
  http::RequestMessage request =
      Desk::request("/login", Desk::bearer(stranger.sign(desk.claims())));
  request.may_wait = false;
  const auto decision = desk.authenticator->decide_now(desk.security("/login"), request);
  ASSERT_TRUE(decision.has_value());
  EXPECT_EQ(std::get<Refusal>(*decision).outcome, Outcome::too_busy);
  EXPECT_EQ(std::get<Refusal>(*decision).status, 503U);
  EXPECT_GT(std::get<Refusal>(*decision).retry_after, 0s);
}

// Has no key, and as many requests as may wait for one.
class BusyKeys : public TokenKeys {
 public:
  [[nodiscard]] Keys find(std::string_view) const override { return nullptr; }
  [[nodiscard]] bool may_ask(std::string_view) const override { return false; }
  [[nodiscard]] bool is_busy(std::string_view) const override { return true; }
  [[nodiscard]] async::Awaitable<bool> ask(std::string, base::SteadyTime) override {
    co_return false;
  }
  [[nodiscard]] std::string problem() const override { return ""; }
};

TEST(AuthenticatorTokens, OfWhichTooManyWaitAreNoFailures) {
  Desk desk;
  const contract::SecurityScheme scheme;
  BearerSettings settings;
  settings.rules.issuer = "https://id.example";
  settings.rules.audiences = {"orders"};
  TokenScheme tokens("login", scheme, settings, std::make_unique<BusyKeys>(), {});
  const http::RequestMessage request = Desk::request("/login", Desk::bearer(desk.token()));
  const ClientAddresses addresses{Settings{}};
  const Failures failures(3);
  const auto check = tokens.check_now({request, desk.now, desk.steady, addresses, failures});
  ASSERT_TRUE(check.has_value());
  EXPECT_EQ(check->state, Check::State::too_busy);
  EXPECT_GT(check->retry_after, 0s);
}

TEST(AuthenticatorTokens, OfTheLoadBalancersActionAreBelievedOnlyFromIt) {
  Desk desk;
  // No key here has signed it: the rules are checked, the signature is not.
  const auto stranger = jose::SigningKey::generate(jose::Algorithm::es256, "new").value();
  const Headers token = Desk::bearer(stranger.sign(desk.claims()));
  EXPECT_EQ(desk.refusal("/balancer", token).reason,
            "the token came from an address that is not a trusted proxy, so that no load balancer "
            "has verified it");
  desk.peer = boost::asio::ip::make_address("10.0.0.9");
  EXPECT_EQ(desk.outcome("/balancer", token), "balancer:bob");
  desk.peer = boost::asio::ip::make_address("192.0.2.1");
  EXPECT_EQ(desk.outcome("/balancer", token), "401 refused") << "although the cache knows it";
  desk.peer = boost::asio::ip::make_address("10.0.0.9");
  boost::json::object claims = desk.claims();
  claims["aud"] = "stock";
  EXPECT_EQ(desk.refusal("/balancer", Desk::bearer(stranger.sign(claims))).reason, "audience");
}

TEST(AuthenticatorTokens, OfTheLoadBalancersLoginHaveASigner) {
  Desk desk;
  desk.peer = boost::asio::ip::make_address("10.0.0.9");
  const std::string claims = R"({"sub":"bob"})";
  const auto header = [](std::string_view signer) {
    return R"({"alg":"ES256","kid":"not-a-uuid","exp":1800000100,"iss":"https://id.example",)"
           R"("client":"c","signer":")" +
           std::string(signer) + "\"}";
  };
  const auto ask = [&](std::string_view signer) {
    return desk.refusal("/oidc",
                        {{"x-amzn-oidc-data", desk.issuer.sign_texts(header(signer), claims)}});
  };
  EXPECT_EQ(ask("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/evil/1").reason,
            "the token's signer is another load balancer");
  EXPECT_EQ(ask(Desk::kSigner).reason, "unknown_key") << "AWS has no key with such an id";
  EXPECT_EQ(desk.waits, 0);
  EXPECT_EQ(desk.outcome("/oidc", Desk::bearer(desk.token())), "401 missing");
}

TEST(AuthenticatorTokens, OfAnyIssuerAreNotThoseOfAnotherOneOnly) {
  const contract::SecurityScheme scheme;
  const auto make = [&](const char* issuer, TokenVerifier verifier) {
    BearerSettings settings;
    settings.rules.issuer = issuer;
    settings.verifier = verifier;
    return std::make_unique<TokenScheme>("s", scheme, settings, nullptr, TokenCache::Limits());
  };
  const auto any = make("", TokenVerifier::alb_oidc);
  const auto one = make("https://id.example", TokenVerifier::alb_oidc);
  const auto two = make("https://other.example", TokenVerifier::alb_oidc);
  const auto bearer = make("https://other.example", TokenVerifier::api);
  EXPECT_TRUE(one->excludes(*two));
  EXPECT_FALSE(any->excludes(*one)) << "a token that one knows may be right for both";
  EXPECT_FALSE(one->excludes(*any));
  EXPECT_FALSE(one->excludes(*one));
  EXPECT_FALSE(one->excludes(*bearer)) << "it is read elsewhere";
}

TEST(AuthenticatorCertificates, AreBelievedOnlyFromATrustedProxy) {
  Desk desk;
  const Headers subject = {{"X-Amzn-Mtls-Clientcert-Subject", "CN=partner,O=X"}};
  EXPECT_EQ(desk.outcome("/mtls", subject), "401 refused");
  desk.peer = boost::asio::ip::make_address("10.0.0.9");
  EXPECT_EQ(desk.outcome("/mtls", subject), "mtls:partner");
  EXPECT_EQ(desk.refusal("/mtls", {{"X-Amzn-Mtls-Clientcert-Subject", "CN=partner"}}).reason,
            "no client has the certificate's subject");
  EXPECT_THAT(desk.refusal("/mtls", {{"X-Amzn-Mtls-Clientcert", "-----BEGIN"}}).reason,
              HasSubstr("set mutual TLS of its listener to verify"));
  EXPECT_EQ(desk.outcome("/mtls", {subject[0], subject[0]}), "401 malformed");
}

}  // namespace
}  // namespace penstock::auth
