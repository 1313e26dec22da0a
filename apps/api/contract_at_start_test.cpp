#include "apps/api/contract_at_start.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace penstock::apps {
namespace {

using contract::Contract;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Returns a contract whose operations have these `security` members.
Contract contract_of(const std::vector<std::string>& securities) {
  std::string text =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\ncomponents: {securitySchemes: {key: {type: "
      "apiKey, in: header, name: k}, login: {type: http, scheme: bearer}}}\npaths:\n";
  for (size_t i = 0; i < securities.size(); ++i) {
    const std::string number = std::to_string(i);
    text += "  /" + number + ": {get: {operationId: o" + number + ", security: " + securities[i] +
            ", responses: {'200': {description: d}}}}\n";
  }
  return Contract::parse(text, "t.yaml").value();
}

std::string refusal(const std::vector<std::string>& securities, bool external = false) {
  ApiSettings settings;
  settings.external_security = external;
  const auto checked = check_security(contract_of(securities), settings);
  return checked ? "" : checked.error().message;
}

std::string logged(const Contract& contract) {
  const int file = ::memfd_create("log", MFD_CLOEXEC);
  {
    log::Log log(file, log::Level::info);
    log_operations(contract, true, log);
  }
  std::string text(1 << 20, '\0');
  const ssize_t count = ::pread(file, text.data(), text.size(), 0);
  ::close(file);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

TEST(ContractAtStart, RequiredAuthenticationNeedsASetting) {
  EXPECT_EQ(refusal({"[]"}), "");
  EXPECT_EQ(refusal({"[{}, {key: []}]"}), "");
  EXPECT_EQ(refusal({"[{key: []}]"}, true), "");
  EXPECT_THAT(
      refusal({"[]", "[{key: []}, {login: []}]"}),
      HasSubstr("t.yaml:6:13: operation 'o1' requires authentication (key or login). Say in "));
  EXPECT_THAT(refusal({"[{key: []}]", "[{login: [], key: []}]"}),
              HasSubstr(R"({"schemes":{"key":{"keys":{"file":"/etc/penstock/keys.json"}},)"
                        R"("login":{"issuer":"https://id.example","audience":["orders"]}}})"));
  EXPECT_THAT(refusal({"[{key: []}]"}), HasSubstr("SECURITY=external or --security external"));
  EXPECT_THAT(refusal({"[{key: []}]", "[{login: []}]", "[]", "[{key: []}]"}),
              HasSubstr(", as 2 more do"));
}

TEST(ContractAtStart, EachOperationsNeedIsALineOfTheLog) {
  const std::string text = logged(contract_of({"[]", "[{}, {key: [a, b], login: []}]"}));
  EXPECT_THAT(text, HasSubstr(R"("operation":"o1","method":"GET","route":"/1",)"
                              R"("security":"none or key(a, b) and login")"));
  EXPECT_THAT(text, Not(HasSubstr("\"o0\"")));
}

TEST(ContractAtStart, TheLinesAreBounded) {
  const std::string text =
      logged(contract_of(std::vector<std::string>(kLoggedOperationsMax + 7, "[{key: []}]")));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), kLoggedOperationsMax + 1);
  EXPECT_THAT(text, HasSubstr("\"more_operations\":7"));
  EXPECT_EQ(logged(contract_of({std::vector<std::string>(kLoggedOperationsMax, "[{key: []}]")}))
                .find("more_operations"),
            std::string::npos);
}

TEST(ContractAtStart, WhatIsNotServedIsLoggedAndNeedsNoAuthentication) {
  const Contract contract =
      Contract::parse(
          "openapi: 3.1.0\ninfo: {title: t, version: '1'}\ncomponents: {securitySchemes: {key: "
          "{type: apiKey, in: header, name: "
          "k}}}\nsecurity: [{key: []}]\npaths: {/a: {get: {operationId: o, responses: {'200': "
          "{description: d, content: {text/xml: {}}}}}}}\n",
          "t.yaml")
          .value();
  EXPECT_TRUE(check_security(contract, {}));
  EXPECT_THAT(logged(contract),
              HasSubstr(R"("message":"the operation is not served","operation":"o")"));
}

TEST(ContractAtStart, TheHealthCheckNeedsNoCredentials) {
  // The operations are GET /0 and GET /1.
  const Contract contract = contract_of({"[{key: []}]", "[{key: []}, {}]"});
  const auto refused = check_health(contract, {}, "/0");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("operation 'o0' answers the health check"),
                                             HasSubstr("Give it `security: []`")));
  EXPECT_TRUE(check_health(contract, {}, "/1"));
  EXPECT_TRUE(check_health(contract, {}, "/healthcheck")) << "the program answers it";
  ApiSettings external;
  external.external_security = true;
  EXPECT_TRUE(check_health(contract, external, "/0"));
}

}  // namespace
}  // namespace penstock::apps
