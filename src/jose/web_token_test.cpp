#include "jose/web_token.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "jose/base64url.h"
#include "jose/signing_key.h"
#include "json/writer.h"

namespace penstock::jose {
namespace {

using boost::json::object;

const base::SystemTime kNow(std::chrono::seconds(1'800'000'000));

class TokenTest : public testing::Test {
 protected:
  TokenTest() { keys_.add(PublicKey::from_jwk(pair_.public_jwk()).value()); }

  // Returns the fault's word, or "" if the token is taken.
  std::string verdict(std::string_view text, bool padded = false) const {
    const auto token = Token::parse(text, padded);
    if (const auto* fault = std::get_if<Fault>(&token)) return std::string(name_of(*fault));
    const auto claims = std::get<Token>(token).verify(keys_, rules_, kNow);
    const auto* fault = std::get_if<Fault>(&claims);
    return fault == nullptr ? "" : std::string(name_of(*fault));
  }
  // Returns the verdict on good claims that are signed with this header.
  std::string header_verdict(std::string_view header) const {
    return verdict(pair_.sign_texts(header, json::to_text(claims())));
  }
  object claims() const {
    return {{"iss", "https://id.example"}, {"aud", "orders"}, {"exp", 1'800'000'300}};
  }

  SigningKey pair_ = SigningKey::generate(Algorithm::es256, "k1").value();
  KeySet keys_;
  TokenRules rules_{.issuer = "https://id.example", .audiences = {"orders"}};
};

TEST_F(TokenTest, IsTakenWithItsClaims) {
  object sent = claims();
  sent["sub"] = "ann";
  const std::string text = pair_.sign(sent);
  const auto token = std::get<Token>(Token::parse(text));
  EXPECT_EQ(token.key_id(), "k1");
  EXPECT_EQ(token.algorithm(), Algorithm::es256);
  EXPECT_EQ(std::get<object>(token.verify(keys_, rules_, kNow)), sent);
  EXPECT_EQ(std::get<object>(token.trust(rules_, kNow)), sent);
  EXPECT_EQ(end_of(sent, rules_), kNow + std::chrono::seconds(360));
}

TEST_F(TokenTest, IsRefusedWithAnotherSignature) {
  const std::string text = pair_.sign(claims());
  EXPECT_EQ(verdict(text), "");
  const SigningKey other = SigningKey::generate(Algorithm::es256, "k1").value();
  EXPECT_EQ(verdict(other.sign(claims())), "signature");
  EXPECT_EQ(verdict(text.substr(0, text.rfind('.') + 1)), "signature");
  const SigningKey unknown = SigningKey::generate(Algorithm::es256, "k2").value();
  EXPECT_EQ(verdict(unknown.sign(claims())), "unknown_key");
}

// RFC 7515 section 7.1 has three parts, RFC 7516 section 7.1 five.
TEST_F(TokenTest, HasThreeParts) {
  EXPECT_EQ(verdict(""), "malformed");
  EXPECT_EQ(verdict("."), "malformed");
  EXPECT_EQ(verdict(".."), "malformed");
  EXPECT_EQ(verdict("..."), "malformed");
  EXPECT_EQ(verdict("...."), "encrypted");
  EXPECT_EQ(verdict("....."), "malformed");
  EXPECT_EQ(verdict(" " + pair_.sign(claims())), "malformed");
  EXPECT_EQ(verdict(pair_.sign(claims()) + "\n"), "malformed");
  EXPECT_EQ(verdict(std::string(Token::kBytesMax, 'A')), "malformed");
  EXPECT_EQ(verdict(std::string(Token::kBytesMax + 1, 'A')), "too_long");
}

// RFC 7515 section 4: each name occurs once, and the header is a JSON object in UTF-8.
TEST_F(TokenTest, HasAHeaderThatAllReadersReadAlike) {
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","kid":"k1"})"), "");
  EXPECT_EQ(header_verdict(R"( {"alg" : "ES256" } )"), "");
  for (const std::string header :
       {R"({"alg":"none","alg":"ES256"})", R"({"alg":"ES256","kid":"k1","kid":"k1"})", "", "{}",
        "null", R"(["ES256"])", R"({"alg":"ES256")", R"({"alg":"ES256"}})", R"({"alg":1})",
        R"({"alg":null})", R"({"alg":"ES256","kid":1})", R"({"alg":"ES256","typ":1})",
        R"({"alg":"ES256","typ":null})", R"({"alg":"ES256","cty":[]})", R"({'alg':'ES256'})",
        "{\"alg\":\"ES256\",\"x\":\"\xff\"}", "\xef\xbb\xbf{\"alg\":\"ES256\"}"}) {
    EXPECT_EQ(header_verdict(header), "malformed") << header;
  }
  const std::string deep = std::string(7, '[') + std::string(7, ']');
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","x":)" + deep + "}"), "");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","x":[)" + deep + "]}"), "malformed");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","x":1e400})"), "malformed");
}

