#include "lambda/kafka_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace penstock::lambda {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;

// Returns a record's JSON. `rest` starts with a comma.
std::string record_text(int64_t offset, const std::string& rest = "",
                        const std::string& partition = "0") {
  return R"({"topic":"events","partition":)" + partition + R"(,"offset":)" +
         std::to_string(offset) + R"(,"timestamp":1700000000000,"timestampType":"CREATE_TIME")" +
         rest + "}";
}

std::string event_text(const std::string& records) {
  return R"({"eventSource":"aws:kafka","records":)" + records + "}";
}

std::string one(const std::string& rest) {
  return event_text("{\"events-0\":[" + record_text(3, rest) + "]}");
}

// Returns the error's message, or "fine".
std::string problem(const std::string& text, const KafkaEventLimits& limits = {}) {
  const auto event = decode_kafka_event(text, limits);
  return event ? "fine" : event.error().message;
}

TEST(KafkaEvent, GivesEveryPartOfARecord) {
  const auto decoded = decode_kafka_event(R"( {
    "eventSource": "aws:kafka",
    "eventSourceArn": "arn:aws:kafka:eu-west-1:1:cluster/c/1",
    "bootstrapServers": "b-1:9098,b-2:9098",
    "records": {"events-0": [{
      "topic": "events", "partition": 0, "offset": 15,
            "timestamp": 1700000000000, "timestampType": "CREATE_TIME",
      "key": "a2V5", "value": "SGVsbG8sIFdvcmxkIQ==",
      "headers": [{"traceparent": [48, 48, 45]}, {"ce_type": [97, 46, 98]}]}]}} )");
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->event_source, "aws:kafka");
  EXPECT_EQ(decoded->event_source_arn, "arn:aws:kafka:eu-west-1:1:cluster/c/1");
  EXPECT_EQ(decoded->bootstrap_servers, "b-1:9098,b-2:9098");
  ASSERT_EQ(decoded->records.size(), 1u);
  const Record& record = decoded->records[0];
  EXPECT_EQ(record.topic, "events");
  EXPECT_EQ(record.partition.number, 0);
  EXPECT_EQ(record.offset.value, 15);
  EXPECT_EQ(record.timestamp, milliseconds(1700000000000));
  EXPECT_EQ(record.timestamp_type, "CREATE_TIME");
  EXPECT_EQ(record.key, "key");
  EXPECT_EQ(record.value, "Hello, World!");
  ASSERT_EQ(record.headers.size(), 2u);
  EXPECT_EQ(record.headers[0].name, "traceparent");
  EXPECT_EQ(record.headers[0].value, "00-");
  EXPECT_EQ(record.event_type(), "a.b");
  EXPECT_EQ(record.header("CE_TYPE"), std::nullopt);
}

TEST(KafkaEvent, DistinguishesAbsentAndNullFromEmpty) {
  for (const auto& [rest, key, value] :
       {std::tuple{"", false, false},
        std::tuple{R"(,"key":null,"value":null,"headers":null)", false, false},
        std::tuple{R"(,"key":"","value":"","headers":[])", true, true}}) {
    const auto event = decode_kafka_event(one(rest));
    ASSERT_TRUE(event) << event.error().message;
    const Record& record = event->records.at(0);
    EXPECT_EQ(record.key.has_value(), key);
    EXPECT_EQ(record.value.has_value(), value);
    EXPECT_EQ(record.value.value_or("").size(), 0u);
    EXPECT_TRUE(record.headers.empty());
    EXPECT_EQ(record.event_type(), "");
  }
}

