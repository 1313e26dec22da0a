#include "auth/test_credentials/test_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <set>

#include "auth/test_credentials/test_secrets.h"
#include "contract/openapi/contract_files.h"

namespace penstock::auth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

const contract::Contract& secured() {
  static const contract::Contract contract =
      contract::read_contract(PENSTOCK_TEST_CONTRACTS "/secured.openapi.yaml", {}).value();
  return contract;
}

const TestSeed& seed() {
  static const TestSeed made =
      TestSeed::make(base::SystemTime(std::chrono::seconds(1'800'000'000))).value();
  return made;
}

const TestCredentials& credentials() {
  static const TestCredentials made = TestCredentials::make(secured(), seed()).value();
  return made;
}

const TestCredential& of(const std::string& scheme) {
  for (const TestCredential& credential : credentials().all()) {
    if (credential.scheme == scheme) return credential;
  }
  throw std::runtime_error("no credential for " + scheme);
}

CredentialParts parts_of(const std::string& operation_id) {
  for (const contract::Path& path : secured().paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (operation.id == operation_id) return credentials().parts_for(*operation.security);
    }
  }
  throw std::runtime_error("no operation " + operation_id);
}

TEST(TestCredentials, HaveOneForEachScheme) {
  EXPECT_THAT(credentials().all(), SizeIs(secured().security_schemes().size()));
  EXPECT_EQ(of("header_key").name, "X-Api-Key");
  EXPECT_EQ(of("query_key").in, contract::In::query);
  EXPECT_EQ(of("cookie_key").in, contract::In::cookie);
  EXPECT_THAT(of("staff").value, StartsWith("Basic "));
  EXPECT_THAT(of("token").value, StartsWith("Bearer "));
  EXPECT_EQ(of("partner").value, "CN=test");
}

TEST(TestCredentials, HaveEachScopeThatTheContractNames) {
  EXPECT_THAT(of("login").scopes, ElementsAre("read", "write"));
  EXPECT_THAT(of("oidc").scopes, ElementsAre("admin"));
  EXPECT_THAT(of("header_key").scopes, ElementsAre("auditor"));
}

TEST(TestCredentials, HaveOneWithoutScopesWhereScopesAreNeeded) {
  std::set<std::string> schemes;
  for (const TestCredential& credential : credentials().limited()) {
    EXPECT_THAT(credential.scopes, IsEmpty());
    EXPECT_NE(credential.value, of(credential.scheme).value);
    schemes.insert(credential.scheme);
  }
  EXPECT_THAT(schemes, ElementsAre("header_key", "login", "oidc"));
}

TEST(TestCredentials, AreNotInTheDocumentOfTheDeployer) {
  for (const TestCredential& credential : credentials().all()) {
    if (credential.scheme == "partner") continue;  // A name is no secret.
    EXPECT_THAT(credentials().settings(), Not(HasSubstr(credential.value)));
  }
}

TEST(TestCredentials, MakeADocumentWithEachScheme) {
  const auto document = boost::json::parse(credentials().settings()).as_object();
  const auto& schemes = document.at("schemes").as_object();
  for (const auto& [name, scheme] : secured().security_schemes()) {
    EXPECT_TRUE(schemes.contains(name)) << name;
  }
  EXPECT_EQ(schemes.at("header_key").at_pointer("/keys/keys/0/sha256").as_string(),
            test_sha256(of("header_key").value).value());
  EXPECT_EQ(schemes.at("login").at_pointer("/keys/keys/0/crv").as_string(), "Ed25519");
  EXPECT_TRUE(document.contains("trusted_proxies"));
}

TEST(TestCredentials, AreTheSameOfOneSeedAndOtherOnesOfAnother) {
  const auto again = TestCredentials::make(secured(), seed()).value();
  const auto other =
      TestCredentials::make(secured(), TestSeed::make(base::SystemTime()).value()).value();
  EXPECT_EQ(again.settings(), credentials().settings());
  for (size_t i = 0; i < other.all().size(); ++i) {
    EXPECT_EQ(again.all()[i].value, credentials().all()[i].value);
    if (other.all()[i].scheme == "partner") continue;
    EXPECT_NE(other.all()[i].value, credentials().all()[i].value);
  }
}

TEST(TestCredentials, MeetTheFirstRequirementThatOneRequestCanMeet) {
  EXPECT_THAT(parts_of("get_public").headers, IsEmpty());
  EXPECT_THAT(parts_of("get_either").headers,
              ElementsAre(Pair("X-Api-Key", of("header_key").value)));
  EXPECT_THAT(parts_of("get_both").headers, ElementsAre(Pair("X-Api-Key", of("header_key").value),
                                                        Pair("Authorization", of("token").value)));
  const CredentialParts pairs = parts_of("get_pairs");
  EXPECT_THAT(pairs.headers, ElementsAre(Pair("Cookie", "session=" + of("cookie_key").value)));
  EXPECT_THAT(pairs.query, ElementsAre(Pair("api_key", of("query_key").value)));
}

TEST(TestCredentials, LeaveOutARequirementOfWhichTwoSchemesNeedOneHeader) {
  contract::Security security;
  contract::SecurityRequirement both;
  for (const std::string name : {"staff", "token"}) {
    both.push_back({.name = name, .scheme = &secured().security_schemes().find(name)->second});
  }
  security.requirements.push_back(both);
  EXPECT_THAT(credentials().parts_for(security).headers, IsEmpty());
  security.requirements.push_back({both.back()});
  EXPECT_THAT(credentials().parts_for(security).headers, SizeIs(1));
}

TEST(TestSecrets, MakesAHashOfAPassword) {
  const std::string text = seed().scrypt_for("one", "secret").value();
  EXPECT_THAT(text, MatchesRegex("[$]scrypt[$]ln=15,r=8,p=1[$][^$=]{22}[$][^$=]{43}"));
  EXPECT_NE(seed().scrypt_for("other", "secret").value(), text);
}

TEST(TestSecrets, Encodes) {
  EXPECT_EQ(test_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(test_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(test_sha256("abc").value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace penstock::auth
