#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lambda/testing/event_handler_tester.h"
#include "orders/event_schemas.h"
#include "orders/events.h"

namespace orders {
namespace {

using penstock::lambda::Record;
using penstock::lambda::testing::EventHandlerTester;
using testing::ElementsAre;

constexpr const char* kTea =
    R"({"order":{"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","item":"tea","quantity":2}})";

Record record_with(const char* value) {
  Record record;
  record.topic = "orders";
  record.headers = {{"ce_type", "com.example.order_placed"}};
  record.value = value;
  return record;
}

class ConsumerTest : public testing::Test {
 protected:
  EventHandlerTester tester_{kEventSchemas, kEventHandlers};
};

TEST_F(ConsumerTest, LogsAPlacedOrder) {
  EXPECT_THAT(
      tester_.handle(record_with(kTea)),
      ElementsAre(R"(INFO ORDER {"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","quantity":2})"));
}

TEST_F(ConsumerTest, IsProtectedByTheContractFromOtherValues) {
  EXPECT_THROW(static_cast<void>(tester_.handle(record_with(R"({"order":{}})"))),
               std::runtime_error);
}

TEST_F(ConsumerTest, LogsACancelledOrder) {
  Record record;
  record.topic = "orders";
  record.headers = {{"ce_type", "com.example.order_cancelled"}};
  record.value = R"({"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10"})";
  EXPECT_THAT(tester_.handle(record),
              ElementsAre(R"(INFO CANCELLED {"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10"})"));
}

}  // namespace
}  // namespace orders
