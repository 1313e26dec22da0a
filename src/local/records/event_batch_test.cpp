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
  one.headers = {{"traceparent", "00-"}, {"ce_id", "\xff\x80\x7f"}};
  EXPECT_EQ(record_json(one),
            R"({"topic":"events","partition":0,"offset":15,"timestamp":1700000000000,)"
            R"("timestampType":"CREATE_TIME","key":"aw==","value":"eyJhIjoxfQ==",)"
            R"("headers":[{"traceparent":[48,48,45]},{"ce_id":[-1,-128,127]}]})");
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

TEST(EventBatch, KnowsTheSizeOfItsPayloadBeforeARecordIsAdded) {
  const EventBatch::Envelope envelope{.event_source_arn = "arn", .bootstrap_servers = "b:1"};
  EventBatch batch;
  for (const auto& [partition, offset] :
       {std::pair<int32_t, int64_t>{0, 0}, {0, 1}, {10, 0}, {0, 2}, {10, 1}}) {
    const Record one = record(partition, offset);
    const size_t expected = batch.bytes_with(one.topic_partition, record_json(one));
    add(batch, partition, offset);
    EXPECT_EQ(batch.bytes(), expected);
    // This payload is just not too large.
    const size_t payload = batch.payload(envelope).size();
    EXPECT_EQ(batch.bytes(), EventBatch::bytes_max(envelope, payload));
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

TEST(EventBatch, RemovesAPartitionAHalfAndTheRecordsBeforeTheFirstOfASet) {
  EventBatch batch;
  add(batch, 0, 3);
  const size_t one_record = batch.bytes();
  batch.clear();
  add(batch, 1, 7);
  add(batch, 0, 3);
  add(batch, 1, 8);
  add(batch, 0, 4);
  add(batch, 0, 5);
  const size_t whole = batch.bytes();
  EventBatch half = batch.split_off_half();
  EXPECT_EQ(batch.text(), "events-0 3, events-1 7..8");
  EXPECT_EQ(half.text(), "events-0 4..5");
  EXPECT_LT(batch.bytes(), whole);
  batch.drop({"events", {1}});
  EXPECT_EQ(batch.text(), "events-0 3");
  EXPECT_EQ(batch.bytes(), one_record);
  half.keep_from_first({{{"events", {0}}, {{5}}}});
  EXPECT_EQ(half.text(), "events-0 5");
  EXPECT_EQ(half.bytes(), one_record);
  half.keep_from_first({{{"events", {1}}, {{0}}}});
  EXPECT_TRUE(half.empty());
  EXPECT_EQ(half.bytes(), 0u);
}

TEST(EventBatch, KeepsTheRecordsOfASetOrAllFromTheFirstOfEachPartition) {
  EventBatch named;
  for (const int64_t offset : {3, 4, 5, 6}) add(named, 0, offset);
  for (const int64_t offset : {7, 8}) add(named, 1, offset);
  EventBatch from_first = named;
  const RecordSet set{{{"events", {0}}, {{4}, {6}}}, {{"other", {1}}, {{7}}}};
  named.keep(set);
  from_first.keep_from_first(set);
  ASSERT_EQ(named.size(), 2u);
  EXPECT_EQ(named.entries()[0].offset, base::Offset{4});
  EXPECT_EQ(named.entries()[1].offset, base::Offset{6});
  EXPECT_EQ(from_first.text(), "events-0 4..6");
}

}  // namespace
}  // namespace penstock::local
