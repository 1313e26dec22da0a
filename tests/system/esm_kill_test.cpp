// These tests put `penstock_local esm` under load and kill it, its function or its broker.
// Afterwards every record must have been handled, the first time in the order of its partition.
// KILL_RECORDS is the number of records, 3000 by default. `./penstock test kills` sets 20000.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <set>
#include <thread>

#include "support/esm_test.h"

namespace penstock {
namespace {

using test::EsmRun;
using test::eventually;
using test::Handled;
using test::kPatience;
using testing::HasSubstr;

constexpr int kPartitions = 3;
constexpr int kChunk = 150;
constexpr size_t kBatchSize = 20;
// The producer is at most this many records ahead of the function. So there is load until the last
// kill, but not more than the machine can bear.
constexpr size_t kAheadMax = 450;

// Returns the number of records of a load, a multiple of kChunk.
int records_of_load() {
  const char* asked = std::getenv("KILL_RECORDS");
  const int least = asked == nullptr ? 3000 : std::max(std::atoi(asked), kChunk);
  return (least + kChunk - 1) / kChunk * kChunk;
}

class EsmKillTest : public test::EsmTest {
 protected:
  const size_t records_ = static_cast<size_t>(records_of_load());

  // Starts to store numbered records, and starts a mapping that reads them.
  void load(const std::string& topic, const std::string& more = "",
            std::vector<std::string> arguments = {}) {
    topic_ = topic;
    make_topic(topic, kPartitions);
    mapping_ = mapping(topic, R"(,"BatchSize":)" + std::to_string(kBatchSize) +
                                  R"(,"MaximumBatchingWindowInSeconds":0)" + more);
    arguments_ = std::move(arguments);
    start_esm();
    producer_ = std::jthread([this](std::stop_token stop) {
      for (int first = 0; first < static_cast<int>(records_) && !stop.stop_requested();
           first += kChunk) {
        // produce() waits for a broker that was killed.
        const auto stored = test::produce(kafka().bootstrap(), topic_, numbered(first));
        if (!stored) problem_ = stored.error().message;
        if (!stored) return;
        stored_ += kChunk;
        static_cast<void>(
            eventually([&] { return stored_ - distinct() <= kAheadMax || stop.stop_requested(); },
                       2 * kPatience));
      }
    });
  }
  void start_esm() {
    esm_.reset();
    esm_ = std::make_unique<EsmRun>(start(mapping_, arguments_));
  }
  void TearDown() override { producer_ = {}; }

  static Records numbered(int first) {
    Records records;
    for (int i = first; i < first + kChunk; ++i) {
      records.push_back({.value = "n" + std::to_string(i), .partition = i % kPartitions});
    }
    return records;
  }
  [[nodiscard]] size_t distinct() const {
    std::set<std::pair<int32_t, int64_t>> positions;
    for (const auto& record : handled()) positions.emplace(record.partition, record.offset);
    return positions.size();
  }
  [[nodiscard]] bool handles_distinct(size_t count) const {
    return eventually([&] { return distinct() >= count; }, 2 * kPatience);
  }
  // Returns for a failure's message how far everything is, and what the mapping has written.
  [[nodiscard]] std::string so_far() const {
    return std::to_string(distinct()) + " of " + std::to_string(stored_) +
           " stored records were handled\n" + esm_->output();
  }
  // Kills the process that has handled the last record. Waits for a new one if it was killed
  // before.
  [[nodiscard]] bool kill_function() {
    return eventually(
        [&] {
          const auto all = handled();
          if (all.empty() || killed_.contains(all.back().function)) return false;
          killed_.insert(all.back().function);
          return ::kill(all.back().function, SIGKILL) == 0;
        },
        kPatience);
  }
  static void kill_broker() {
    kafka().kill9();
    const auto back = kafka().start();
    ASSERT_TRUE(back) << back.error().message << back.error().detail;
  }

  void expect_every_record_once_at_least_and_in_order() {
    ASSERT_TRUE(handles_distinct(records_)) << so_far();
    producer_.join();
    ASSERT_EQ(problem_, "");
    std::map<int32_t, int64_t> ends;
    for (int32_t i = 0; i < kPartitions; ++i) {
      ends[i] = static_cast<int64_t>(records_) / kPartitions;
    }
    EXPECT_TRUE(goes_on_at(topic_, ends)) << esm_->output();
    EXPECT_EQ(esm_->stop(), 0) << esm_->output();

    std::map<int32_t, std::vector<std::string>> topic;
    const auto records = test::read_topic(kafka().bootstrap(), topic_);
    ASSERT_TRUE(records) << records.error().message;
    ASSERT_EQ(records->size(), records_);
    for (const auto& record : *records) {
      topic[record.topic_partition.partition.number].push_back(record.value.value());
    }

    std::map<int32_t, std::vector<std::string>> firsts;
    std::set<std::pair<int32_t, int64_t>> seen;
    for (const Handled& record : handled()) {
      if (!seen.emplace(record.partition, record.offset).second) continue;
      auto& partition = firsts[record.partition];
      EXPECT_EQ(record.offset, static_cast<int64_t>(partition.size()))
          << "partition " << record.partition;
      partition.push_back(record.value);
    }
    EXPECT_EQ(firsts, topic);
    repeated_ = handled().size() - seen.size();
    std::cout << "handled more than once: " << repeated_ << " of " << records_ << " records\n";
  }
  [[nodiscard]] size_t processes() const {
    std::set<pid_t> all;
    for (const auto& record : handled()) all.insert(record.function);
    return all.size();
  }

