#include "local/records/event_batch.h"

#include <gtest/gtest.h>

namespace penstock::local {
namespace {

Record record(int32_t partition, int64_t offset) {
  return {.topic_partition = {"events", {partition}},
          .offset = {offset},
          .timestamp_ms = 1'700'000'000'000,
          .value = "v" + std::to_string(offset)};
}

void add(EventBatch& batch, int32_t partition, int64_t offset) {
  const Record one = record(partition, offset);
  batch.add(one, record_json(one));
}

TEST(RecordJson, HasTheShapeOfLambda) {
  Record one = record(0, 15);
  one.key = "k";
  one.value = "{\"a\":1}";
  one.headers = {{"traceparent", "00-"}, {"ce_id", "\xff"}};
  EXPECT_EQ(record_json(one),
            R"({"topic":"events","partition":0,"offset":15,"timestamp":1700000000000,)"
            R"("timestampType":"CREATE_TIME","key":"aw==","value":"eyJhIjoxfQ==",)"
            R"("headers":[{"traceparent":[48,48,45]},{"ce_id":[255]}]})");
}

TEST(RecordJson, OmitsNullAndKeepsEmptyTexts) {
  Record tombstone = record(1, 2);
  tombstone.key = "";
  tombstone.value = std::nullopt;
  tombstone.timestamp_type = Record::TimestampType::log_append_time;
  EXPECT_EQ(record_json(tombstone),
            R"({"topic":"events","partition":1,"offset":2,"timestamp":1700000000000,)"
            R"("timestampType":"LOG_APPEND_TIME","key":"","headers":[]})");
}

TEST(EventBatch, KnowsItsSizeBeforeARecordIsAdded) {
  EventBatch batch;
  for (int64_t offset = 0; offset < 3; ++offset) {
    const size_t expected = batch.bytes_with(record_json(record(0, offset)));
    add(batch, 0, offset);
    EXPECT_EQ(batch.bytes(), expected);
  }
}

TEST(EventBatch, GroupsItsRecordsByPartitionAndKeepsTheirOrder) {
  EventBatch batch;
  add(batch, 1, 7);
  add(batch, 0, 3);
  add(batch, 1, 9);
  const std::string payload =
      batch.payload({.event_source_arn = "arn", .bootstrap_servers = "b:1"});
  EXPECT_EQ(
      payload,
      R"({"eventSource":"aws:kafka","eventSourceArn":"arn","bootstrapServers":"b:1","records":{)"
      R"("events-1":[)" +
          record_json(record(1, 7)) + "," + record_json(record(1, 9)) + R"(],"events-0":[)" +
          record_json(record(0, 3)) + "]}}");
  EXPECT_EQ(batch.text(), "events-0 3, events-1 7..9");
}

TEST(EventBatch, HasNoArnIfKafkaIsSelfManaged) {
  EventBatch batch;
  add(batch, 0, 3);
  EXPECT_EQ(
      batch.payload({.event_source_arn = "", .bootstrap_servers = "b:1"}),
      R"({"eventSource":"SelfManagedKafka","bootstrapServers":"b:1","records":{"events-0":[)" +
          record_json(record(0, 3)) + "]}}");
}

TEST(EventBatch, RemovesAPartitionAHalfAndTheRecordsBeforeAnOffset) {
  EventBatch batch;
  add(batch, 1, 7);
  add(batch, 0, 3);
  add(batch, 1, 8);
  add(batch, 0, 4);
  add(batch, 0, 5);
  const size_t bytes = batch.bytes();
  EventBatch half = batch.split_off_half();
  EXPECT_EQ(batch.text(), "events-0 3, events-1 7..8");
  EXPECT_EQ(half.text(), "events-0 4..5");
  EXPECT_EQ(batch.bytes() + half.bytes(), bytes);
  batch.drop({"events", {1}});
  EXPECT_EQ(batch.text(), "events-0 3");
  EXPECT_EQ(batch.bytes(), bytes / 5);
  half.keep_from({{{"events", {0}}, {5}}});
  EXPECT_EQ(half.text(), "events-0 5");
  half.keep_from({{{"events", {1}}, {0}}});
  EXPECT_TRUE(half.empty());
  EXPECT_EQ(half.bytes(), 0u);
}

}  // namespace
}  // namespace penstock::local
