#include "local/stories/stories.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "json/parse.h"

namespace penstock::local {
namespace {

using namespace std::chrono_literals;

const TopicPartition kEvents{"events", {0}};

Record record(int64_t offset, const std::string& event_id = "") {
  Record made{.topic_partition = kEvents, .offset = {offset}, .timestamp_ms = 1'800'000'000'000};
  made.key = "key-" + std::to_string(offset);
  made.value = "{}";
  if (!event_id.empty()) made.headers = {{"ce_id", event_id}, {"ce_type", "order.created"}};
  return made;
}

EventBatch batch_of(int64_t first, int64_t last) {
  EventBatch batch;
  for (int64_t offset = first; offset <= last; ++offset) {
    const Record one = record(offset, "event-" + std::to_string(offset));
    batch.add(one, record_json(one));
  }
  return batch;
}

std::string story_line(int64_t offset, int status = 200) {
  const std::string number = std::to_string(offset);
  return R"({"time":"2027-01-15T08:00:00.000000Z","level":"INFO","message":"story",)"
         R"("method":"POST","route":"/orders","path":"/orders","status":)" +
         std::to_string(status) +
         R"(,"duration_us":4200,"validated_us":100,"handled_us":300,)"
         R"("stored_us":4000,"event_id":"event-)" +
         number + R"(","event_type":"order.created","topic":"events","partition":0,"offset":)" +
         number + R"(,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})";
}

// A system whose clock stands still unless it is moved.
class StoriesTest : public testing::Test {
 protected:
  void SetUp() override { stories.assigned("events", 0, {kEvents}); }

  [[nodiscard]] boost::json::value story(const std::string& name) {
    const auto found = stories.find(name);
    return found ? json::parse(found->json).value() : boost::json::value();
  }
  [[nodiscard]] std::string outcome(const std::string& name) {
    const auto found = story(name);
    return found.is_null() ? "" : std::string(found.at("outcome").as_string());
  }
  // The kinds of the story's steps, with spaces between them.
  [[nodiscard]] std::string steps(const std::string& name) {
    std::string text;
    const auto found = story(name);
    for (const auto& step : found.at("steps").as_array()) {
      text += (text.empty() ? "" : " ") + std::string(step.at("step").as_string());
    }
    return text;
  }
  [[nodiscard]] std::vector<std::string> log_of(const std::string& name) {
    std::vector<std::string> lines;
    const auto found = story(name);
    for (const auto& step : found.at("steps").as_array()) {
      if (step.at("step") == "log") lines.emplace_back(step.at("text").as_string());
    }
    return lines;
  }
  [[nodiscard]] boost::json::value state() { return json::parse(stories.state()).value(); }
  [[nodiscard]] int64_t promise(const char* name) {
    return state().at("promise").at(name).to_number<int64_t>();
  }
  // Invokes the function, which writes these lines, and ends so.
  void invoke(const EventBatch& batch, const std::string& reason = "", const RecordSet& named = {},
              const std::vector<std::string>& lines = {}, int64_t attempt = 1) {
    const std::string request_id = "request-" + std::to_string(++requests);
    stories.invoking({"events", 0, batch, attempt});
    stories.function_busy("function", request_id, true);
    for (const std::string& line : lines) stories.function_line("function", {request_id}, line);
    stories.function_busy("function", request_id, false);
    stories.invoked(
        {"events", 0, batch, attempt},
        {request_id, 3ms, reason, named, reason.empty() ? std::nullopt : std::optional(1000ms)});
  }

  // The requests of story_line() were received 10 ms before.
  base::SystemTime now{std::chrono::milliseconds(1'800'000'000'010)};
  Stories stories{{.now = [this] { return now; }}};
  int requests = 0;
};

TEST_F(StoriesTest, TellARequestUntilItsRecordIsDone) {
  stories.api_line(story_line(0));
  EXPECT_EQ(outcome("event-0"), "stored");
  EXPECT_EQ(steps("event-0"), "received validated handled published stored answered");
  EXPECT_FALSE(stories.find("event-0")->ended);
  invoke(batch_of(0, 0), "", {}, {"hello"});
  EXPECT_EQ(outcome("event-0"), "done");
  EXPECT_EQ(steps("event-0"),
            "received validated handled published stored answered read invoked log done");
  EXPECT_TRUE(stories.find("event-0")->ended);
  const auto found = story("events-0@0");
  EXPECT_EQ(found.at("kind"), "request");
  EXPECT_EQ(found.at("key"), "key-0");
  EXPECT_EQ(found.at("attempts"), 1);
  EXPECT_EQ(found.at("id"), story("4bf92f3577b34da6a3ce929d0e0e4736").at("id"));
  EXPECT_EQ(story(std::string(found.at("id").as_string())), found);
}

