#include "local/console/operations/story_operations.h"

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <thread>

#include "support/console_contract.h"

namespace penstock::local {
namespace {

using namespace std::chrono_literals;

const TopicPartition kEvents{"events", {0}};

EventBatch batch_of(int64_t offset, const std::string& event_id) {
  const Record record{
      .topic_partition = kEvents,
      .offset = {offset},
      .timestamp_ms = 1'800'000'000'000,
      .key = std::string("\xff<key>"),
      .value = "{}",
      .headers = {{"ce_id", event_id},
                  {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}};
  EventBatch batch;
  batch.add(record, record_json(record));
  return batch;
}

class StoryOperationsTest : public testing::Test {
 protected:
  test::ConsoleContract::Answered get(const std::string& target) {
    return contract.ask(operations, io, "GET", target);
  }
  void invoking(const EventBatch& batch) { stories.invoking({"events", 0, batch, 1}); }
  void invoked(const EventBatch& batch, const std::string& reason = "") {
    stories.invoked(
        {"events", 0, batch, 1},
        {"request-1", 3ms, reason, {}, reason.empty() ? std::nullopt : std::optional(1000ms)});
  }
  // Makes a story with each kind of step.
  void fill() {
    stories.set_facts({.service = "hello", .version = "1", .broker_kind = "kafka"});
    stories.set_mapping("events", {.topic = "events", .group = "g", .batch_size = 100});
    stories.set_active_faults([] {
      return boost::json::array{{{"name", "slow"},
                                 {"title", "Slow"},
                                 {"available", true},
                                 {"active", true},
                                 {"ends_at_ms", nullptr}}};
    });
    stories.status(Part::function, "function", {PartStatus::State::down, "It has exited."});
    stories.assigned("events", 0, {kEvents});
    stories.offsets("events", 0, {{kEvents, 0, 100, std::nullopt}});
    stories.api_line(R"({"message":"story","method":"POST","route":"/a","path":"/a","status":200,)"
                     R"("duration_us":4200,"validated_us":1,"handled_us":2,"event_id":"event-0",)"
                     R"("event_type":"t","topic":"events","partition":0,"offset":0})");
    stories.api_line(
        R"({"message":"story","method":"POST","route":"/a","status":400,"duration_us":1,)"
        R"("violations":[{"in":"body","where":"/a","keyword":"type","message":"m"}]})");
    const EventBatch first = batch_of(0, "event-0");
    invoking(first);
    stories.function_busy("function", "request-1", true);
    stories.function_line("function", {"request-1"}, "\x1b[31m<b>\xff");
    invoked(first, "Function.Failed: no");
    stories.given_up("events", first, 1, "RetryAttemptsExhausted", "no", "sqs");
    const Record out{.topic_partition = kEvents, .offset = {1}};
    stories.filtered("events", out);
    stories.trouble("events", "no destination");
  }

  boost::asio::io_context io;
  Stories stories;
  std::stop_source stop;
  ConsoleOperations operations = story_operations(io, stories, stop.get_token());
  test::ConsoleContract contract;
};

TEST_F(StoryOperationsTest, AnswerAsTheContractSaysWithNothingToShow) {
  EXPECT_EQ(get("/api/state").status, 200U);
  EXPECT_EQ(get("/api/history").status, 200U);
  EXPECT_EQ(get("/api/stories").json.at("stories").as_array().size(), 0U);
  EXPECT_EQ(get("/api/stories/nothing").status, 404U);
  EXPECT_NE(get("/api/stories/nothing").detail(), "");
}

TEST_F(StoryOperationsTest, AnswerAsTheContractSaysWithEverything) {
  fill();
  const auto state = get("/api/state");
  EXPECT_EQ(state.status, 200U);
  EXPECT_EQ(state.json.at("faults").at(0).at("name"), "slow");
  EXPECT_EQ(get("/api/history").status, 200U);
  const auto list = get("/api/stories");
  EXPECT_EQ(list.json.at("stories").as_array().size(), 3U);
  for (const auto& story : list.json.at("stories").as_array()) {
    const auto found = get("/api/stories/" + std::string(story.at("id").as_string()));
    EXPECT_EQ(found.status, 200U);
    EXPECT_FALSE(found.json.at("steps").as_array().empty());
  }
  const auto story = get("/api/stories/events-0@0");
  EXPECT_EQ(story.json.at("outcome"), "given_up");
  EXPECT_EQ(story.json.at("key"), "\\xff<key>");
}

TEST_F(StoryOperationsTest, ListByTheFilters) {
  fill();
  const auto count = [&](const std::string& query) {
    return get("/api/stories?" + query).json.at("stories").as_array().size();
  };
  EXPECT_EQ(count("outcome=given_up"), 1U);
  EXPECT_EQ(count("status=4xx"), 1U);
  EXPECT_EQ(count("route=%2Fa"), 2U);
  EXPECT_EQ(count("key=%5Cxff%3Ckey%3E"), 1U);
  EXPECT_EQ(count("text=event-0"), 1U);
  EXPECT_EQ(count("limit=1"), 1U);
  EXPECT_EQ(get("/api/stories?limit=1001").status, 400U);
  EXPECT_EQ(get("/api/stories?status=9xx").status, 400U);
}

TEST_F(StoryOperationsTest, WaitForTheEndOfAStoryThatHasNotBegun) {
  const EventBatch batch = batch_of(5, "event-5");
  boost::asio::steady_timer timer(io, 20ms);
  std::thread mapping;
  timer.async_wait([&](const auto&) {
    mapping = std::thread([&] {
      invoking(batch);
      invoked(batch);
    });
  });
  const auto started = std::chrono::steady_clock::now();
  const auto story = get("/api/stories/event-5?wait_seconds=50");
  mapping.join();
  EXPECT_EQ(story.status, 200U);
  EXPECT_EQ(story.json.at("outcome"), "done");
  EXPECT_LT(std::chrono::steady_clock::now() - started, 20s);
}

TEST_F(StoryOperationsTest, AnswerWithWhatIsKnownAtTheDeadline) {
  const EventBatch batch = batch_of(5, "event-5");
  invoking(batch);
  const auto story = get("/api/stories/event-5?wait_seconds=1");
  EXPECT_EQ(story.status, 200U);
  EXPECT_EQ(story.json.at("outcome"), "handling");
  EXPECT_EQ(get("/api/stories/event-6?wait_seconds=1").status, 404U);
}

TEST_F(StoryOperationsTest, ReturnAtAStop) {
  boost::asio::steady_timer timer(io, 20ms);
  timer.async_wait([&](const auto&) { stop.request_stop(); });
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(get("/api/stories/event-5?wait_seconds=50").status, 404U);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 20s);
}

TEST_F(StoryOperationsTest, RefuseAWaitIfTooManyWait) {
  for (size_t i = 0; i < Stories::kWatchersMax; ++i) {
    static_cast<void>(stories.watch("x", [] {}));
  }
  EXPECT_EQ(get("/api/stories/event-5?wait_seconds=50").status, 503U);
  EXPECT_EQ(get("/api/stories/event-5").status, 404U);
}

}  // namespace
}  // namespace penstock::local
