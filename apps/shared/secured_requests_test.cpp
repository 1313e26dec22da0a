#include "apps/shared/secured_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

class SecuredRequests : public testing::Test {
 protected:
  contract::Contract contract_ =
      contract::read_contract(PENSTOCK_TEST_CONTRACTS "/secured.openapi.yaml", {}).value();
  auth::TestCredentials credentials_ =
      auth::TestCredentials::make(contract_,
                                  auth::TestSeed::make(std::chrono::system_clock::now()).value())
          .value();
};

TEST_F(SecuredRequests, AreOneForEachSchemeAlone) {
  std::map<std::string, std::string> targets;
  for (const SecuredRequest& secured : secured_requests(contract_, credentials_)) {
    EXPECT_EQ(secured.request.method, "GET");
    const std::string& target = secured.request.target;
    targets[secured.scheme] = target.substr(0, target.find('?'));
  }
  EXPECT_THAT(targets,
              ElementsAre(Pair("cookie_key", "/v1/cookie-key"), Pair("header_key", "/v1/default"),
                          Pair("login", "/v1/items"), Pair("oidc", "/v1/oidc"),
                          Pair("partner", "/v1/partner"), Pair("query_key", "/v1/query-key"),
                          Pair("staff", "/v1/staff"), Pair("token", "/v1/optional")));
}

TEST_F(SecuredRequests, AreCommandsOfOneLine) {
  for (const SecuredRequest& secured : secured_requests(contract_, credentials_)) {
    const std::string command = curl_of(secured.request, "http://127.0.0.1:1");
    EXPECT_TRUE(fits_a_line(secured.request)) << command;
    EXPECT_THAT(command, HasSubstr(" 'http://127.0.0.1:1/v1/"));
    for (const auth::TestCredential& credential : credentials_.all()) {
      if (credential.scheme != secured.scheme) continue;
      EXPECT_THAT(command, HasSubstr(credential.value));
    }
  }
}

TEST(AddCredentials, KeepWhatTheRequestHas) {
  contract::RequestSample request{
      .method = "PUT", .target = "/p?a=1", .headers = {{"cookie", "a=b"}}, .body = "{}"};
  add_credentials(request,
                  {.headers = {{"Cookie", "sid=1"}, {"X-Key", "k"}}, .query = {{"key of", "v&"}}});
  EXPECT_EQ(curl_of(request, "http://h"),
            "curl -X PUT -H 'cookie: a=b; sid=1' -H 'X-Key: k' --json '{}' "
            "'http://h/p?a=1&key%20of=v%26'");
}

TEST(FitsALine, LeavesOutWhatAShellWouldReadOtherwise) {
  EXPECT_FALSE(fits_a_line({.method = "GET", .target = "/it's"}));
  EXPECT_FALSE(fits_a_line({.method = "POST", .target = "/", .body = std::string(400, 'x')}));
  EXPECT_FALSE(fits_a_line(
      {.method = "POST", .target = "/", .headers = {{"Content-Type", "text/plain"}}, .body = "x"}));
}

}  // namespace
}  // namespace penstock::apps
