#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_view.h"
#include "lambda/testing/event_handler_tester.h"
#include "orders/event_schemas.h"
#include "orders/events.h"

namespace orders {
namespace {

using penstock::lambda::Record;
using penstock::lambda::testing::EventHandlerTester;
using testing::ElementsAre;
using testing::SizeIs;

constexpr const char* kId = "5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10";
constexpr const char* kTea =
    R"({"owner":"ann",)"
    R"("order":{"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","item":"tea","quantity":2}})";
constexpr const char* kChange =
    R"({"owner":"ann","id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","version":1,"quantity":3})";
constexpr const char* kCancellation =
    R"({"owner":"ann","id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10"})";

class ConsumerTest : public testing::Test {
 protected:
  ConsumerTest() {
    auto view = std::make_unique<FakeView>();
    view_ = view.get();
    auto orders = std::make_unique<Orders>();
    orders->view = std::move(view);
    tester_.emplace(kEventSchemas, kEventHandlers,
                    penstock::resources::Resources(std::move(orders)));
  }

  auto handle(const char* type, const char* value) {
    Record record;
    record.topic = "orders";
    record.headers = {{"ce_type", type}};
    record.value = value;
    return tester_->handle(record);
  }
  auto place() { return handle("com.example.order_placed", kTea); }
  auto change() { return handle("com.example.order_changed", kChange); }
  auto cancel() { return handle("com.example.order_cancelled", kCancellation); }

  FakeView* view_ = nullptr;  // The tester owns it.
  std::optional<EventHandlerTester> tester_;
};

TEST_F(ConsumerTest, PutsAPlacedOrderIntoTheView) {
  EXPECT_THAT(
      place(),
      ElementsAre(R"(INFO ORDER {"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","quantity":2})"));
  const OrderState& state = view_->orders.at({"ann", kId});
  EXPECT_EQ(state.order.quantity, 2);
  EXPECT_EQ(state.version, 1);
}

TEST_F(ConsumerTest, IsProtectedByTheContractFromOtherValues) {
  EXPECT_THROW(static_cast<void>(handle("com.example.order_placed", R"({"order":{}})")),
               std::runtime_error);
}

TEST_F(ConsumerTest, ChangesTheVersionThatWasSeenAndNoOther) {
  static_cast<void>(place());
  static_cast<void>(change());
  EXPECT_EQ(view_->orders.at({"ann", kId}).order.quantity, 3);
  EXPECT_THAT(
      change(),
      ElementsAre(R"(INFO LATE {"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","version":1})"));
  EXPECT_EQ(view_->orders.at({"ann", kId}).version, 2);
}

TEST_F(ConsumerTest, KeepsAnOrderThatIsPlacedAgain) {
  static_cast<void>(place());
  static_cast<void>(change());
  static_cast<void>(place());
  EXPECT_EQ(view_->orders.at({"ann", kId}).order.quantity, 3);
}

TEST_F(ConsumerTest, CancelsAnOrderOnce) {
  static_cast<void>(place());
  static_cast<void>(cancel());
  static_cast<void>(cancel());
  const OrderState& state = view_->orders.at({"ann", kId});
  EXPECT_EQ(state.status, OrderStateStatus::cancelled);
  EXPECT_EQ(state.version, 2);
}

TEST_F(ConsumerTest, TriesAgainIfTheViewCannotBeHad) {
  view_->error =
      penstock::base::Error{penstock::base::ErrorCode::unavailable, "the table does not answer"};
  EXPECT_THROW(static_cast<void>(place()), std::runtime_error);
}

TEST_F(ConsumerTest, GivesUpAChangeOfAnOrderThatNobodyHasPlaced) {
  EXPECT_THROW(static_cast<void>(change()), std::runtime_error);
  EXPECT_THAT(view_->orders, SizeIs(0));
}

}  // namespace
}  // namespace orders