// Names are case-sensitive (RFC 7515 section 4.1.1), and none is a secret's (RFC 8725 section 3.2).
TEST_F(TokenTest, HasAnAlgorithmOfAPublicKey) {
  for (const std::string name : {"none", "None", "NONE", "", "HS256", "HS384", "HS512", "es256",
                                 "ES256K", "ES256 ", "RS1", "dir", "RSA-OAEP", "Ed448"}) {
    EXPECT_EQ(header_verdict(R"({"alg":")" + name + R"(","kid":"k1"})"), "algorithm") << name;
  }
  // An algorithm of another family finds no key, whatever the id.
  for (const std::string name : {"RS256", "PS256", "ES384", "ES512", "EdDSA", "Ed25519"}) {
    EXPECT_EQ(header_verdict(R"({"alg":")" + name + R"(","kid":"k1"})"), "unknown_key") << name;
  }
}

TEST_F(TokenTest, HasAnAlgorithmThatTheRulesAllow) {
  rules_.algorithms = {Algorithm::rs256, Algorithm::es256};
  EXPECT_EQ(verdict(pair_.sign(claims())), "");
  rules_.algorithms = {Algorithm::es384};
  EXPECT_EQ(verdict(pair_.sign(claims())), "algorithm");
}

TEST_F(TokenTest, IsRefusedWithoutASignature) {
  const std::string claims_text = json::to_text(claims());
  EXPECT_EQ(verdict(to_base64url(R"({"alg":"none"})") + "." + to_base64url(claims_text) + "."),
            "algorithm");
}

// RFC 7515 section 4.1.11 and RFC 7797 section 6 say who must refuse these.
TEST_F(TokenTest, HasNoCriticalExtension) {
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","crit":["exp"],"exp":1})"), "critical_header");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","crit":[]})"), "critical_header");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","crit":null})"), "critical_header");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","crit":["b64"],"b64":false})"), "critical_header");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","b64":false})"), "critical_header");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","b64":true})"), "critical_header");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","other":true})"), "");
}

// RFC 7519 section 5.2 says how such a token looks.
TEST_F(TokenTest, ContainsNoOtherToken) {
  for (const std::string type : {"JWT", "jwt", "application/jwt", "Application/JWT"}) {
    EXPECT_EQ(header_verdict(R"({"alg":"ES256","cty":")" + type + "\"}"), "nested") << type;
  }
  EXPECT_EQ(header_verdict(R"({"alg":"ES256","cty":"json"})"), "");
}

// RFC 8725 section 3.10: no key of the header is used, and no URL of it is asked.
TEST_F(TokenTest, BringsNoKey) {
  const SigningKey other = SigningKey::generate(Algorithm::es256, "k1").value();
  const object header{{"alg", "ES256"},
                      {"kid", "k1"},
                      {"jwk", other.public_jwk()},
                      {"jku", "http://127.0.0.1:9/keys"},
                      {"x5u", "http://127.0.0.1:9/chain"},
                      {"x5c", {"MIIB"}},
                      {"x5t", "AAAA"}};
  const std::string text = json::to_text(header);
  EXPECT_EQ(verdict(other.sign_texts(text, json::to_text(claims()))), "signature");
  EXPECT_EQ(verdict(pair_.sign_texts(text, json::to_text(claims()))), "");
}

