#include "local/function/invocation_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lambda/kafka_event.h"

namespace penstock::local {
namespace {

using ::testing::HasSubstr;

constexpr EventBatch::Envelope kNoEnvelope = {};

Record record(int32_t partition, int64_t offset, size_t bytes) {
  return {.topic_partition = {"events", {partition}},
          .offset = {offset},
          .value = std::string(bytes, 'v')};
}

TEST(InvocationEvent, IsMadeOfRecords) {
  const std::string event = event_of({record(1, 7, 3), record(0, 2, 3), record(1, 8, 3)},
                                     {.event_source_arn = "arn", .bootstrap_servers = "b:1"});
  const auto decoded = lambda::decode_kafka_event(event).value();
  EXPECT_EQ(decoded.event_source_arn, "arn");
  ASSERT_EQ(decoded.records.size(), 3u);
  EXPECT_EQ(decoded.records[1].offset.value, 8);
  EXPECT_EQ(record_count(event), 3u);
}

TEST(InvocationEvent, HasNoRecordCountIfItIsNotOfKafka) {
  EXPECT_EQ(record_count(R"({"Records":[]})"), std::nullopt);
  EXPECT_EQ(record_count("["), std::nullopt);
}

TEST(InvocationEvent, MustBeJsonWithNothingBehindIt) {
  EXPECT_TRUE(check_json("{\"a\":[1,2]}\n"));
  EXPECT_TRUE(check_json("1"));
  for (const char* text : {"", "{\"a\":}", "{} {}", "[1", "\xff"}) {
    const auto checked = check_json(text);
    ASSERT_FALSE(checked) << text;
    EXPECT_THAT(checked.error().message, HasSubstr("not JSON at byte "));
  }
}

TEST(InvocationEvent, IsFilledUpToTheBytesThatAwsTakes) {
  const std::string event =
      event_of({record(0, 15, 1000), record(0, 17, 1000), record(1, 4, 3000)}, kNoEnvelope);
  const std::string filled = filled_event(event).value();
  EXPECT_LT(filled.size(), EventBatch::kEventBytesMax);
  EXPECT_GT(filled.size(), EventBatch::kEventBytesMax - 5000);
  const auto decoded = lambda::decode_kafka_event(filled).value();
  ASSERT_GT(decoded.records.size(), 1000u);
  // Offsets only grow, and the gap is repeated.
  int64_t last[2] = {14, 3};
  for (const auto& one : decoded.records) {
    const int64_t step = one.offset.value - last[one.partition.number];
    EXPECT_TRUE(step == 1 || (one.partition.number == 0 && step == 2)) << one.offset.value;
    last[one.partition.number] = one.offset.value;
  }
}

TEST(InvocationEvent, IsFilledUpToTheRecordsThatAwsTakes) {
  const std::string filled = filled_event(event_of({record(0, 0, 10)}, kNoEnvelope)).value();
  EXPECT_EQ(record_count(filled), 10'000u);
  EXPECT_LT(filled.size(), EventBatch::kEventBytesMax);
}

TEST(InvocationEvent, KeepsUnknownMembersWhenItIsFilled) {
  const std::string filled = filled_event(R"({"eventSource":"aws:kafka","more":1,"records":{"e-0":[
          {"topic":"e","partition":0,"offset":5,"timestamp":1,"timestampType":"CREATE_TIME",
           "key":null,"x":[true]}]}})")
                                 .value();
  EXPECT_THAT(filled, HasSubstr(R"("more":1)"));
  EXPECT_THAT(
      filled,
      HasSubstr(
          R"("offset":7,"timestamp":1,"timestampType":"CREATE_TIME","key":null,"x":[true]})"));
}

TEST(InvocationEvent, CannotBeFilledWithoutRecords) {
  EXPECT_THAT(filled_event(event_of({}, kNoEnvelope)).error().message, HasSubstr("no records"));
  EXPECT_THAT(filled_event(R"({"Records":[]})").error().message, HasSubstr("eventSource: missing"));
  EXPECT_THAT(filled_event(event_of({record(0, INT64_MAX - 1, 1)}, kNoEnvelope)).error().message,
              HasSubstr("too large"));
}

}  // namespace
}  // namespace penstock::local
