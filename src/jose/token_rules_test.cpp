#include "jose/token_rules.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <limits>
#include <string>

namespace penstock::jose {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using std::chrono::seconds;

constexpr int64_t kNowSeconds = 1'800'000'000;
const base::SystemTime kNow{seconds(kNowSeconds)};

class TokenRulesTest : public testing::Test {
 protected:
  // Returns the fault's word, or "" if the claims are taken.
  std::string verdict(const object& claims, base::SystemTime now = kNow) const {
    const auto fault = check_claims(claims, rules_, now);
    return fault ? std::string(name_of(*fault)) : "";
  }
  static object with(std::string_view name, const value& claim) {
    object claims{{"iss", "https://id.example"}, {"aud", "orders"}, {"exp", kNowSeconds + 300}};
    claims[name] = claim;
    return claims;
  }
  static object without(std::string_view name) {
    object claims = with("jti", "1");
    claims.erase(name);
    return claims;
  }

  TokenRules rules_{.issuer = "https://id.example", .audiences = {"orders", "stock"}};
};

// RFC 7519 section 4.1.1, RFC 9068 section 4: the issuer is compared exactly.
TEST_F(TokenRulesTest, DemandTheIssuer) {
  EXPECT_EQ(verdict(with("iss", "https://id.example")), "");
  for (const std::string_view issuer :
       {"https://id.example/", "https://ID.example", "https://id.example ", "", "id.example",
        "https://id.example.evil.example"}) {
    EXPECT_EQ(verdict(with("iss", value(issuer))), "issuer") << issuer;
  }
  EXPECT_EQ(verdict(without("iss")), "issuer");
  EXPECT_EQ(verdict(with("iss", array{"https://id.example"})), "claims");
  EXPECT_EQ(verdict(with("iss", nullptr)), "claims");
}

// RFC 7519 section 4.1.3 allows one text or a list of texts, of which one is enough.
TEST_F(TokenRulesTest, DemandAnAudience) {
  EXPECT_EQ(verdict(with("aud", "stock")), "");
  EXPECT_EQ(verdict(with("aud", array{"orders"})), "");
  EXPECT_EQ(verdict(with("aud", array{"account", "orders"})), "");
  EXPECT_EQ(verdict(with("aud", array{"account"})), "audience");
  EXPECT_EQ(verdict(with("aud", array{})), "audience");
  EXPECT_EQ(verdict(with("aud", "account")), "audience");
  EXPECT_EQ(verdict(with("aud", "Orders")), "audience");
  EXPECT_EQ(verdict(with("aud", "orders stock")), "audience");
  EXPECT_EQ(verdict(without("aud")), "audience");
  EXPECT_EQ(verdict(with("aud", array{"orders", 1})), "claims");
  EXPECT_EQ(verdict(with("aud", array{array{"orders"}})), "claims");
  EXPECT_EQ(verdict(with("aud", object{{"orders", true}})), "claims");
  EXPECT_EQ(verdict(with("aud", nullptr)), "claims");
}

// The access tokens of Amazon Cognito have no `aud`.
TEST_F(TokenRulesTest, TakeAnotherClaimForTheAudience) {
  rules_.audience_claim = "client_id";
  EXPECT_EQ(verdict(without("aud")), "audience");
  object claims = without("aud");
  claims["client_id"] = "orders";
  EXPECT_EQ(verdict(claims), "");
  claims["client_id"] = "other";
  EXPECT_EQ(verdict(claims), "audience");
}

// RFC 7519 section 4.1.4 refuses the token on `exp` and after it.
TEST_F(TokenRulesTest, DemandAnEndInTheFuture) {
  EXPECT_EQ(verdict(without("exp")), "claims");
  const object claims = with("exp", kNowSeconds);
  const auto at = [&](base::SystemTime now) { return verdict(claims, now); };
  EXPECT_EQ(at(kNow + seconds(60) - std::chrono::microseconds(1)), "");
  EXPECT_EQ(at(kNow + seconds(60)), "expired");
  EXPECT_EQ(end_of(claims, rules_), kNow + seconds(60));
  rules_.leeway = seconds(0);
  EXPECT_EQ(at(kNow - std::chrono::microseconds(1)), "");
  EXPECT_EQ(at(kNow), "expired");
}

// These are RFC 7519 sections 4.1.5 and 4.1.6. A clock may be wrong by the leeway on either side.
TEST_F(TokenRulesTest, RefuseATokenOfTheFuture) {
  for (const std::string_view name : {"nbf", "iat"}) {
    EXPECT_EQ(verdict(with(name, kNowSeconds - 100'000)), "") << name;
    EXPECT_EQ(verdict(with(name, kNowSeconds + 60)), "") << name;
    EXPECT_EQ(verdict(with(name, kNowSeconds + 61)), "not_yet_valid") << name;
    EXPECT_EQ(verdict(with(name, 1e300)), "not_yet_valid") << name;
    EXPECT_EQ(verdict(with(name, -1e300)), "") << name;
    EXPECT_EQ(verdict(with(name, "1800000000")), "claims") << name;
    EXPECT_EQ(verdict(with(name, nullptr)), "claims") << name;
  }
}

// RFC 7519 section 2: a NumericDate is a number of seconds, with or without a fraction.
TEST_F(TokenRulesTest, TakeEachNumberForATime) {
  EXPECT_EQ(verdict(with("exp", kNowSeconds + 0.5)), "");
  EXPECT_EQ(verdict(with("exp", kNowSeconds - 59.5)), "");
  EXPECT_EQ(verdict(with("exp", kNowSeconds - 60.5)), "expired");
  EXPECT_EQ(end_of(with("exp", kNowSeconds + 0.5), rules_),
            kNow + std::chrono::milliseconds(60'500));
  for (const value& past : {value(0), value(-1), value(-1.5), value(-1e300), value(0.0),
                            value(std::numeric_limits<int64_t>::min()), value(-9'300'000'000)}) {
    EXPECT_EQ(verdict(with("exp", past)), "expired");
  }
  for (const value& future :
       {value(1e10), value(1e18), value(1e300), value(std::numeric_limits<int64_t>::max()),
        value(std::numeric_limits<uint64_t>::max()), value(9'300'000'000)}) {
    EXPECT_EQ(verdict(with("exp", future)), "");
    EXPECT_EQ(end_of(with("exp", future), rules_), base::SystemTime::max());
  }
  for (const value& no_time :
       {value("1800000300"), value(true), value(nullptr), value(array{}), value(object{})}) {
    EXPECT_EQ(verdict(with("exp", no_time)), "claims");
  }
}

// RFC 7519 sections 4.1.2 and 4.1.7 say that these are texts.
TEST_F(TokenRulesTest, DemandTextsWhereTheRfcDoes) {
  for (const std::string_view name : {"sub", "jti"}) {
    EXPECT_EQ(verdict(with(name, "")), "");
    EXPECT_EQ(verdict(with(name, 1)), "claims");
    EXPECT_EQ(verdict(with(name, nullptr)), "claims");
  }
}

TEST_F(TokenRulesTest, DemandTheClaimsOfTheDeployer) {
  rules_.required_claims = {{"token_use", "access"}, {"level", 2}};
  object claims = with("token_use", "access");
  EXPECT_EQ(verdict(claims), "claims");
  claims["level"] = 2.0;
  EXPECT_EQ(verdict(claims), "");
  claims["token_use"] = "id";
  EXPECT_EQ(verdict(claims), "claims");
  claims["token_use"] = array{"access"};
  EXPECT_EQ(verdict(claims), "claims");
}

}  // namespace
}  // namespace penstock::jose
