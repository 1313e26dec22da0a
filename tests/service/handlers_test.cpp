#include <gtest/gtest.h>

#include "fixture/contract.h"
#include "handlers.h"
#include "http/testing/handler_tester.h"
#include "settings.h"

namespace fixture {
namespace {

using namespace penstock;

class FixtureTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(base::read_own_settings("", {})); }

  http::Answer get(std::string_view target) { return tester_.ask({.target = target}); }

  http::testing::HandlerTester tester_{kContract, kHandlers};
};

TEST_F(FixtureTest, HandlersReadTheServicesOwnSettings) {
  EXPECT_EQ(get("/text").body()->at("text"), "Fixed.");
  EXPECT_EQ(get("/notes/1000").status(), 200u);
  EXPECT_EQ(get("/notes/1001").status(), 404u);
  ASSERT_TRUE(base::read_own_settings("X_", {{"X_TEXT", "Other."}, {"X_NOTE_ID_MAX", "1001"}}));
  EXPECT_EQ(get("/text").body()->at("text"), "Other.");
  EXPECT_EQ(get("/notes/1001").status(), 200u);
}

TEST_F(FixtureTest, ANoteIsPublishedAsItIsAnswered) {
  const http::Answer answer = tester_.ask({.method = "POST",
                                           .target = "/notes",
                                           .body = R"({"title":"Tea","tags":["hot"]})",
                                           .headers = {{"Content-Type", "application/json"}}});
  EXPECT_EQ(answer.status(), 201u);
  EXPECT_EQ(answer.event(), answer.body());
  EXPECT_EQ(answer.body()->at("title"), "Tea");
}

}  // namespace
}  // namespace fixture
