// These tests run a local mapping with librdkafka's in-process broker, and have what it tells an
// observer: every attempt with a batch, what becomes of it, and where the partitions are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "local/kafka/memory_broker.h"
#include "local/mapping/local_mapping.h"
#include "support/faulty_broker.h"
#include "support/kafka_client.h"
#include "support/mapping_test.h"
#include "support/recording_observer.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::kTopic;
using test::numbered;
using test::RecordingObserver;
using test::ScriptedFunction;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Batch = ScriptedFunction::Batch;

constexpr const char* kStarting =
    "mapping events is starting: its consumer group has not assigned partitions to it yet";
constexpr const char* kStopped = "mapping events is stopped: it was stopped";

// Returns what the first member of librdkafka's in-process group needs (kMemorySession of the
// mapping's own tests).
LocalMappingSettings settings_for(const std::string& bootstrap, RecordingObserver& observer) {
  LocalMappingSettings settings;
  settings.source = {.cluster = {.bootstrap = bootstrap},
                     .topics = {kTopic},
                     .group_id = "group",
                     .session_timeout = milliseconds(3'500)};
  settings.rules = test::quick();
  settings.observer = &observer;
  return settings;
}

// Runs a mapping with a function of the test.
class Running {
 public:
  Running(LocalMappingSettings settings, ScriptedFunction::Script script)
      : function_(std::move(script)), mapping_(io_, terminal_, &function_, std::move(settings)) {
    EXPECT_TRUE(mapping_.start());
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Running() {
    boost::asio::post(io_, [this] {
      mapping_.ask_to_stop(milliseconds(5'000));
      boost::asio::co_spawn(io_, mapping_.ended(), [this](auto) { work_.reset(); });
    });
    thread_.join();
  }

 private:
  boost::asio::io_context io_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      io_.get_executor()};
  Terminal terminal_{STDERR_FILENO};
  ScriptedFunction function_;
  LocalMapping mapping_;
  std::thread thread_;
};

InvocationOutcome success(int number) {
  return {.request_id = "r" + std::to_string(number)};
}
InvocationOutcome failure(int number) {
  return {.request_id = "r" + std::to_string(number), .error_type = "Error"};
}
bool has_value(const Batch& batch, const std::string& value) {
  return std::any_of(batch.begin(), batch.end(),
                     [&](const auto& seen) { return seen.value == value; });
}

class ObservedMapping : public ::testing::Test {
 protected:
  void serve(int partitions = 1) {
    auto broker = MemoryBroker::start(kTopic, partitions);
    ASSERT_TRUE(broker);
    broker_.emplace(std::move(*broker));
  }
  void store(const std::vector<test::NewRecord>& records) {
    const auto stored = test::produce(broker_->bootstrap(), kTopic, records);
    ASSERT_TRUE(stored) << stored.error().message;
  }
  // Runs until the group has stored this offset of the first partition, and returns what it heard.
  std::vector<std::string> play(LocalMappingSettings settings, ScriptedFunction::Script script,
                                int64_t until) {
    {
      const Running running(std::move(settings), std::move(script));
      EXPECT_TRUE(
          observer_.wait_for([&] { return observer_.offsets_[{kTopic, {0}}].committed == until; }));
    }
    return observer_.log_;
  }
  LocalMappingSettings settings() { return settings_for(broker_->bootstrap(), observer_); }

  std::optional<MemoryBroker> broker_;
  RecordingObserver observer_;
};

TEST_F(ObservedMapping, TellsEachAttemptAndWhatFollows) {
  serve();
  store(numbered(0, 2));
  const auto heard = play(
      settings(),
      [](int number, const Batch&, std::stop_token) {
        return number < 2 ? failure(number) : success(number);
      },
      2);
  EXPECT_THAT(heard, ElementsAre(kStarting, "events/0 reads events-0", "mapping events is running",
                                 "events/0 attempt 1: events-0 0..1",
                                 "events/0 attempt 1: events-0 0..1 (r0) failed: Error: , again in "
                                 "20 ms",
                                 "events/0 attempt 2: events-0 0..1",
                                 "events/0 attempt 2: events-0 0..1 (r1) failed: Error: , again in "
                                 "40 ms",
                                 "events/0 attempt 3: events-0 0..1",
                                 "events/0 attempt 3: events-0 0..1 (r2) done",
                                 "events/0 reads nothing", kStopped));
}

TEST_F(ObservedMapping, TellsTheNamedRecordsAndWhatIsGivenUpWithoutADestination) {
  serve();
  store(numbered(0, 3));
  LocalMappingSettings settings = this->settings();
  settings.rules.retries = {.maximum_retry_attempts = 1, .report_batch_item_failures = true};
  const auto heard = play(
      std::move(settings),
      [](int, const Batch&, std::stop_token) {
        return InvocationOutcome{.response = R"({"batchItemFailures":[{"itemIdentifier":)"
                                             R"({"partition":"events-0","offset":1}}]})"};
      },
      3);
  const std::string why = "batchItemFailures: events-0@1";
  EXPECT_THAT(
      std::vector<std::string>(heard.begin() + 3, heard.end() - 2),
      ElementsAre(
          "events/0 attempt 1: events-0 0..2",
          "events/0 attempt 1: events-0 0..2 failed: " + why + ", names events-0@1, again in 20 ms",
          "events/0 attempt 2: events-0 1",
          "events/0 attempt 2: events-0 1 failed: " + why + ", names events-0@1, never again",
          "events gives up events-0 1 after 2: RetryAttemptsExhausted, " + why));
}

TEST_F(ObservedMapping, TellsHalvesAndTheDestination) {
  serve();
  ASSERT_TRUE(broker_->create("dead", 1));
  store(numbered(0, 4));
  LocalMappingSettings settings = this->settings();
  settings.destination = "kafka://dead";
  settings.function.name = "function";
  settings.function.region = "us-east-1";
  settings.rules.retries = {
      .maximum_retry_attempts = 0, .bisect_batch_on_function_error = true, .has_destination = true};
  settings.rules.retry_pause_max = settings.rules.retry_pause_min;
  const auto heard = play(
      std::move(settings),
      [](int number, const Batch& batch, std::stop_token) {
        return has_value(batch, "2") ? failure(number) : success(number);
      },
      4);
  EXPECT_THAT(
      std::vector<std::string>(heard.begin() + 3, heard.end() - 2),
      ElementsAre("events/0 attempt 1: events-0 0..3",
                  "events/0 attempt 1: events-0 0..3 (r0) failed: Error: , again in 20 ms",
                  "events/0 attempt 2: events-0 0..1",
                  "events/0 attempt 2: events-0 0..1 (r1) done",
                  "events/0 attempt 2: events-0 2..3",
                  "events/0 attempt 2: events-0 2..3 (r2) failed: Error: , again in 20 ms",
                  "events/0 attempt 3: events-0 2",
                  "events/0 attempt 3: events-0 2 (r3) failed: Error: , never again",
                  "events gives up events-0 2 after 3: RetryAttemptsExhausted, Error: , to "
                  "kafka://dead",
                  "events/0 attempt 3: events-0 3", "events/0 attempt 3: events-0 3 (r4) done"));
}

TEST_F(ObservedMapping, TellsWhatTheFilterLeavesOut) {
  serve();
  store(numbered(0, 3));
  LocalMappingSettings settings = this->settings();
  auto filter =
      EventFilter::parse(boost::json::parse(R"({"Filters":[{"Pattern":"{\"value\":[\"1\"]}"}]})"));
  ASSERT_TRUE(filter);
  settings.rules.filter = std::move(*filter);
  const auto heard = play(
      std::move(settings),
      [](int number, const Batch&, std::stop_token) { return success(number); }, 3);
  EXPECT_THAT(
      std::vector<std::string>(heard.begin() + 3, heard.end() - 2),
      ElementsAre("events leaves out events-0@0", "events leaves out events-0@2",
                  "events/0 attempt 1: events-0 1", "events/0 attempt 1: events-0 1 (r0) done"));
}

TEST_F(ObservedMapping, ARecordThatFitsIntoNoEventHasItsAttemptsToo) {
  serve();
  store({{.value = std::string(5'000, 'x')}});
  LocalMappingSettings settings = this->settings();
  settings.rules.event_bytes_max = 4'000;
  settings.rules.retries = {.maximum_retry_attempts = 0};
  const auto heard = play(
      std::move(settings),
      [](int number, const Batch&, std::stop_token) { return success(number); }, 1);
  ASSERT_EQ(heard.size(), 8u);
  EXPECT_EQ(heard[3], "events/0 attempt 1: events-0 0");
  EXPECT_THAT(heard[4], HasSubstr("failed: RequestEntityTooLargeException: a record of"));
  EXPECT_THAT(heard[5], HasSubstr("events gives up events-0 0 after 1: RetryAttemptsExhausted, "
                                  "RequestEntityTooLargeException: a record of"));
}

TEST_F(ObservedMapping, TellsTheLagWhileABatchIsLongInTheFunctionAndNothingIsFetched) {
  serve();
  store(numbered(0, 1));
  LocalMappingSettings settings = this->settings();
  settings.source.cluster.properties = {{"queued.min.messages", "1"},
                                        {"queued.max.messages.kbytes", "1"},
                                        {"fetch.message.max.bytes", "100"}};
  std::promise<void> released;
  auto gate = released.get_future().share();
  const auto has = [&](int64_t end, int64_t committed) {
    const auto& offsets = observer_.offsets_[{kTopic, {0}}];
    return offsets.begin == 0 && offsets.end == end && offsets.committed == committed;
  };
  const Running running(std::move(settings), [&](int number, const Batch&, std::stop_token) {
    gate.wait();
    return success(number);
  });
  EXPECT_TRUE(observer_.wait_for([&] { return has(1, 0); }));
  store(numbered(1, 200));
  EXPECT_TRUE(observer_.wait_for([&] { return has(201, 0); })) << "the batch is still there";
  released.set_value();
  EXPECT_TRUE(observer_.wait_for([&] { return has(201, 201); }));
}

TEST_F(ObservedMapping, AnInvocationEndsForTheObserverAlsoIfItsPartitionIsTakenMeanwhile) {
  serve(2);
  store(numbered(0, 2, 2));
  std::promise<void> released;
  auto gate = released.get_future().share();
  LocalMappingSettings settings = this->settings();
  // Both partitions' records are in one batch, however busy the machine is.
  settings.rules.batching_window = std::chrono::seconds(3);
  const Running first(std::move(settings), [&](int number, const Batch&, std::stop_token) {
    if (number == 0) gate.wait();
    return failure(number);
  });
  ASSERT_TRUE(observer_.wait_for(
      [&] { return observer_.has("events/0 attempt 1: events-0 0, events-1 0"); }));
  RecordingObserver other;
  const Running second(settings_for(broker_->bootstrap(), other),
                       [](int number, const Batch&, std::stop_token) { return success(number); });
  ASSERT_TRUE(observer_.wait_for([&] { return observer_.has("events/0 reads nothing"); }));
  released.set_value();
  const auto is_end = [](const std::string& line) {
    return line.starts_with("events/0 attempt 1: events-0 0, events-1 0 (r0) failed: Error: ");
  };
  EXPECT_TRUE(observer_.wait_for(
      [&] { return std::any_of(observer_.log_.begin(), observer_.log_.end(), is_end); }));
  // Each has one of the partitions now.
  EXPECT_TRUE(other.wait_for([&] {
    return other.has("events/0 reads events-0") || other.has("events/0 reads events-1");
  }));
}

TEST(ObservedOutage, TheMappingIsDownWhileKafkaIsAwayAndTheFunctionsAnswerIsToldMeanwhile) {
  test::FaultyBroker broker(kTopic);
  ASSERT_TRUE(test::produce(broker.bootstrap(), kTopic, numbered(0, 1)));
  RecordingObserver observer;
  std::promise<void> released;
  auto gate = released.get_future().share();
  const Running running(settings_for(broker.bootstrap(), observer),
                        [&](int number, const Batch&, std::stop_token) {
                          gate.wait();
                          return success(number);
                        });
  ASSERT_TRUE(observer.wait_for([&] { return observer.has("events/0 attempt 1: events-0 0"); }));
  broker.go_down();
  const auto says = [&](std::string_view start) {
    return !observer.log_.empty() &&
           std::any_of(observer.log_.begin(), observer.log_.end(),
                       [&](const auto& line) { return line.starts_with(start); });
  };
  ASSERT_TRUE(observer.wait_for([&] { return says("mapping events is down: "); }));
  released.set_value();
  EXPECT_TRUE(observer.wait_for([&] { return says("events/0 attempt 1: events-0 0 (r0) done"); },
                                seconds(2)));
  broker.come_up();
  EXPECT_TRUE(observer.wait_for([&] {
    return observer.log_.back() == "mapping events is running" ||
           observer.offsets_[{kTopic, {0}}].committed == 1;
  }));
}

}  // namespace
}  // namespace penstock::local