// An id is compared byte by byte (RFC 7515 section 4.1.4).
TEST_F(TokenTest, HasTheIdOfAKnownKey) {
  const auto of_id = [&](const std::string& id) {
    return header_verdict(json::to_text(object{{"alg", "ES256"}, {"kid", id}}));
  };
  EXPECT_EQ(of_id("k1"), "");
  for (const std::string id : {"K1", "k1 ", "k2", "../k1", "k1' or 1=1"}) {
    EXPECT_EQ(of_id(id), "unknown_key") << id;
  }
  EXPECT_EQ(of_id(std::string("k1\0", 3)), "unknown_key");
  EXPECT_EQ(of_id(std::string(512, 'k')), "unknown_key");
  // Such an id is no reason to ask the issuer for new keys.
  EXPECT_EQ(of_id(std::string(513, 'k')), "malformed");
  EXPECT_EQ(of_id(""), "malformed");
  // Without an id there must be no doubt which key it is.
  EXPECT_EQ(header_verdict(R"({"alg":"ES256"})"), "");
  keys_.add(PublicKey::from_jwk(SigningKey::generate(Algorithm::es256, "k2").value().public_jwk())
                .value());
  EXPECT_EQ(header_verdict(R"({"alg":"ES256"})"), "unknown_key");
}

// RFC 8725 section 3.11 and RFC 9068 section 4 demand it, RFC 7515 section 4.1.9 has its forms.
TEST_F(TokenTest, HasATypeThatTheRulesAllow) {
  const auto of_type = [&](const std::string& type) {
    return header_verdict(json::to_text(object{{"alg", "ES256"}, {"typ", type}}));
  };
  for (const std::string type :
       {"at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt", "JWT", "application/jwt"}) {
    EXPECT_EQ(of_type(type), "") << type;
  }
  for (const std::string type : {"", "application/", "dpop+jwt", "secevent+jwt", "at+jwt ",
                                 "application/application/at+jwt", "application/at+jwt/x"}) {
    EXPECT_EQ(of_type(type), "type") << type;
  }
  rules_.types = {"at+jwt"};
  EXPECT_EQ(of_type("application/at+jwt"), "");
  EXPECT_EQ(of_type("JWT"), "type");
  EXPECT_EQ(header_verdict(R"({"alg":"ES256"})"), "type");
}

