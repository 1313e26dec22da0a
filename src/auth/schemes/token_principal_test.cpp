#include "auth/schemes/token_principal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "contract/openapi/contract.h"

namespace penstock::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

base::Result<std::shared_ptr<Principal>> made(std::string_view claims,
                                              const BearerSettings& settings = {},
                                              const contract::SecurityScheme& scheme = {}) {
  return principal_of(boost::json::parse(claims).as_object(), "login", settings, scheme);
}

std::string fault(std::string_view claims, const BearerSettings& settings = {}) {
  const auto principal = made(claims, settings);
  return principal ? "none" : principal.error().message;
}

TEST(TokenPrincipal, HasSubjectScopesAndClaims) {
  const auto principal =
      made(R"({"sub": "bob", "scope": "b a  b", "scp": ["c", "with space"], "x": [1]})");
  ASSERT_TRUE(principal);
  EXPECT_EQ((*principal)->scheme, "login");
  EXPECT_EQ((*principal)->subject, "bob");
  EXPECT_THAT((*principal)->scopes, ElementsAre("a", "b", "c", "with space"));
  EXPECT_EQ((*principal)->claims.at("x").as_array().size(), 1U);
  EXPECT_TRUE((*principal)->has_scope("c"));
  EXPECT_FALSE((*principal)->has_scope("d"));
  EXPECT_THAT((*made(R"({"sub": "bob", "scp": "x y"})"))->scopes, ElementsAre("x", "y"));
  EXPECT_THAT((*made(R"({"sub": "bob", "scope": null})"))->scopes, ElementsAre());
}

TEST(TokenPrincipal, TakesTheClaimsThatTheSettingsName) {
  BearerSettings settings;
  settings.subject_claim = "email";
  settings.scopes_claim = "/realm_access/ro~1les";
  const auto principal = made(
      R"({"email": "b@x", "scope": "no", "realm_access": {"ro/les": ["r2", "r1"]}})", settings);
  ASSERT_TRUE(principal);
  EXPECT_EQ((*principal)->subject, "b@x");
  EXPECT_THAT((*principal)->scopes, ElementsAre("r1", "r2"));
  EXPECT_THAT((*made(R"({"email": "b"})", settings))->scopes, ElementsAre());
  EXPECT_THAT((*made(R"({"email": "b", "realm_access": 1})", settings))->scopes, ElementsAre());
  settings.scopes_claim = "cognito:groups";
  EXPECT_THAT((*made(R"({"email": "b", "cognito:groups": ["g"]})", settings))->scopes,
              ElementsAre("g"));
}

TEST(TokenPrincipal, RefusesWhatIsNoSubjectOrScopes) {
  EXPECT_THAT(fault("{}"), HasSubstr("the token has no subject: its claim sub"));
  EXPECT_THAT(fault(R"({"sub": ""})"), HasSubstr("no subject"));
  EXPECT_THAT(fault(R"({"sub": 1})"), HasSubstr("no subject"));
  EXPECT_THAT(fault(R"({"sub": ")" + std::string(1025, 'a') + "\"}"), HasSubstr("no subject"));
  EXPECT_THAT(fault(R"({"sub": "a", "scope": 1})"), HasSubstr("claim scope has no list of scopes"));
  EXPECT_THAT(fault(R"({"sub": "a", "scp": ["a", 1]})"), HasSubstr("claim scp has no list"));
  EXPECT_THAT(fault(R"({"sub": "a", "scp": [""]})"), HasSubstr("claim scp has no list"));
  std::string many = R"({"sub": "a", "scope": ")";
  for (int i = 0; i < 1001; ++i) many += "s" + std::to_string(i) + ' ';
  EXPECT_THAT(fault(many + "\"}"), HasSubstr("claim scope has no list"));
}

TEST(TokenPrincipal, HoldsClaimsAgainstTheContract) {
  const auto contract = contract::Contract::parse(R"(
openapi: 3.1.0
info: {title: x, version: '1'}
components:
  securitySchemes:
    login:
      type: http
      scheme: bearer
      x-penstock-claims:
        type: object
        required: [tenant]
        properties: {tenant: {type: integer, maximum: 10}}
        propertyNames: {maxLength: 300}
paths: {/a: {get: {security: [{login: []}], responses: {'200': {description: x}}}}}
)",
                                                  "claims.yaml");
  ASSERT_TRUE(contract) << contract.error().message;
  const contract::SecurityScheme& scheme = contract->security_schemes().at("login");
  ASSERT_NE(scheme.claims, nullptr);
  const auto good = made(R"({"sub": "bob", "tenant": 7})", {}, scheme);
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ((*good)->claims.at("tenant"), 7);
  const auto bad = made(R"({"sub": "bob", "tenant": 4711})", {}, scheme);
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("the token's claims break the contract: /tenant "));
  const std::string claims =
      R"({"sub": "bob", "tenant": 7, "\n)" + std::string(10'000, 'x') + R"(": 1})";
  const auto long_name = made(claims, {}, scheme);
  ASSERT_FALSE(long_name);
  EXPECT_THAT(long_name.error().message, HasSubstr("\\x0axxx")) << "it cannot look like a line";
  EXPECT_LT(long_name.error().message.size(), 500U);
  EXPECT_THAT(bad.error().message, Not(HasSubstr("4711")));
}

TEST(TokenPrincipal, CountsMoreMemoryForMoreClaims) {
  const auto small = made(R"({"sub": "a"})");
  const auto large = made(R"({"sub": "a", "x": ")" + std::string(1000, 'x') + "\"}");
  EXPECT_GT(memory_of(**large), memory_of(**small) + 1000);
}

}  // namespace
}  // namespace penstock::auth