TEST(KafkaEvent, AcceptsSignedAndUnsignedHeaderBytes) {
  const auto event = decode_kafka_event(one(
      R"(,"headers":[{"h":[-61,-85,195,171,-128,255,0]},{"empty":[],"none":null},{"h":[49]}])"));
  ASSERT_TRUE(event) << event.error().message;
  const Record& record = event->records.at(0);
  EXPECT_EQ(record.header("h"),
            std::string_view("\xc3\xab\xc3\xab\x80\xff\0", 7));  // The first header of that name.
  EXPECT_EQ(record.header("empty"), "");
  EXPECT_EQ(record.header("none"), "");
  EXPECT_EQ(record.headers.size(), 4u);
}

TEST(KafkaEvent, KeepsTheOrderOfEachPartition) {
  const auto event = decode_kafka_event(event_text("{\"events-0\":[" + record_text(3) + "," +
                                                   record_text(4) + "],\"events-7\":[" +
                                                   record_text(0, "", "7") + "],\"more-0\":[]}"));
  ASSERT_TRUE(event) << event.error().message;
  std::vector<std::pair<int, int64_t>> order;
  for (const Record& record : event->records) {
    order.emplace_back(record.partition.number, record.offset.value);
  }
  EXPECT_THAT(order, testing::ElementsAre(std::pair(0, 3), std::pair(0, 4), std::pair(7, 0)));
}

TEST(KafkaEvent, KeepsItsViewsValidWhenItIsMoved) {
  auto decoded = decode_kafka_event(one(R"(,"value":"Zg==")"));
  ASSERT_TRUE(decoded);
  const KafkaEvent moved = std::move(*decoded);
  decoded = decode_kafka_event("");
  EXPECT_EQ(moved.records.at(0).value, "f");
}

TEST(KafkaEvent, UndoesJsonEscapesBeforeBase64) {
  const auto event = decode_kafka_event(
      one(R"(,"value":"\/\/\u002b\/","key":"\u005ag==","headers":[{"\u00eb\n":[1]}])"));
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->records.at(0).value, "\xff\xff\xbf");
  EXPECT_EQ(event->records.at(0).key, "f");
  EXPECT_EQ(event->records.at(0).headers.at(0).name, "\xc3\xab\n");
}

TEST(KafkaEvent, IgnoresUnknownMembers) {
  EXPECT_EQ(problem(R"({"new":{"records":[[1,{"a":null}],2.5,true]},)"
                    R"("eventSource":"SelfManagedKafka","x":1,"y":"z",)"
                    R"("records":{"events-0":[)" +
                    record_text(3, R"(,"valueSchemaMetadata":{"dataFormat":"JSON","headers":[7]},)"
                                   R"("z":-1,"q":99999999999999999999)") +
                    "]}}"),
            "fine");
}