  // Each of these campaigns goes on while there is load.
  void kill_the_function_five_times() {
    for (size_t i = 1; i <= 5; ++i) {
      ASSERT_TRUE(handles_distinct(i * records_ / 6)) << so_far();
      ASSERT_TRUE(kill_function()) << esm_->output();
    }
    expect_every_record_once_at_least_and_in_order();
    EXPECT_GE(processes(), 6u);
    EXPECT_THAT(esm_->output(),
                HasSubstr("function ended with signal 9 (Killed). It starts again in"));
  }
  void kill_the_mapping_three_times() {
    for (size_t i = 1; i <= 3; ++i) {
      ASSERT_TRUE(handles_distinct(i * records_ / 4)) << so_far();
      const pid_t function = handled().back().function;
      esm_->kill9();
      // The function's process must end with its parent.
      EXPECT_TRUE(eventually([&] { return ::kill(function, 0) != 0; }));
      start_esm();
    }
    expect_every_record_once_at_least_and_in_order();
    EXPECT_EQ(processes(), 4u);
  }
  void kill_the_broker_twice() {
    for (size_t i = 1; i <= 2; ++i) {
      ASSERT_TRUE(handles_distinct(i * records_ / 3)) << so_far();
      kill_broker();
    }
    expect_every_record_once_at_least_and_in_order();
    EXPECT_EQ(processes(), 1u) << esm_->output();
  }

  std::string topic_;
  std::string mapping_;
  std::vector<std::string> arguments_;
  std::unique_ptr<EsmRun> esm_;
  std::atomic<size_t> stored_ = 0;
  std::string problem_;  // The producer's; it may be read once that has ended.
  std::set<pid_t> killed_;
  size_t repeated_ = 0;    // The records that were handled again.
  std::jthread producer_;  // The last member, because it uses the others.
};

TEST_F(EsmKillTest, TheFunctionIsKilledAgainAndAgain) {
  load("function-killed");
  kill_the_function_five_times();
}

TEST_F(EsmKillTest, TheMappingIsKilledAndStartedAgain) {
  load("mapping-killed");
  kill_the_mapping_three_times();
  // Each kill repeats the batch that the function had, and the one before, whose offsets may not
  // have been stored yet.
  EXPECT_LE(repeated_, 3 * 2 * kBatchSize);
}

TEST_F(EsmKillTest, TheBrokerIsKilledAndComesBack) {
  load("broker-killed");
  kill_the_broker_twice();
}

TEST_F(EsmKillTest, ABrokerThatComesLaterIsWaitedFor) {
  make_topic("late");
  store("late", {{.value = "a"}});
  kafka().kill9();
  EsmRun esm = start(mapping("late"));
  EXPECT_TRUE(esm.says("no broker answers at " + kafka().bootstrap() + "; waiting for it"))
      << esm.output();
  const auto back = kafka().start();
  ASSERT_TRUE(back) << back.error().message << back.error().detail;
  EXPECT_TRUE(goes_on_at("late", {{0, 1}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0) << esm.output();
  EXPECT_EQ(handled().size(), 1u);
}

TEST_F(EsmKillTest, EverythingIsKilledWhileThreeWorkSideBySide) {
  load("all-killed", "", {"--concurrency", "3"});
  ASSERT_TRUE(handles_distinct(records_ / 6)) << so_far();
  ASSERT_TRUE(kill_function());
  ASSERT_TRUE(handles_distinct(2 * records_ / 6)) << so_far();
  esm_->kill9();
  start_esm();
  ASSERT_TRUE(handles_distinct(3 * records_ / 6)) << so_far();
  kill_broker();
  ASSERT_TRUE(handles_distinct(4 * records_ / 6)) << so_far();
  ASSERT_TRUE(kill_function());
  expect_every_record_once_at_least_and_in_order();
}

// A function that asks for some records again, under either reading of what comes again.
class EsmPartialKillTest : public EsmKillTest, public testing::WithParamInterface<std::string> {
 protected:
  void load_flaky(const std::string& name) {
    load(name + "-" + GetParam(),
         R"(,"FunctionResponseTypes":["ReportBatchItemFailures"])" + std::string(kProvisioned),
         {"--function", beside_us("flaky_function"), "--env", "RETRY_EVERY=250", "--partial-retry",
          GetParam()});
  }
  void TearDown() override {
    EXPECT_THAT(esm_->output(), HasSubstr("failed: batchItemFailures: "))
        << "no record was retried";
    EsmKillTest::TearDown();
  }
};

TEST_P(EsmPartialKillTest, TheFunctionIsKilledAgainAndAgain) {
  load_flaky("flaky-function-killed");
  kill_the_function_five_times();
}

TEST_P(EsmPartialKillTest, TheMappingIsKilledAndStartedAgain) {
  load_flaky("flaky-mapping-killed");
  kill_the_mapping_three_times();
}

TEST_P(EsmPartialKillTest, TheBrokerIsKilledAndComesBack) {
  load_flaky("flaky-broker-killed");
  kill_the_broker_twice();
}

INSTANTIATE_TEST_SUITE_P(Readings, EsmPartialKillTest, testing::Values("named", "from-first"),
                         [](const auto& reading) {
                           return std::string(reading.param == "named" ? "Named" : "FromFirst");
                         });

}  // namespace
}  // namespace penstock
