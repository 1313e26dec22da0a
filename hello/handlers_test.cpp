#include <gtest/gtest.h>

#include "hello/contract.h"
#include "hello/operations.h"
#include "http/testing/handler_tester.h"

namespace hello {
namespace {

using namespace penstock;
using http::object;
using http::value;

class HelloTest : public testing::Test {
 protected:
  http::Answer get(std::string_view target, std::chrono::seconds time = {}) {
    return tester_.ask({.target = target, .received_at = base::SystemTime{time}});
  }

  http::testing::HandlerTester tester_{kContract, kHandlers};
};

TEST_F(HelloTest, SaysHello) {
  const http::Answer answer = get("/hello");
  EXPECT_EQ(answer.status(), 200u);
  EXPECT_EQ(answer.body(), value(object{{"message", "Hello, World!"}}));
  EXPECT_FALSE(answer.event());
}

TEST_F(HelloTest, GreetsByNameAndPublishesTheGreeting) {
  const http::Answer answer = get("/current_time?name=Paul", std::chrono::seconds(1'763'900'000));
  EXPECT_EQ(answer.body(),
            value(object{{"timestamp", 1'763'900'000}, {"message", "Hello, Paul!"}}));
  EXPECT_EQ(answer.event(), answer.body());
}

TEST_F(HelloTest, AnswersHealthcheckAndProbeWithoutABody) {
  EXPECT_FALSE(get("/healthcheck").has_body());
  EXPECT_FALSE(get("/.well-known/appspecific/com.chrome.devtools.json").has_body());
}

TEST_F(HelloTest, IsProtectedByTheContractFromInvalidNames) {
  const auto refusal = [&](const std::string& target) -> std::string {
    try {
      static_cast<void>(get(target));
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
    return "";
  };
  const std::string path = "/current_time?name=";
  EXPECT_EQ(refusal(path + std::string(247, 'a')), "");
  for (const auto& [target, keyword] : {std::pair<std::string, std::string>{path, "minLength"},
                                        {path + ";echo", "pattern"},
                                        {path + "%3Becho", "pattern"},
                                        {path + "Paul%0A", "pattern"},
                                        {path + std::string(248, 'a'), "maxLength"},
                                        {path + "Paul&name=Ann", "repeated"},
                                        {"/current_time", "required"},
                                        {"/current_time?NAME=Paul", "undeclared"},
                                        {"/hello?x=1", "undeclared"}}) {
    const std::string said = refusal(target);
    EXPECT_EQ(said.substr(0, 4), "400 ") << target;
    EXPECT_NE(said.find("\"keyword\":\"" + keyword + "\""), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace hello
