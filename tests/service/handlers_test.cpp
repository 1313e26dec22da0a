#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <stdexcept>

#include "async/blocking_pool.h"
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

TEST_F(FixtureTest, HandlersSeeWhoCalls) {
  auth::Principal ann{.scheme = "login", .subject = "ann", .scopes = {"read"}, .claims = {}};
  const auth::Caller caller(std::make_shared<const auth::Principal>(std::move(ann)));
  for (const std::string path : {"/caller", "/typed-caller"}) {
    const boost::json::object nobody = get(path).body()->as_object();
    EXPECT_EQ(nobody.at("subject"), "");
    const http::Answer answer = tester_.ask({.target = path, .caller = caller});
    EXPECT_EQ(boost::json::serialize(*answer.body()),
              R"({"scheme":"login","subject":"ann","scopes":["read"]})");
  }
}

TEST_F(FixtureTest, HandlersThatWaitUseTheirResources) {
  boost::asio::io_context io;
  async::BlockingPool blocking(io, {});
  http::testing::HandlerTester tester(kContract, kHandlers, std::make_unique<Resources>(blocking),
                                      &io);
  EXPECT_EQ(tester.ask({.target = "/slow?ms=1"}).status(), 200u);
  EXPECT_EQ(tester.ask({.target = "/slow?ms=1&blocking=true"}).status(), 200u);
  EXPECT_EQ(tester.ask({.target = "/held?ms=0"}).status(), 200u);
  EXPECT_THROW(static_cast<void>(get("/slow?ms=1")), std::runtime_error) << "it has no resources";
  EXPECT_EQ(get("/held?ms=0").status(), 200u);
}

}  // namespace
}  // namespace fixture
