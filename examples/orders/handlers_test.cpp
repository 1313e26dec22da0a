#include <gtest/gtest.h>

#include "http/testing/handler_tester.h"
#include "orders/contract.h"
#include "orders/operations.h"

namespace orders {
namespace {

using namespace penstock;

constexpr const char* kTea =
    R"({"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","item":"tea","quantity":2})";

class HandlersTest : public testing::Test {
 protected:
  http::Answer get(std::string_view target) { return tester_.ask({.target = target}); }
  http::Answer post(std::string_view target, std::string body) {
    return tester_.ask({.method = "POST",
                        .target = target,
                        .body = std::move(body),
                        .headers = {{"Content-Type", "application/json"}}});
  }

  http::testing::HandlerTester tester_{kContract, kHandlers};
};

TEST_F(HandlersTest, PlacesAnOrderAndPublishesIt) {
  const http::Answer answer = post("/orders", kTea);
  EXPECT_EQ(answer.status(), 201u);
  EXPECT_TRUE(answer.event());
  EXPECT_EQ(get("/orders/5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10").status(), 200u);
}

TEST_F(HandlersTest, TakesTheSameOrderTwiceBecauseAClientTriesAgain) {
  EXPECT_EQ(post("/orders", kTea).status(), 201u);
  const http::Answer again = post("/orders", kTea);
  EXPECT_EQ(again.status(), 201u);
  EXPECT_TRUE(again.event());
}

TEST_F(HandlersTest, RefusesAnotherOrderWithAKnownId) {
  EXPECT_EQ(post("/orders", kTea).status(), 201u);
  const http::Answer answer =
      post("/orders", R"({"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","item":"tea","quantity":3})");
  EXPECT_EQ(answer.status(), 409u);
  EXPECT_FALSE(answer.event());
}

TEST_F(HandlersTest, KnowsNoOtherOrder) {
  EXPECT_EQ(get("/orders/00000000-0000-0000-0000-000000000000").status(), 404u);
}

TEST_F(HandlersTest, AreProtectedByTheContractFromInvalidOrders) {
  EXPECT_THROW(static_cast<void>(post("/orders", R"({"item":"tea"})")), std::runtime_error);
}

TEST_F(HandlersTest, CancelsAnOrderAsOftenAsItIsAsked) {
  const std::string path = "/orders/5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10";
  EXPECT_EQ(post("/orders", kTea).status(), 201u);
  for (int time = 0; time < 2; ++time) {
    const http::Answer answer = tester_.ask({.method = "PUT", .target = path + "/cancellation"});
    EXPECT_EQ(answer.status(), 200u);
    EXPECT_EQ(answer.event(), answer.body());
  }
}

}  // namespace
}  // namespace orders
