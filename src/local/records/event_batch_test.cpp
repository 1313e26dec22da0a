#include "local/records/event_batch.h"

#include <gtest/gtest.h>

#include "json/object_writer.h"
#include "lambda/base64.h"

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

// Adds a record as a mapping does, which has it in a message of librdkafka.
bool add_view(EventBatch& batch, RecordEncoder& encoder, const Record& one, size_t bytes_max) {
  std::vector<RecordView::Header> headers;
  for (const auto& [name, value] : one.headers) headers.push_back({name, value});
  return batch.add({.topic_partition = &one.topic_partition,
                    .offset = one.offset,
                    .timestamp_ms = one.timestamp_ms,
                    .timestamp_type = one.timestamp_type,
                    .key = one.key,
                    .value = one.value,
                    .headers = headers},
                   encoder, bytes_max);
}

// Writes what record_json() should, without what that remembers.
std::string plain_json(const Record& one) {
  std::string out;
  json::ObjectWriter object(out);
  object.member("topic", one.topic_partition.topic)
      .member("partition", one.topic_partition.partition.number)
      .member("offset", one.offset.value)
      .member("timestamp", one.timestamp_ms)
      .member("timestampType", "CREATE_TIME");
  if (one.key) object.member("key", lambda::encode_base64(*one.key));
  if (one.value) object.member("value", lambda::encode_base64(*one.value));
  json::ArrayWriter headers(object.key("headers"));
  for (const auto& [name, value] : one.headers) {
    json::ObjectWriter header(headers.element());
    json::ArrayWriter bytes(header.key_of_text(name));
    for (const char byte : value.value_or("")) {
      base::append_number(bytes.element(), static_cast<int>(static_cast<signed char>(byte)));
    }
    bytes.end();
    header.end();
  }
  headers.end();
  object.end();
  return out;
}

TEST(RecordEncoder, RemembersNothingThatTheNextRecordDoesNotHave) {
  RecordEncoder encoder;
  EventBatch batch;
  std::vector<Record> records;
  for (int i = 0; i < 200; ++i) {
    Record one = record(i % 3 == 0 ? 1 : 0, i);
    if (i % 5 == 0) one.topic_partition.topic = "orders";
    if (i % 4 == 0) one.key = std::string(static_cast<size_t>(i), 'k');
    const int place = i % 50;
    for (int header = 0; header < place; ++header) {
      std::string name = "name" + std::to_string(i % 7 == 0 ? header : 0);
      if (header % 11 == 3) name = "a \"quoted\" name";
      if (header % 13 == 5) name = std::string(300, 'n');
      std::optional<std::string> value = "the same";
      if (header % 3 == 1) value = std::string(static_cast<size_t>(i % 300), static_cast<char>(i));
      if (header % 17 == 6) value = std::nullopt;
      one.headers.emplace_back(name, value);
    }
    records.push_back(one);
    ASSERT_TRUE(add_view(batch, encoder, one, SIZE_MAX));
  }
  ASSERT_EQ(batch.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(batch.entries()[i].json, plain_json(records[i])) << i;
    EXPECT_EQ(record_json(records[i]), plain_json(records[i])) << i;
  }
}

TEST(EventBatch, KnowsTheSizeOfItsPayloadBeforeARecordIsAdded) {
  const EventBatch::Envelope envelope{.event_source_arn = "arn", .bootstrap_servers = "b:1"};
  RecordEncoder encoder;
  EventBatch batch;
  for (const auto& [partition, offset] :
       {std::pair<int32_t, int64_t>{0, 0}, {0, 1}, {10, 0}, {0, 2}, {10, 1}}) {
    const Record one = record(partition, offset);
    EventBatch larger = batch;
    ASSERT_TRUE(add_view(larger, encoder, one, SIZE_MAX));
    // This payload is just not too large.
    const size_t payload = larger.payload(envelope).size();
    EXPECT_EQ(larger.bytes(), EventBatch::bytes_max(envelope, payload));
    const std::string before = batch.payload(envelope);
    // The first record is always taken.
    if (!batch.empty()) {
      EXPECT_FALSE(add_view(batch, encoder, one, larger.bytes() - 1));
      EXPECT_EQ(batch.payload(envelope), before);
    }
    EXPECT_TRUE(add_view(batch, encoder, one, larger.bytes()));
    EXPECT_EQ(batch.payload(envelope), larger.payload(envelope));
    EXPECT_EQ(batch.bytes(), larger.bytes());
  }
}

TEST(EventBatch, APayloadStaysAsItIsWhateverBecomesOfTheBatch) {
  const EventBatch::Envelope envelope{.event_source_arn = "", .bootstrap_servers = "b:1"};
  for (const int partitions : {1, 2}) {
    EventBatch batch;
    RecordEncoder encoder;
    for (int round = 0; round < 3; ++round) {
      // There is more than the memory of the beginning holds, so it moves.
      for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(add_view(batch, encoder, record(i % partitions, 1000 * round + i), SIZE_MAX));
      }
      const std::string expected = batch.payload(envelope);
      const Payload payload = batch.shared_payload(envelope);
      EXPECT_EQ(payload.bytes(), expected);
      EXPECT_EQ(batch.shared_payload(envelope).bytes(), expected);
      batch.clear();
      EXPECT_EQ(batch.bytes(), 0u);
      for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(add_view(batch, encoder, record(0, 5000 + i), SIZE_MAX));
      }
      EXPECT_EQ(batch.shared_payload(envelope).bytes(), batch.payload(envelope));
      EXPECT_EQ(payload.bytes(), expected);
      batch = EventBatch();
      EXPECT_EQ(payload.bytes(), expected);
    }
  }
}

TEST(EventBatch, ABeginningThatIsLongerThanItsRoomIsCopied) {
  const EventBatch::Envelope envelope{.event_source_arn = "",
                                      .bootstrap_servers = std::string(5000, 'b')};
  EventBatch batch;
  add(batch, 0, 1);
  EXPECT_EQ(batch.shared_payload(envelope).bytes(), batch.payload(envelope));
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
