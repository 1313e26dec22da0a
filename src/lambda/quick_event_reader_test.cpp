#include "lambda/quick_event_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "lambda/kafka_event.h"

namespace penstock::lambda {
namespace {

// Says what an event has, so that two can be compared.
std::string text_of(const KafkaEvent& event) {
  const auto quoted = [](const std::optional<std::string_view>& part) {
    return part ? "\"" + std::string(*part) + "\" " : std::string("- ");
  };
  std::string text = quoted(event.event_source) + quoted(event.event_source_arn) +
                     quoted(event.bootstrap_servers) + "\n";
  for (const Record& record : event.records) {
    text += quoted(record.topic) + to_text(record.partition) + ' ' + to_text(record.offset) + ' ' +
            std::to_string(record.timestamp.count()) + ' ' + quoted(record.timestamp_type) +
            quoted(record.key) + quoted(record.value);
    for (const Header& header : record.headers) text += quoted(header.name) + quoted(header.value);
    text += '\n';
  }
  return text;
}

std::string outcome(const base::Result<KafkaEvent>& decoded) {
  if (decoded) return text_of(*decoded);
  return std::to_string(static_cast<int>(decoded.error().code)) + decoded.error().message;
}

// Reads from a copy of exactly that size, so that the address sanitizer detects a read past its
// end. Returns nothing if the reader gives up.
std::optional<std::string> quick(std::string_view text, const KafkaEventLimits& limits = {}) {
  const auto copy = std::make_unique<char[]>(text.size());
  if (!text.empty()) std::memcpy(copy.get(), text.data(), text.size());
  KafkaEvent event;
  event.text = std::make_unique<char[]>(text.size());
  if (!QuickEventReader({copy.get(), text.size()}, limits, event).read()) return std::nullopt;
  return text_of(event);
}

// Compares the usual way with that of any event.
void expect_same(const std::string& text, const KafkaEventLimits& limits = {}) {
  ASSERT_EQ(outcome(decode_kafka_event(text, limits)),
            outcome(decode_any_kafka_event(text, limits)))
      << text;
}

const char* const kEvent =
    R"({"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:eu-west-1:1:cluster/c/1",)"
    R"("bootstrapServers":"b-1:9098,b-2:9098","records":{"events-0":[)"
    R"({"topic":"events","partition":0,"offset":15,"timestamp":1700000000000,)"
    R"("timestampType":"CREATE_TIME","key":"a2V5","value":"SGVsbG8sIFdvcmxkIQ==",)"
    R"("headers":[{"ce_specversion":[49,46,48]},{"ce_type":[99,111,109,46,101,120,97]},)"
    R"({"ce_id":[52,50,45,48]}]},)"
    R"({"topic":"events","partition":0,"offset":16,"timestamp":1700000000001,)"
    R"("timestampType":"CREATE_TIME","value":"SGVsbG8sIFdvcmxkIQ==",)"
    R"("headers":[{"ce_specversion":[49,46,48]},{"ce_type":[99,111,109,46,101,120,97]},)"
    R"({"ce_id":[52,50,45,49]}]}],)"
    R"("others-7":[{"topic":"others","partition":7,"offset":0,"timestamp":-1,)"
    R"("timestampType":"LOG_APPEND_TIME","key":null,"value":null,"headers":[]}]}})";

TEST(QuickEventReader, ReadsWhatAwsSends) {
  const auto read = quick(kEvent);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, outcome(decode_any_kafka_event(kEvent)));
  EXPECT_NE(read->find("\"ce_id\" \"42-1\""), std::string::npos) << *read;
  EXPECT_NE(read->find("\"others\" 7 0 -1 \"LOG_APPEND_TIME\" - - \n"), std::string::npos) << *read;
}

TEST(QuickEventReader, ReadsOtherOrdersUnknownMembersAndSpaces) {
  for (const std::string_view text :
       {R"( { "records" : { } , "new" : { "a" : [ 1 , "\u0041" ] } , "eventSource":"aws:kafka" } )",
        R"({"eventSource":"SelfManagedKafka","eventSourceArn":null,"records":{"e-0":[ {
            "headers": [ { "b" : [ 1 , -1 ] , "c" : null } , { } ], "value" : "" ,
            "keySchemaMetadata": {"dataFormat":"JSON","schemaId":[null,true]},
            "timestampType" : "" , "timestamp" : 0 , "offset" : 0 , "partition" : 2147483647 ,
            "topic" : "e" } ] , "f-0" : [ ] } })"}) {
    const auto read = quick(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, outcome(decode_any_kafka_event(text)));
  }
}

