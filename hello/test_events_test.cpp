// Tests the events of hello/test-events: what they contain, and what the function does with each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "contract/events/event_schemas.h"
#include "hello/event_schemas.h"
#include "hello/events.h"
#include "lambda/event_values.h"
#include "lambda/function_loop.h"
#include "lambda/testing/captured_log.h"

namespace hello {
namespace {

using penstock::contract::EventSchemas;
using penstock::lambda::decode_kafka_event;
using penstock::lambda::EventValues;
using penstock::lambda::KafkaEvent;
using penstock::lambda::Record;
using penstock::lambda::Responses;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTestEvents = PENSTOCK_SERVICE_FOLDER "/test-events";

std::string text_of(const std::string& name) {
  std::ifstream file(std::filesystem::path(kTestEvents) / name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string greeting(int64_t time, const std::string& name) {
  return "{\"timestamp\":" + std::to_string(time) + ",\"message\":\"Hello, " + name + "!\"}";
}

class TestEvents : public testing::Test {
 protected:
  const std::vector<Record>& records_of(const std::string& name) {
    auto event = decode_kafka_event(text_of(name));
    EXPECT_TRUE(event) << event.error().message;
    if (event) event_ = std::move(*event);
    EXPECT_EQ(event_.event_source, "aws:kafka");
    for (const Record& record : event_.records) EXPECT_EQ(record.topic, "events");
    return event_.records;
  }

  // Runs the function as apps/consumer makes it. Returns the lines that it has logged, without the
  // RECORD lines.
  std::vector<std::string> logged_by_function(const std::string& name,
                                              Responses responses = Responses::whole_batch) {
    auto values =
        EventValues::make(EventSchemas::compile(kEventSchemas).value(), kEventHandlers).value();
    penstock::lambda::testing::CapturedLog captured;
    penstock::lambda::Function function(captured.log(), kEventHandlers,
                                        {.responses = responses, .readers = values.readers()});
    penstock::lambda::Invocation invocation;
    invocation.request_id = "test";
    invocation.deadline = std::chrono::system_clock::now() + std::chrono::seconds(30);
    invocation.body = text_of(name);
    reply_ = function.run(std::move(invocation));
    std::vector<std::string> lines;
    for (auto& line : captured.short_lines()) {
      if (!line.starts_with("INFO RECORD ")) lines.push_back(std::move(line));
    }
    return lines;
  }

  KafkaEvent event_;
  penstock::lambda::Reply reply_;
};

TEST_F(TestEvents, AreAllKafkaEvents) {
  for (const auto& file : std::filesystem::directory_iterator(kTestEvents)) {
    if (file.path().extension() != ".json") continue;
    EXPECT_FALSE(records_of(file.path().filename()).empty()) << file.path();
  }
}

TEST_F(TestEvents, HaveOneGreetingInBasicTest) {
  const auto& records = records_of("basic_test.json");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].offset.value, 27);
  EXPECT_EQ(records[0].timestamp.count(), 1'763'900'000'384);
  EXPECT_FALSE(records[0].key);
  EXPECT_EQ(records[0].value, greeting(1'763'900'000, "Paul"));
  EXPECT_THAT(logged_by_function("basic_test.json"),
              ElementsAre("INFO MESSAGE " + greeting(1'763'900'000, "Paul")));
  EXPECT_FALSE(reply_.error);
}

TEST_F(TestEvents, HaveTheHeadersOfTheApiInGreetings) {
  const auto& records = records_of("greetings.json");
  ASSERT_EQ(records.size(), 4u);
  for (const Record& record : records) {
    EXPECT_EQ(record.header("ce_specversion"), "1.0");
    EXPECT_EQ(record.header("ce_source"), "/hello_api");
    EXPECT_EQ(record.event_type(), "com.example.hello.greeting");
    EXPECT_EQ(record.header("content-type"), "application/json");
    EXPECT_EQ(record.header("ce_id")->size(), 36u);
    EXPECT_EQ(record.header("ce_time")->substr(0, 17), "2025-11-23T12:13:");
    EXPECT_EQ(record.header("traceparent")->size(), 55u);
  }
  EXPECT_EQ(records[1].partition.number, 0);
  EXPECT_EQ(records[2].partition.number, 1);
  EXPECT_EQ(records[3].header("ce_subject"), "Zo\xc3\xab");  // It is written in signed bytes.
  EXPECT_THAT(logged_by_function("greetings.json"),
              ElementsAre("INFO MESSAGE " + greeting(1'763'900'000, "Ann"),
                          "INFO MESSAGE " + greeting(1'763'900'001, "Ben"),
                          "INFO MESSAGE " + greeting(1'763'900'002, "Cleo"),
                          "INFO MESSAGE " + greeting(1'763'900'003, "Dan")));
  EXPECT_FALSE(reply_.error);
}

TEST_F(TestEvents, HaveNoValueInTombstones) {
  const auto& records = records_of("tombstone.json");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].key, "Paul");
  EXPECT_FALSE(records[1].key);
  for (const Record& record : records) EXPECT_FALSE(record.value);
  EXPECT_THAT(logged_by_function("tombstone.json"),
              ElementsAre("INFO MESSAGE null", "INFO MESSAGE null"));
  EXPECT_FALSE(reply_.error);
}

TEST_F(TestEvents, KeepBinaryKeysAndValues) {
  using namespace std::string_view_literals;
  const auto& records = records_of("binary_key.json");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].key, "\x00\xff\xfe\x80"sv);
  EXPECT_EQ(records[1].key, "\xc3\x28"sv);
  EXPECT_EQ(records[1].value, "\xff\xd8\xff\xe0"sv);
  EXPECT_THAT(logged_by_function("binary_key.json"),
              ElementsAre("INFO MESSAGE " + greeting(1'763'900'000, "Paul"),
                          HasSubstr("ERROR EXCEPTION {\"reason\":\"the value is neither JSON")));
  EXPECT_FALSE(reply_.error);
}

TEST_F(TestEvents, FailForPoisonAloneOrWithAllThatFollows) {
  const auto& records = records_of("poison.json");
  ASSERT_EQ(records.size(), 3u);
  for (const Record& record : records) EXPECT_EQ(record.event_type(), "com.example.hello.greeting");
  const auto why = HasSubstr("/message");
  EXPECT_THAT(logged_by_function("poison.json"),
              ElementsAre("INFO MESSAGE " + greeting(1'763'900'000, "Ann"), why));
  ASSERT_TRUE(reply_.error);
  EXPECT_EQ(reply_.error->type, "Function.RecordFailed");
  EXPECT_THAT(reply_.error->message,
              HasSubstr("events-0@61: the value breaks its event's schema: /message"));
  EXPECT_THAT(logged_by_function("poison.json", Responses::partial),
              ElementsAre("INFO MESSAGE " + greeting(1'763'900'000, "Ann"), why,
                          "INFO MESSAGE " + greeting(1'763'900'000, "Cleo")));
  EXPECT_FALSE(reply_.error);
}

}  // namespace
}  // namespace hello
