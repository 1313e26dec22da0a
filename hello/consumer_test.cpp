#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hello/events.h"
#include "lambda/testing/logged_for.h"

namespace hello {
namespace {

using penstock::lambda::Record;
using penstock::lambda::testing::logged_for;
using testing::ElementsAre;

Record record_with(std::optional<std::string_view> value) {
  Record record;
  record.topic = "events";
  record.offset = {15};
  record.value = value;
  return record;
}

TEST(Consumer, LogsAGreeting) {
  Record record = record_with(R"({"timestamp":1763900000,"message":"Hello, Paul!"})");
  record.headers = {{"ce_type", "com.example.hello.greeting"}};
  EXPECT_THAT(logged_for(kEventHandlers, record),
              ElementsAre(R"(INFO MESSAGE {"timestamp":1763900000,"message":"Hello, Paul!"})"));
}

TEST(Consumer, LogsOtherTextAndTombstones) {
  EXPECT_THAT(logged_for(kEventHandlers, record_with("plain text")),
              ElementsAre("INFO MESSAGE \"plain text\""));
  EXPECT_THAT(logged_for(kEventHandlers, record_with(std::nullopt)),
              ElementsAre("INFO MESSAGE null"));
}

TEST(Consumer, ReportsAnUnreadableValueAndContinues) {
  EXPECT_THAT(
      logged_for(kEventHandlers, record_with("\xff")),
      ElementsAre(R"(ERROR EXCEPTION {"reason":"the value is neither JSON nor other UTF-8 text",)"
                  R"("topic":"events","partition":0,"offset":15})"));
}

}  // namespace
}  // namespace hello