TEST(KafkaEvent, SaysWhereSomethingIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {one(R"(,"value":"Zg")"), "records/events-0/0/value: not base64"},
      {event_text("{\"events-0\":[" + record_text(1) + "," + record_text(2, R"(,"key":"*")") +
                  "]}"),
       "records/events-0/1/key: not base64"},
      {one(R"(,"value":7)"), "records/events-0/0/value: expected a string of base64 or null"},
      {one(R"(,"value":{"a":1})"), "records/events-0/0/value: expected a string of base64 or null"},
      {one(R"(,"headers":{})"), "records/events-0/0/headers: expected an array"},
      {one(R"(,"headers":[[]])"), "records/events-0/0/headers: expected an object"},
      {one(R"(,"headers":[{"h":"text"}])"),
       "records/events-0/0/headers/h: expected an array of bytes"},
      {one(R"(,"headers":[{"h":[256]}])"),
       "records/events-0/0/headers/h: expected a byte (-128 to 255)"},
      {one(R"(,"headers":[{"h":[-129]}])"),
       "records/events-0/0/headers/h: expected a byte (-128 to 255)"},
      {one(R"(,"headers":[{"h":[1.0]}])"),
       "records/events-0/0/headers/h: expected a byte (-128 to 255)"},
      {one(R"(,"headers":[{"h":[null]}])"),
       "records/events-0/0/headers/h: expected a byte (-128 to 255)"},
      {one(R"(,"offset":4)"), "records/events-0/0/offset: given twice"},
      {event_text("{\"e-0\":[" + record_text(-1) + "]}"),
       "records/e-0/0/offset: expected a whole number from 0"},
      {event_text("{\"e-0\":[" + record_text(0, "", "9223372036854775808") + "]}"),
       "records/e-0/0/partition: expected a whole number from 0 to 2147483647"},
      {event_text("{\"e-0\":[" + record_text(0, "", "2147483648") + "]}"),
       "records/e-0/0/partition: expected a whole number from 0 to 2147483647"},
      {event_text("{\"e-0\":[" + record_text(0, "", "\"0\"") + "]}"),
       "records/e-0/0/partition: expected a whole number from 0 to 2147483647"},
      {event_text(R"({"e-0":[{"topic":"e","partition":0}]})"), "records/e-0/0/offset: missing"},
      {event_text(R"({"e-0":[null]})"), "records/e-0/0: expected a record (an object)"},
      {event_text(R"({"e-0":{}})"), "records/e-0: expected an array of records"},
      {event_text("[]"), "records: expected an object"},
      {event_text("null"), "records: expected an object"},
      {R"({"records":{}})", "eventSource: missing"},
      {R"({"eventSource":"aws:kafka"})", "records: missing"},
      {R"({"eventSource":"aws:sqs","Records":[]})",
       "eventSource: expected aws:kafka or SelfManagedKafka"},
      {"[]", "event: expected an object"},
      {"\"text\"", "event: expected an object"},
      {"null", "event: expected an object"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(problem(text), message) << text;
}

TEST(KafkaEvent, RefusesTextsThatAreNotJson) {
  const std::string good = one("");
  for (const std::string& text :
       {std::string(), std::string("  "), std::string("GET / HTTP/1.1"), good + "x",
        good.substr(0, good.size() - 1), "\xef\xbb\xbf" + good, one(",\"value\":\"\xff\""),
        one(",}"), one("/**/"), std::string(1, '\0')}) {
    EXPECT_THAT(problem(text), testing::StartsWith("event: not JSON at byte ")) << text;
  }
}

TEST(KafkaEvent, HasLimits) {
  KafkaEventLimits limits;
  limits.records_max = 2;
  limits.headers_max = 1;
  const std::string two = record_text(1) + "," + record_text(2);
  EXPECT_EQ(problem(event_text("{\"events-0\":[" + two + "]}"), limits), "fine");
  EXPECT_EQ(
      problem(event_text("{\"events-0\":[" + two + "],\"events-1\":[" + record_text(3) + "]}"),
              limits),
      "records/events-1/0: more than 2 records");
  EXPECT_EQ(problem(one(R"(,"headers":[{"a":[]},{"b":[]}])"), limits),
            "records/events-0/0/headers/a: more than 1 headers");
  limits.bytes_max = 10;
  EXPECT_EQ(problem(one(""), limits), "event: more than 10 bytes");
  const auto deep = decode_kafka_event(R"({"x":)" + std::string(100'000, '['));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::too_large);
}

TEST(KafkaEvent, ShowsLittleOfAForeignName) {
  EXPECT_EQ(problem(event_text("{\"" + std::string(100'000, 'x') + "\":1}")),
            "records/" + std::string(100, 'x') + ": expected an array of records");
}

TEST(KafkaEvent, AcceptsTheLargestBatch) {
  std::string records = record_text(0);
  for (int i = 1; i < 10'000; ++i) {
    records += "," + record_text(i, R"(,"value":"SGVsbG8sIFdvcmxkIQ==")");
  }
  const auto event = decode_kafka_event(event_text("{\"events-0\":[" + records + "]}"));
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->records.size(), 10'000u);
  EXPECT_EQ(event->records.back().value, "Hello, World!");
}

}  // namespace
}  // namespace penstock::lambda
