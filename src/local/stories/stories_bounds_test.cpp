#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "json/parse.h"
#include "local/stories/stories_testing.h"

namespace penstock::local {
namespace {

using namespace std::chrono_literals;

TEST_F(StoriesTest, HoldTheirBoundsUnderLoad) {
  uint64_t sequence = stories.sequence();
  constexpr int64_t kBatches = 2000;
  for (int64_t i = 0; i < kBatches; ++i) {
    invoke(batch_of(100 * i, 100 * i + 99), "", {}, {"a line", "another"});
    now += 5ms;  // 20,000 records a second.
  }
  const boost::json::value stories_of_state = state().at("stories");
  EXPECT_EQ(promise("handled"), 100 * kBatches);
  const auto kept = stories_of_state.at("kept").to_number<int64_t>();
  EXPECT_GE(kept, 1000);
  EXPECT_LE(kept, 1200);
  EXPECT_EQ(kept + stories_of_state.at("left_out").to_number<int64_t>(), 100 * kBatches);
  const auto changes = json::parse(stories.changes(sequence, 50)).value();
  EXPECT_EQ(changes.at("stories").as_array().size(), 50U);
  EXPECT_EQ(changes.at("left_out").to_number<int64_t>(), 100 * kBatches - 50);
}

TEST_F(StoriesTest, PreferRequestsThatFailed) {
  for (int64_t i = 0; i < 2000; ++i) {
    std::string line = story_line(i, i % 100 == 0 ? 503 : 200);
    if (i % 100 == 0) line.replace(line.find("\"partition\""), 11, "\"p\"");
    stories.api_line(line);
  }
  const auto failed = json::parse(stories.list({.status = "5xx"})).value();
  EXPECT_EQ(failed.at("stories").as_array().size(), 20U);
  EXPECT_EQ(state().at("api").at("requests"), 2000);
  EXPECT_EQ(promise("acknowledged"), 1980);
}

TEST_F(StoriesTest, AreToldOfToThoseWhoWatch) {
  std::atomic<int> calls = 0;
  const auto event = stories.watch("event-5", [&] { ++calls; });
  const auto place = stories.watch("events-0@99999", [&] { calls += 100; });
  ASSERT_TRUE(event && place);
  stories.api_line(story_line(4));
  EXPECT_EQ(calls, 0);
  stories.api_line(story_line(5));
  EXPECT_EQ(calls, 1);
  invoke(batch_of(5, 5));
  EXPECT_GE(calls, 2);
  stories.unwatch(*event);
  calls = 0;
  for (int64_t i = 0; i < 10; ++i) invoke(batch_of(1000 + 100 * i, 1099 + 100 * i));
  // It would be left out if nobody waited for it.
  invoke(batch_of(99'900, 99'999));
  EXPECT_EQ(calls, 200);
  EXPECT_EQ(outcome("events-0@99999"), "done");
  EXPECT_EQ(outcome("events-0@99998"), "");
  stories.unwatch(*place);
}

TEST_F(StoriesTest, LetOnlySoManyWatch) {
  for (size_t i = 0; i < Stories::kWatchersMax; ++i) EXPECT_TRUE(stories.watch("x", [] {}));
  EXPECT_FALSE(stories.watch("x", [] {}));
}

TEST_F(StoriesTest, TakeLinesOfAnyKind) {
  const std::vector<std::string> lines = {"",
                                          "plain <script>alert(1)</script>",
                                          std::string("\x00\x1b[31m\xff\xfe", 8),
                                          std::string(1 << 20, 'x'),
                                          std::string(1 << 20, '['),
                                          "{\"a\":" + std::string(1 << 20, '{'),
                                          R"({"topic":"events","partition":0,"off)",
                                          R"({"topic":"events","partition":-1,"offset":-1})",
                                          R"({"topic":"other","partition":0,"offset":0})",
                                          R"({"message":"story","status":"200"})"};
  invoke(batch_of(0, 0), "", {}, lines);
  const auto log = log_of("event-0");
  EXPECT_EQ(log.size(), lines.size() - 1);  // One is of another topic's record.
  EXPECT_EQ(log[1], lines[1]);
  EXPECT_EQ(log[2], "\\x00\\x1b[31m\\xff\\xfe");
  for (const std::string& line : log) EXPECT_LE(line.size(), LinesByRecord::kSharedBytesMax);
  for (const std::string& line : lines) stories.api_line(line);
  for (const char* line :
       {R"({"message":"story","status":200,"partition":99999999999,"offset":1})",
        R"({"message":"story","status":200,"partition":0,"offset":9223372036854775807})",
        R"({"message":"story","status":200,"partition":0,"offset":-1,"duration_us":-5})",
        R"({"message":"story","status":200,"duration_us":9223372036854775807,"handled_us":9e99})",
        R"({"message":"story","status":9999})",
        R"({"message":"story","status":400,"violations":[[[[]]],5,{"in":[]}]})",
        R"({"message":"story","status":400,"violations":[{"in"})"}) {
    stories.api_line(line);
  }
  EXPECT_EQ(promise("acknowledged"), 0);
  static_cast<void>(json::parse(stories.list({})).value());
  EXPECT_EQ(state().at("api").at("requests"), 6);
}

TEST_F(StoriesTest, KeepOnlySoManyLines) {
  const std::vector<std::string> lines(5000, std::string(3000, 'x'));
  invoke(batch_of(0, 0), "", {}, lines);
  EXPECT_EQ(log_of("event-0").size(), LinesByRecord::kSharedMax);
  EXPECT_EQ(story("event-0").at("steps_left_out"), 5000 - LinesByRecord::kSharedMax);
}

TEST_F(StoriesTest, DoNotKeepLinesOfInvocationsThatNoStoryNeeds) {
  EXPECT_NO_THROW(stories.function_line("function", {"unknown"}, "a line"));
  EXPECT_NO_THROW(stories.function_line("function", {}, "a line"));
  EXPECT_NO_THROW(stories.function_line("function", {"a", "b"}, R"({"requestId":"c"})"));
  EXPECT_EQ(state().at("stories").at("kept"), 0);
}

TEST_F(StoriesTest, ShowBinaryKeysAsText) {
  Record one = record(0, "event-0");
  one.key = std::string("\x00\xff<b>\xe2\x80\xae", 8);
  EventBatch batch;
  batch.add(one, record_json(one));
  invoke(batch);
  EXPECT_EQ(story("event-0").at("key"), "\\x00\\xff<b>\\xe2\\x80\\xae");
  EXPECT_EQ(json::parse(stories.list({.key = "\\x00\\xff<b>\\xe2\\x80\\xae"}))
                .value()
                .at("stories")
                .as_array()
                .size(),
            1U);
}

TEST_F(StoriesTest, HaveTheNumbersOfTheState) {
  stories.set_facts({.service = "hello", .version = "1", .broker_kind = "kafka"});
  stories.set_mapping("events", {.topic = "events", .group = "g", .pollers = 2, .batch_size = 100});
  stories.status(Part::api, "", {PartStatus::State::down, "It has exited with 1."});
  stories.status(Part::mapping, "events", {PartStatus::State::running});
  stories.status(Part::function, "function 1", {PartStatus::State::running});
  stories.trouble("events", "no destination");
  stories.offsets("events", 0, {{kEvents, 0, 10, 4}, {{"events", {1}}, -1, -1, std::nullopt}});
  const auto now_state = state();
  EXPECT_EQ(now_state.at("api").at("reason"), "It has exited with 1.");
  EXPECT_EQ(now_state.at("function").at("state"), "running");
  const auto& topic = now_state.at("topics").at(0);
  EXPECT_EQ(topic.at("own"), true);
  EXPECT_EQ(topic.at("partitions").at(0).at("lag"), 6);
  EXPECT_TRUE(topic.at("partitions").at(1).at("committed").is_null());
  EXPECT_EQ(now_state.at("mappings").at(0).at("trouble"), "no destination");
  EXPECT_EQ(now_state.at("mappings").at(0).at("pollers"), 2);
  // Where the offset was stored, the end is not said.
  stories.offsets("events", 0, {{kEvents, -1, -1, 9}});
  EXPECT_EQ(state().at("topics").at(0).at("partitions").at(0).at("lag"), 1);
  // The end that is known is older than what the group has read.
  stories.offsets("events", 0, {{kEvents, -1, -1, 12}});
  EXPECT_EQ(state().at("topics").at(0).at("partitions").at(0).at("end"), 12);
  stories.assigned("events", 0, {});
  EXPECT_TRUE(state().at("topics").at(0).at("partitions").at(0).at("lag").is_null());
  stories.forget_mapping("events");
  EXPECT_TRUE(state().at("mappings").as_array().empty());
}

TEST_F(StoriesTest, TakeRecordsWithAnyTimestamp) {
  EventBatch batch;
  int64_t offset = 0;
  for (const int64_t timestamp : {std::numeric_limits<int64_t>::max(), int64_t{-1},
                                  std::numeric_limits<int64_t>::min(), int64_t{0}}) {
    Record one = record(offset++);
    one.timestamp_ms = timestamp;
    batch.add(one, record_json(one));
  }
  invoke(batch);
  for (offset = 0; offset < 4; ++offset) {
    EXPECT_EQ(story(kEvents.text({offset})).at("steps").at(0).at("at_ms"), 1'800'000'000'010);
  }
}

TEST_F(StoriesTest, KnowABrokerOfOthersByTheMappings) {
  EXPECT_EQ(state().at("broker").at("state"), "absent");
  stories.set_facts({.broker_kind = "other", .bootstrap = "kafka:9092"});
  EXPECT_EQ(state().at("broker").at("state"), "starting");
  stories.status(Part::mapping, "events", {PartStatus::State::down, "Kafka does not answer."});
  EXPECT_EQ(state().at("broker").at("state"), "down");
  EXPECT_EQ(state().at("broker").at("reason"), "Kafka does not answer.");
  stories.status(Part::mapping, "orders", {PartStatus::State::running});
  EXPECT_EQ(state().at("broker").at("state"), "running");
  stories.status(Part::broker, "", {PartStatus::State::stopped, "It was stopped."});
  EXPECT_EQ(state().at("broker").at("reason"), "It was stopped.");
}

TEST_F(StoriesTest, CountTheRatesOfTheLastSeconds) {
  for (int i = 0; i < 10; ++i) {
    stories.offsets("events", 0, {{kEvents, 0, 100 + 10 * i, 100}});
    invoke(batch_of(100 + 10 * i, 109 + 10 * i));
    now += 1s;
  }
  const auto now_state = state();
  EXPECT_EQ(now_state.at("mappings").at(0).at("records_per_s"), 10);
  EXPECT_EQ(now_state.at("mappings").at(0).at("batch_records"), 10);
  EXPECT_EQ(now_state.at("function").at("invocations_per_s"), 1);
  EXPECT_EQ(now_state.at("topics").at(0).at("events_per_s"), 9);
  const auto history = json::parse(stories.history()).value();
  EXPECT_EQ(history.at("handled"), boost::json::value({10, 10, 10, 10, 10, 10, 10, 10, 10, 10}));
  EXPECT_EQ(history.at("events").at(5), 10);
  // The state has the newest row of the history.
  for (const auto& [name, series] : history.as_object()) {
    EXPECT_EQ(now_state.at("second").at(name), series.as_array().back()) << name;
  }
}

TEST_F(StoriesTest, HaveNoSecondBeforeTheFirstIsOver) {
  EXPECT_FALSE(state().as_object().contains("second"));
}

TEST_F(StoriesTest, MayBeToldFromSeveralThreads) {
  std::vector<std::thread> threads;
  std::atomic<bool> stop = false;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      const std::string mapping = "events-" + std::to_string(t);
      for (int64_t i = 0; i < 200; ++i) {
        const EventBatch batch = batch_of(10 * i, 10 * i + 9);
        const std::string id = mapping + std::to_string(i);
        stories.invoking({mapping, 0, batch, 1});
        stories.function_busy(mapping, id, true);
        stories.function_line(mapping, {id}, "line");
        stories.function_busy(mapping, id, false);
        stories.invoked({mapping, 0, batch, 1}, {id, 1ms, "", {}, std::nullopt});
        stories.api_line(story_line(i));
      }
    });
  }
  std::thread reader([&] {
    uint64_t sequence = 0;
    while (!stop) {
      static_cast<void>(stories.state());
      static_cast<void>(stories.changes(sequence, 100));
      static_cast<void>(stories.list({}));
    }
  });
  for (std::thread& thread : threads) thread.join();
  stop = true;
  reader.join();
  EXPECT_EQ(promise("handled"), 4000);
  EXPECT_EQ(promise("lost"), 0);
}

}  // namespace
}  // namespace penstock::local