TEST_F(StoriesTest, JoinARequestWhoseLineComesLast) {
  invoke(batch_of(0, 0));
  EXPECT_EQ(story("event-0").at("kind"), "record");
  stories.api_line(story_line(0));
  const auto found = story("event-0");
  EXPECT_EQ(found.at("kind"), "request");
  EXPECT_EQ(found.at("outcome"), "done");
  EXPECT_EQ(found.at("status"), 200);
  EXPECT_EQ(state().at("stories").at("kept"), 1);
  EXPECT_EQ(promise("waiting"), 0);
  EXPECT_EQ(promise("lost"), 0);
  EXPECT_EQ(promise("doubled"), 0);
}

TEST_F(StoriesTest, TellARecordOfAnotherProducer) {
  invoke(batch_of(7, 8));
  EXPECT_EQ(steps("events-0@7"), "stored read invoked done");
  EXPECT_EQ(story("event-8").at("event_type"), "order.created");
  EXPECT_EQ(promise("acknowledged"), 0);
  EXPECT_EQ(promise("handled"), 2);
}

TEST_F(StoriesTest, ShowEachViolationWithItsLine) {
  stories.api_line(
      R"({"message":"story","method":"GET","route":"/words","status":400,"duration_us":90,)"
      R"("validated_us":50,"violations":[{"in":"query","where":"name","keyword":"pattern",)"
      R"("message":"does not match <b>","place":"openapi.yaml:12"},)"
      R"({"in":"body","where":"/a","keyword":"type","message":"must be a string"}]})");
  const auto list = json::parse(stories.list({})).value();
  ASSERT_EQ(list.at("stories").as_array().size(), 1U);
  const auto found = story(std::string(list.at("stories").at(0).at("id").as_string()));
  EXPECT_EQ(found.at("outcome"), "invalid");
  const auto& violation = found.at("steps").at(1);
  EXPECT_EQ(violation.at("step"), "violation");
  EXPECT_EQ(violation.at("text"), "query name does not match <b> (openapi.yaml:12)");
  EXPECT_EQ(violation.at("details").at("keyword"), "pattern");
  EXPECT_EQ(found.at("steps").at(2).at("details").at("where"), "/a");
}

TEST_F(StoriesTest, CountARequestOnceThoughItWritesTwoLines) {
  std::string request = story_line(0);
  request.replace(request.find("story"), 5, "request");
  stories.api_line(story_line(0));
  stories.api_line(request);
  EXPECT_EQ(state().at("api").at("requests"), 1);
  EXPECT_EQ(promise("acknowledged"), 1);
}

TEST_F(StoriesTest, TakeTheRequestsOfAnApiThatTellsNoStories) {
  stories.api_line(
      R"({"time":"2027-01-15T08:00:00Z","message":"request","method":"POST","route":"/orders",)"
      R"("status":200,"duration_us":4200,"event_id":"event-0","partition":0,"offset":0})");
  stories.set_mapping("events", {.topic = "events"});
  stories.api_line(
      R"({"time":"2027-01-15T08:00:00Z","message":"request","method":"POST","route":"/orders",)"
      R"("status":200,"duration_us":4200,"event_id":"event-1","partition":0,"offset":1})");
  EXPECT_EQ(promise("acknowledged"), 2);
  invoke(batch_of(0, 1));
  EXPECT_EQ(steps("event-1"), "received published stored answered read invoked done");
  EXPECT_EQ(outcome("event-0"), "done");
}

TEST_F(StoriesTest, FollowAnEventOfWhichNobodyKnewWhetherItIsStored) {
  stories.api_line(
      R"({"message":"story","method":"POST","route":"/orders","status":504,"duration_us":4200,)"
      R"("event_id":"event-3","topic":"events"})");
  EXPECT_EQ(outcome("event-3"), "failed");
  invoke(batch_of(3, 3));
  EXPECT_EQ(outcome("event-3"), "done");
  EXPECT_EQ(story("event-3").at("kind"), "request");
  EXPECT_EQ(story("event-3").at("offset"), 3);
}

TEST_F(StoriesTest, CountASecondCopyOfAnEventAsDoubled) {
  EventBatch batch;
  batch.add(record(0, "same"), record_json(record(0, "same")));
  batch.add(record(1, "same"), record_json(record(1, "same")));
  invoke(batch);
  EXPECT_EQ(promise("handled"), 2);
  EXPECT_EQ(promise("doubled"), 1);
}

TEST_F(StoriesTest, GiveALineToTheRecordThatItIsAbout) {
  const auto line = [](const char* type, int offset) {
    return std::string(R"({"timestamp":"2027-01-15T08:00:00.000Z","requestId":"r","type":")") +
           type + R"(","value":{"topic":"events","partition":0,"offset":)" +
           std::to_string(offset) + R"(,"headers":{"ce_id":"event-)" + std::to_string(offset) +
           "\"}}}";
  };
  const std::string message = R"({"requestId":"r","type":"MESSAGE","value":{"name":"Paul"}})";
  const std::string metrics = R"({"_aws":{"Timestamp":1},"Records":2,"requestId":"r"})";
  invoke(batch_of(0, 1), "", {},
         {"START", line("RECORD", 0), message, line("RECORD", 1),
          R"({"message":"custom","ce_id":"event-1"})", metrics, "END"});
  EXPECT_EQ(log_of("event-0"),
            (std::vector<std::string>{line("RECORD", 0), "START", message, metrics, "END"}));
  EXPECT_EQ(log_of("event-1").size(), 5U);
  EXPECT_EQ(log_of("event-1")[0], line("RECORD", 1));
}

