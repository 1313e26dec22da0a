#include <gtest/gtest.h>

#include "fake_view.h"
#include "http/testing/handler_tester.h"
#include "orders/contract.h"
#include "orders/operations.h"

namespace orders {
namespace {

using namespace penstock;

constexpr const char* kId = "5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10";
constexpr const char* kPath = "/orders/5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10";
constexpr const char* kTea =
    R"({"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","item":"tea","quantity":2})";

class HandlersTest : public testing::Test {
 protected:
  HandlersTest() {
    auto view = std::make_unique<FakeView>();
    view_ = view.get();
    auto orders = std::make_unique<Orders>();
    orders->view = std::move(view);
    tester_.emplace(kContract, kHandlers, std::move(orders));
  }

  http::Answer ask(std::string_view method, std::string_view target, std::string body = "",
                   std::string if_match = "", const std::string& caller = "ann") {
    http::testing::HandlerTester::Sent asked{.method = method, .target = target};
    if (!body.empty()) {
      asked.body = std::move(body);
      asked.headers.emplace_back("Content-Type", "application/json");
    }
    if (!if_match.empty()) asked.headers.emplace_back("If-Match", if_match);
    asked.caller = auth::Caller(std::make_shared<const auth::Principal>(
        auth::Principal{.scheme = "key", .subject = caller, .scopes = {}, .claims = {}}));
    return tester_->ask(asked);
  }

  // Puts an order into the view, as the function does.
  void view_has(const std::string& id, OrderStateStatus status = OrderStateStatus::placed) {
    view_->orders[{"ann", id}] = {.order = {.id = id, .item = "tea", .quantity = 2, .note = {}},
                                  .status = status,
                                  .version = 1};
  }

  FakeView* view_ = nullptr;  // The tester owns it.
  std::optional<http::testing::HandlerTester> tester_;
};

TEST_F(HandlersTest, PlacesAnOrderAndPublishesWhoseItIs) {
  const http::Answer answer = ask("POST", "/orders", kTea);
  EXPECT_EQ(answer.status(), 201u);
  ASSERT_TRUE(answer.event());
  EXPECT_EQ(answer.event()->at("owner"), "ann");
}

TEST_F(HandlersTest, TakesTheSameOrderTwiceBecauseAClientTriesAgain) {
  view_has(kId);
  const http::Answer again = ask("POST", "/orders", kTea);
  EXPECT_EQ(again.status(), 201u);
  EXPECT_TRUE(again.event());
}

TEST_F(HandlersTest, RefusesAnotherOrderWithAKnownId) {
  view_has(kId);
  const http::Answer answer =
      ask("POST", "/orders",
          R"({"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","item":"tea","quantity":3})");
  EXPECT_EQ(answer.status(), 409u);
  EXPECT_FALSE(answer.event());
}

TEST_F(HandlersTest, AreProtectedByTheContractFromInvalidOrders) {
  EXPECT_THROW(static_cast<void>(ask("POST", "/orders", R"({"item":"tea"})")), std::runtime_error);
}

TEST_F(HandlersTest, TellsAnOrderToItsOwnerOnly) {
  view_has(kId);
  EXPECT_EQ(ask("GET", kPath).status(), 200u);
  EXPECT_EQ(ask("GET", kPath, "", "", "bob").status(), 404u);
  EXPECT_EQ(ask("GET", "/orders/00000000-0000-0000-0000-000000000000").status(), 404u);
}

TEST_F(HandlersTest, ListsOrdersPageByPage) {
  view_has("00000000-0000-4000-8000-000000000001");
  view_has("00000000-0000-4000-8000-000000000002");
  view_has("00000000-0000-4000-8000-000000000003");
  const http::Answer first = ask("GET", "/orders?limit=2");
  ASSERT_EQ(first.status(), 200u);
  EXPECT_EQ(first.body()->at("orders").as_array().size(), 2u);
  const std::string next(first.body()->at("next").as_string());
  const http::Answer last = ask("GET", "/orders?limit=2&after=" + next);
  EXPECT_EQ(last.body()->at("orders").as_array().size(), 1u);
  EXPECT_FALSE(last.body()->as_object().contains("next"));
}

TEST_F(HandlersTest, ChangesTheVersionThatItsClientHasSeen) {
  view_has(kId);
  const std::string three = R"({"quantity":3})";
  EXPECT_EQ(ask("PATCH", kPath, three).status(), 428u);
  EXPECT_EQ(ask("PATCH", kPath, three, R"("7")").status(), 412u);
  const http::Answer answer = ask("PATCH", kPath, three, R"("1")");
  EXPECT_EQ(answer.status(), 202u);
  ASSERT_TRUE(answer.event());
  EXPECT_EQ(answer.event()->at("version"), 1);
  EXPECT_EQ(answer.body()->at("version"), 2);
  EXPECT_EQ(ask("PATCH", kPath, three, R"("1")", "bob").status(), 404u);
}

TEST_F(HandlersTest, ChangesNoCancelledOrder) {
  view_has(kId, OrderStateStatus::cancelled);
  EXPECT_EQ(ask("PATCH", kPath, R"({"quantity":3})", R"("1")").status(), 409u);
}

TEST_F(HandlersTest, CancelsAnOrderAsOftenAsItIsAsked) {
  view_has(kId);
  const std::string path = std::string(kPath) + "/cancellation";
  for (int time = 0; time < 2; ++time) {
    const http::Answer answer = ask("PUT", path);
    EXPECT_EQ(answer.status(), 202u);
    EXPECT_EQ(answer.event(), answer.body());
  }
  EXPECT_EQ(ask("PUT", path, "", R"("7")").status(), 412u);
}

TEST_F(HandlersTest, SayThatTheViewCannotBeHad) {
  view_->error = base::Error{.code = base::ErrorCode::unavailable,
                             .message = "the table does not answer",
                             .retryable = true};
  EXPECT_EQ(ask("GET", kPath).status(), 503u);
  EXPECT_EQ(ask("GET", "/orders").status(), 503u);
  const http::Answer placed = ask("POST", "/orders", kTea);
  EXPECT_EQ(placed.status(), 503u);
  EXPECT_FALSE(placed.event());
}

}  // namespace
}  // namespace orders