TEST(QuickEventReader, LeavesWhatIsWrongOrRare) {
  const std::string good = kEvent;
  ASSERT_TRUE(quick(good));
  const std::pair<std::string_view, std::string_view> changes[] = {
      {"\"offset\":15", "\"offset\":-1"},
      {"\"offset\":15", "\"offset\":015"},
      {"\"offset\":15", "\"offset\":1.5"},
      {"\"offset\":15", "\"offset\":1e5"},
      {"\"offset\":15", "\"offset\":9223372036854775808"},
      {"\"offset\":15", "\"offset\":15,\"offset\":15"},
      {"\"offset\":15,", ""},
      {"\"partition\":0", "\"partition\":2147483648"},
      {"\"partition\":0", "\"partition\":null"},
      {"\"timestamp\":-1", "\"timestamp\":-2"},
      {"\"timestamp\":-1", "\"timestamp\":-10"},
      {"\"topic\":\"events\"", "\"topic\":\"even\\u0074s\""},
      {"\"topic\":\"events\"", "\"topic\":\"\xff\""},
      {"\"topic\":\"others\"", "\"topic\":\"others"},
      {"\"topic\":", "\"t\\u006fpic\":"},
      {"SGVs", "SGV\\u0073"},
      {"SGVs", "SGV*"},
      {"\"key\":null", "\"key\":nul"},
      {"\"headers\":[]", "\"headers\":[7]"},
      {"aws:kafka\"", "aws:sqs\""},
      {"\"eventSource\":\"aws:kafka\",", ""},
      {"[52,50,45,49]", "[52,50,45,256]"},
      {"[52,50,45,49]", "52"},
      {"]}}", "]}"},
      {"]}}", "]}}x"},
      {"]}}", "],}}"},
  };
  for (const auto& [from, to] : changes) {
    std::string text = good;
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EXPECT_FALSE(quick(text)) << to;
    expect_same(text);
  }
}

TEST(QuickEventReader, HasTheSameLimits) {
  const std::string event = kEvent;
  for (size_t records = 1; records < 5; ++records) {
    for (size_t headers = 1; headers < 5; ++headers) {
      for (const size_t depth : {1, 6, 7, 8}) {
        const KafkaEventLimits limits{
            .records_max = records, .headers_max = headers, .depth_max = depth};
        expect_same(event, limits);
        EXPECT_EQ(quick(event, limits).has_value(), records >= 3 && headers >= 3 && depth >= 7);
      }
    }
  }
  for (size_t depth = 1; depth < 20; ++depth) {
    std::string text = event;
    const std::string member = "\"x\":" + std::string(depth, '[') + std::string(depth, ']') + ",";
    expect_same(text.insert(1, member));
    text = event;
    expect_same(text.insert(text.find("\"topic\""), member));
  }
}

// What a record's text changes into at random is read by both to the same event, or refused with
// the same words.
TEST(QuickEventReader, AgreesWithTheReaderOfAnyEvent) {
  std::mt19937 random(1);
  const std::string event = kEvent;
  constexpr std::string_view kMarks = "{}[],:\"\\ 0159-.eun\n\xc3\x80=/+A";
  size_t read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = event;
    for (size_t changes = 1 + random() % 3; changes > 0; --changes) {
      const size_t at = random() % text.size();
      switch (random() % 5) {
        case 0:
          text.erase(at, 1 + random() % 12);
          break;
        case 1:
          text.insert(at, text.substr(random() % text.size(), random() % 40));
          break;
        case 2:
          text.insert(at, 1, kMarks[random() % kMarks.size()]);
          break;
        default:
          text[at] = kMarks[random() % kMarks.size()];
      }
    }
    expect_same(text, {.records_max = 4, .headers_max = 4});
    if (HasFatalFailure()) return;
    read += quick(text).has_value();
  }
  EXPECT_GT(read, 500u);
}

}  // namespace
}  // namespace penstock::lambda
