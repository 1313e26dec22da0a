#include "auth/test_credentials/test_claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "auth/test_credentials/test_credentials.h"
#include "contract/openapi/contract.h"
#include "contract/openapi/contract_files.h"
#include "contract/schema/validate.h"

namespace penstock::auth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr base::SystemTime kNow{std::chrono::seconds(1'800'000'000)};

// Has one scheme of tokens, called `login`, whose x-penstock-claims is the schema.
contract::Contract contract_with(const std::string& schema) {
  const std::string text = R"({"openapi":"3.0.3","info":{"title":"t","version":"1"},
    "paths":{"/":{"get":{"operationId":"get","security":[{"login":["read","write"]}],
      "responses":{"200":{"description":"."}}}}},
    "components":{"securitySchemes":{"login":{"type":"oauth2","flows":{"clientCredentials":{
        "tokenUrl":"https://id.example","scopes":{"read":".","write":"."}}},
      "x-penstock-claims":)" +
                           schema + "}}}}";
  return contract::Contract::parse(text, "test.json").value();
}

const contract::SecurityScheme& login_of(const contract::Contract& contract) {
  return contract.security_schemes().find("login")->second;
}

// Makes the claims of the client `test` for this schema.
class TestClaimsTest : public testing::Test {
 protected:
  base::Result<boost::json::object> claims(const std::string& schema,
                                           const std::vector<std::string>& scopes = {"read",
                                                                                     "write"}) {
    contract_.emplace(contract_with(schema));
    made_ = TestClaims::make(login_of(*contract_).claims, "https://i.invalid", "desk", kNow,
                             kNow + std::chrono::hours(1));
    if (!*made_) return made_->error();
    auto claims = (*made_)->of_client("test", scopes);
    if (claims) {
      EXPECT_TRUE(contract::is_valid(*login_of(*contract_).claims, *claims));
    }
    return claims;
  }

  std::string error(const std::string& schema) {
    const auto made = claims(schema);
    return made ? "none" : made.error().message;
  }

  std::optional<contract::Contract> contract_;
  std::optional<base::Result<TestClaims>> made_;
};

TEST_F(TestClaimsTest, HaveWhatTheSchemaRequiresBesideTheRegisteredOnes) {
  const std::string schema = R"({
    "type":"object","required":["tenant","sub","exp","nbf"],"properties":{
      "tenant":{"type":"integer","minimum":7},"sub":{"type":"string"},"exp":{"type":"integer"},
      "nbf":{"type":"integer"},"roles":{"type":"array","items":{"enum":["buyer"]},"minItems":1},
      "scp":{"type":"array","items":{"type":"string"},"minItems":1}}})";
  const boost::json::object made = claims(schema).value();
  EXPECT_GE(made.at("tenant").as_int64(), 7);
  EXPECT_EQ(made.at("sub"), "test");
  EXPECT_EQ(made.at("iss"), "https://i.invalid");
  EXPECT_EQ(made.at("aud"), "desk");
  EXPECT_EQ(made.at("iat"), 1'800'000'000);
  EXPECT_EQ(made.at("exp"), 1'800'003'600);
  EXPECT_EQ(made.at("scope"), "read write");
  EXPECT_FALSE(made.contains("scp"));
  EXPECT_EQ(made.at("nbf"), 1'800'000'000);
}

TEST_F(TestClaimsTest, TakeTheIssuerTheAudienceAndTheSubjectOfTheSchema) {
  const auto made = claims(R"({"type":"object","required":["iss","aud","sub","nbf"],"properties":{
    "iss":{"enum":["https://id.example"]},"nbf":{"type":"integer","minimum":1},
    "aud":{"type":"array","items":{"enum":["orders"]},"minItems":1},
    "sub":{"type":"string","format":"uuid"}}})")
                        .value();
  EXPECT_EQ(made.at("iss"), "https://id.example");
  EXPECT_EQ((*made_)->issuer(), "https://id.example");
  EXPECT_EQ(made.at("aud"), boost::json::parse(R"(["orders"])"));
  EXPECT_EQ((*made_)->audience(), made.at("aud"));
  EXPECT_THAT(std::string(made.at("sub").as_string()), SizeIs(36));
  EXPECT_EQ(made.at("nbf"), 1'800'000'000);
}

TEST_F(TestClaimsTest, HaveTheScopesInTheFormThatTheSchemaAllows) {
  const std::string array = R"({"type":"array","items":{"type":"string"}})";
  auto made = claims(R"({"type":"object","properties":{"scope":)" + array + "}}").value();
  EXPECT_EQ(made.at("scope"), boost::json::parse(R"(["read","write"])"));
  made = claims(R"({"type":"object","required":["scp"],"properties":{"scope":{"maxLength":0},
    "scp":)" + array +
                "}}")
             .value();
  EXPECT_EQ(made.at("scp"), boost::json::parse(R"(["read","write"])"));
  EXPECT_FALSE(made.contains("scope"));
  made = claims(R"({"type":"object","properties":{"scope":{"minLength":1}}})", {}).value();
  EXPECT_FALSE(made.contains("scope") && !made.at("scope").as_array().empty());
}

TEST_F(TestClaimsTest, AreNotMadeWhereTheSchemaAllowsNone) {
  EXPECT_THAT(error(R"({"type":"object","required":["x"],"properties":{
      "x":{"allOf":[{"minimum":2,"type":"integer"},{"maximum":1}]}}})"),
              HasSubstr("no claims were found"));
  EXPECT_THAT(error(R"({"type":"object","required":["sub"],"properties":{
      "sub":{"type":"integer"}}})"),
              HasSubstr("the claim sub"));
  EXPECT_THAT(error(R"({"type":"object","required":["aud"],"properties":{
      "aud":{"type":"boolean"}}})"),
              HasSubstr("the claim aud"));
  EXPECT_THAT(error(R"({"type":"object","properties":{"iss":{"type":"integer"}}})"),
              HasSubstr("the claim iss"));
  EXPECT_THAT(error(R"({"type":"object","properties":{"exp":{"maximum":5}}})"),
              HasSubstr("the claim exp"));
  EXPECT_THAT(error(R"({"type":"object","required":["scope"],"properties":{
      "scope":{"enum":["read"]}}})"),
              HasSubstr("scopes"));
  EXPECT_THAT(error(R"({"type":"object","required":["x","y"],"properties":{
      "x":{"type":"string","minLength":7000},"y":{"type":"string","minLength":7000}}})"),
              HasSubstr("too long"));
}

TEST(TestCredentialsWithClaims, NameTheSchemesWithoutOne) {
  const TestSeed seed = TestSeed::make(kNow).value();
  const auto good = contract_with(R"({"type":"object","required":["tenant"],"properties":{
    "tenant":{"type":"integer"}}})");
  const auto made = TestCredentials::make(good, seed).value();
  EXPECT_THAT(made.missing(), IsEmpty());
  EXPECT_THAT(made.all(), SizeIs(1));
  EXPECT_THAT(made.limited(), SizeIs(1));
  const auto bad = contract_with(R"({"type":"object","required":["sub"],"properties":{
    "sub":{"type":"integer"}}})");
  const auto none = TestCredentials::make(bad, seed).value();
  EXPECT_THAT(none.missing(), ElementsAre(testing::Field(&MissingCredential::scheme, "login")));
  EXPECT_THAT(none.all(), IsEmpty());
  EXPECT_THAT(none.limited(), IsEmpty());
  EXPECT_THAT(none.settings(), HasSubstr("\"login\""));
}

}  // namespace
}  // namespace penstock::auth
