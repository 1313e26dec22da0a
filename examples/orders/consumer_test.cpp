#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lambda/testing/logged_for.h"
#include "orders/events.h"

namespace orders {
namespace {

using penstock::lambda::Record;
using penstock::lambda::testing::logged_for;
using testing::ElementsAre;

TEST(ConsumerTest, LogsAPlacedOrder) {
  Record record;
  record.topic = "orders";
  record.headers = {{"ce_type", "com.example.order_placed"}};
  record.value =
      R"({"order":{"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","item":"tea","quantity":2}})";
  EXPECT_THAT(
      logged_for(kEventHandlers, record),
      ElementsAre(R"(INFO ORDER {"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10","quantity":2})"));
}

TEST(ConsumerTest, LogsACancelledOrder) {
  Record record;
  record.topic = "orders";
  record.headers = {{"ce_type", "com.example.order_cancelled"}};
  record.value = R"({"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10"})";
  EXPECT_THAT(logged_for(kEventHandlers, record),
              ElementsAre(R"(INFO CANCELLED {"id":"5b8a4d5e-8a3b-4f0e-9c55-0f3f1c2d7a10"})"));
}

}  // namespace
}  // namespace orders
