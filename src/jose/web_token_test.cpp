#include "jose/web_token.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

}  // namespace
}  // namespace penstock::jose