TEST_F(StoriesTest, TellPoisonFromWhatIsDone) {
  const auto exception = [](int offset, const char* outcome) {
    return R"({"requestId":"r","type":"EXCEPTION","value":{"reason":"no <such> thing",)"
           R"("topic":"events","partition":0,"offset":)" +
           std::to_string(offset) + outcome + "}}";
  };
  invoke(batch_of(0, 2), "batchItemFailures: events-0@2", {{kEvents, {{2}}}},
         {exception(0, R"(,"outcome":"poison")"), exception(1, ""),
          exception(2, R"(,"outcome":"retry")")});
  EXPECT_EQ(outcome("event-0"), "poison");
  EXPECT_EQ(outcome("event-1"), "done");  // The handler has only said something.
  EXPECT_EQ(outcome("event-2"), "retrying");
  EXPECT_EQ(story("event-2").at("steps").as_array().back().at("step"), "waits");
  const boost::json::value last = story("event-0").at("steps").as_array().back();
  EXPECT_EQ(last.at("text"), "The function has refused it for good: no <such> thing");
  EXPECT_TRUE(stories.find("event-0")->ended);
  EXPECT_EQ(promise("handled"), 2);
}

TEST_F(StoriesTest, FollowARecordThroughRetriesUntilItIsGivenUp) {
  invoke(batch_of(0, 3), "Function.Failed: no");
  EXPECT_EQ(outcome("event-3"), "retrying");
  invoke(batch_of(0, 1), "", {}, {}, 2);
  invoke(batch_of(2, 3), "", {{kEvents, {{3}}}}, {}, 2);
  EXPECT_EQ(outcome("event-2"), "done");
  invoke(batch_of(3, 3), "Function.Failed: no", {}, {}, 3);
  stories.given_up("events", batch_of(3, 3), 3, "RetryAttemptsExhausted", "no", "sqs queue");
  EXPECT_EQ(outcome("event-3"), "given_up");
  EXPECT_EQ(steps("event-0"), "stored read invoked failed waits invoked done");
  const boost::json::value last = story("event-3").at("steps").as_array().back();
  EXPECT_EQ(last.at("details").at("destination"), "sqs queue");
  EXPECT_EQ(promise("given_up"), 1);
  EXPECT_EQ(state().at("mappings").at(0).at("retries"), 3);
  EXPECT_EQ(state().at("function").at("failures"), 2);
  // A redrive, which has no poller.
  stories.invoking({"events", -1, batch_of(3, 3), 4});
  EXPECT_EQ(outcome("event-3"), "handling");
  stories.invoked({"events", -1, batch_of(3, 3), 4}, {"r", 1ms, "no", {}, std::nullopt});
  EXPECT_EQ(outcome("event-3"), "given_up");
  stories.invoking({"events", -1, batch_of(3, 3), 5});
  stories.invoked({"events", -1, batch_of(3, 3), 5}, {"r", 1ms, "", {}, std::nullopt});
  EXPECT_EQ(outcome("event-3"), "done");
  EXPECT_EQ(promise("given_up"), 0);
  EXPECT_EQ(promise("handled"), 4);
  EXPECT_EQ(promise("doubled"), 0);
}

TEST_F(StoriesTest, EndWithAFilter) {
  stories.api_line(story_line(0));
  stories.filtered("events", record(0, "event-0"));
  stories.filtered("events", record(1, "event-1"));
  EXPECT_EQ(outcome("event-0"), "filtered");
  EXPECT_EQ(steps("event-1"), "stored filtered");
  EXPECT_EQ(promise("waiting"), 0);
  EXPECT_EQ(state().at("mappings").at(0).at("filtered"), 2);
}

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
  std::atomic<int> told = 0;
  const auto event = stories.watch("event-5", [&] { ++told; });
  const auto place = stories.watch("events-0@99999", [&] { told += 100; });
  ASSERT_TRUE(event && place);
  stories.api_line(story_line(4));
  EXPECT_EQ(told, 0);
  stories.api_line(story_line(5));
  EXPECT_EQ(told, 1);
  invoke(batch_of(5, 5));
  EXPECT_GE(told, 2);
  stories.unwatch(*event);
  told = 0;
  for (int64_t i = 0; i < 10; ++i) invoke(batch_of(1000 + 100 * i, 1099 + 100 * i));
  // It would be left out if nobody waited for it.
  invoke(batch_of(99'900, 99'999));
  EXPECT_EQ(told, 200);
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
  // Where the offset was stored, the end is not told.
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