// RFC 7519 section 4: the claims are a JSON object, whose names are unique.
TEST_F(TokenTest, HasClaimsThatAllReadersReadAlike) {
  const std::string header = R"({"alg":"ES256"})";
  const std::string rest = R"("aud":"orders","exp":1800000300})";
  EXPECT_EQ(verdict(pair_.sign_texts(header, R"({"iss":"https://id.example",)" + rest)), "");
  for (const std::string& text :
       {R"({"iss":"other","iss":"https://id.example",)" + rest,
        R"({"iss":"https://id.example","exp":1,)" + rest, std::string(), std::string("[]"),
        std::string("{\"iss\":\"\xc0\x80\"}"), R"({"iss":"https://id.example",)" + rest + "x"}) {
    EXPECT_EQ(verdict(pair_.sign_texts(header, text)), "malformed") << text;
  }
  const auto of_depth = [&](size_t depth) {
    const std::string deep = std::string(depth, '[') + std::string(depth, ']');
    return verdict(
        pair_.sign_texts(header, R"({"iss":"https://id.example","x":)" + deep + "," + rest));
  };
  EXPECT_EQ(of_depth(15), "");
  EXPECT_EQ(of_depth(16), "malformed");
}

// The claims are bad, too, but nobody learns of it without a signature.
TEST_F(TokenTest, IsVerifiedBeforeItsClaimsAreRead) {
  const SigningKey other = SigningKey::generate(Algorithm::es256, "k1").value();
  EXPECT_EQ(verdict(other.sign_texts(R"({"alg":"ES256"})", "[")), "signature");
  EXPECT_EQ(verdict(other.sign_texts(R"({"alg":"ES256"})", "{}")), "signature");
}

// RFC 7515 section 2: there is no padding, and only the characters of base64url.
TEST_F(TokenTest, IsRefusedWithAnyOtherByte) {
  const std::string text = pair_.sign(claims());
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'A', 'B', '=', '.', '+', '/', ' ', '\n', '\0', '\x80', '\xff'}) {
      std::string changed = text;
      if (changed[at] == c) continue;
      changed[at] = c;
      EXPECT_NE(verdict(changed), "") << at;
    }
    EXPECT_NE(verdict(text.substr(0, at)), "") << at;
    EXPECT_NE(verdict(text.substr(at + 1)), "") << at;
    EXPECT_NE(verdict(text.substr(0, at) + text.substr(at + 1)), "") << at;
  }
  EXPECT_EQ(verdict(text + "="), "malformed");
  EXPECT_EQ(verdict(text + "=="), "malformed");
}

// The form is that of x-amzn-oidc-data: padding, and the registered claims in the header.
TEST_F(TokenTest, OfALoadBalancerHasPaddingAndClaimsInItsHeader) {
  const auto padded = [](std::string part) {
    while (part.size() % 4 != 0) part += '=';
    return part;
  };
  const auto token = [&](const object& header, const object& payload) {
    const std::string text = padded(to_base64url(json::to_text(header))) + "." +
                             padded(to_base64url(json::to_text(payload)));
    return text + "." + padded(to_base64url(pair_.signature_of(text)));
  };
  const object header{{"typ", "JWT"},
                      {"kid", "k1"},
                      {"alg", "ES256"},
                      {"iss", "https://id.example"},
                      {"client", "orders"},
                      {"signer", "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/a"},
                      {"exp", 1'800'000'100}};
  rules_.in_header = true;
  rules_.audience_claim = "client";
  const std::string text = token(header, {{"sub", "ann"}});
  EXPECT_EQ(verdict(text, true), "");
  EXPECT_EQ(verdict(text), "malformed");
  const auto parsed = std::get<Token>(Token::parse(text, true));
  const auto claims = std::get<object>(parsed.verify(keys_, rules_, kNow));
  EXPECT_EQ(claims.at("sub"), "ann");
  EXPECT_EQ(end_of(claims, rules_), kNow + std::chrono::seconds(160));

  const auto with = [&](std::string_view name, const boost::json::value& value) {
    object changed = header;
    changed[name] = value;
    return token(changed, {{"sub", "ann"}});
  };
  EXPECT_EQ(verdict(with("exp", 1'799'999'940), true), "expired");
  EXPECT_EQ(verdict(with("exp", "soon"), true), "claims");
  EXPECT_EQ(verdict(with("iss", "https://other.example"), true), "issuer");
  EXPECT_EQ(verdict(with("client", "other"), true), "audience");
  // Claims of the payload with these names count, too, and of two ends the earlier one.
  EXPECT_EQ(verdict(token(header, {{"exp", 1'799'999'940}}), true), "expired");
  EXPECT_EQ(verdict(token(header, {{"iss", "https://other.example"}}), true), "issuer");
  for (const int64_t exp : {1'800'000'050, 1'800'000'150}) {
    const std::string with_exp = token(header, {{"exp", exp}});
    const auto both = std::get<Token>(Token::parse(with_exp, true));
    EXPECT_EQ(std::get<object>(both.verify(keys_, rules_, kNow)).at("exp"),
              std::min<int64_t>(exp, 1'800'000'100));
  }
  rules_.issuer.clear();
  rules_.audiences.clear();
  EXPECT_EQ(verdict(with("iss", "https://other.example"), true), "");
  EXPECT_EQ(verdict(with("exp", 1'799'999'940), true), "expired");
}

TEST(Fault, HasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(Fault::claims); ++i) {
    words.insert(name_of(static_cast<Fault>(i)));
  }
  EXPECT_EQ(words.size(), static_cast<size_t>(Fault::claims) + 1);
}

}  // namespace
}  // namespace penstock::jose
