// These tests run an event source mapping with librdkafka's in-process broker: how batches are
// made, retried and committed. event_source_mapping_kafka_test.cpp has what needs a real broker.
#include "local/mapping/event_source_mapping.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <future>
#include <map>
#include <stdexcept>
#include <thread>

#include "local/kafka/memory_broker.h"
#include "support/mapping_test.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::first_offsets;
using test::from_zero;
using test::kGroup;
using test::kTopic;
using test::NewRecord;
using test::numbered;
using test::quick;
using test::ScriptedFunction;
using test::start_mapping;
using test::stop_mapping;
using Batch = ScriptedFunction::Batch;

std::vector<std::string> values(const Batch& batch) {
  std::vector<std::string> result;
  for (const auto& seen : batch) result.push_back(seen.value);
  return result;
}

std::vector<std::string> numbers(int first, int count) {
  std::vector<std::string> result;
  for (int i = first; i < first + count; ++i) result.push_back(std::to_string(i));
  return result;
}

// librdkafka's in-process broker accepts the first member of a group after 3 s, before which its
// session must not end. It accepts the next member one second before the end of the session.
constexpr milliseconds kMemorySession{3500};

// MappingInMemory is the fixture for what librdkafka's in-process broker can do.
class MappingInMemory : public ::testing::Test {
 protected:
  void serve(int partitions = 1) {
    auto broker = MemoryBroker::start(kTopic, partitions);
    ASSERT_TRUE(broker);
    broker_.emplace(std::move(*broker));
  }
  void store(const std::vector<NewRecord>& records) {
    const auto stored = test::produce(broker_->bootstrap(), kTopic, records);
    ASSERT_TRUE(stored) << stored.error().message;
  }
  auto start(ScriptedFunction& function, MappingRules settings = quick()) {
    return start_mapping(broker_->bootstrap(), function, std::move(settings), kMemorySession);
  }
  std::map<int32_t, int64_t> committed() {
    return test::committed_offsets(broker_->bootstrap(), kGroup, kTopic).value();
  }

  std::optional<MemoryBroker> broker_;
};

TEST_F(MappingInMemory, ABatchEndsAtItsSizeOrWithItsWindow) {
  serve();
  store(numbered(0, 25));
  ScriptedFunction function;
  MappingRules settings = quick();
  settings.batch_size = 10;
  settings.batching_window = milliseconds(1000);  // Only the last batch waits for it.
  auto mapping = start(function, settings);
  ASSERT_TRUE(function.wait([](auto& f) { return f.all().size() == 25; }));
  stop_mapping(mapping, function);
  ASSERT_EQ(function.batches_.size(), 3u);
  EXPECT_EQ(values(function.batches_[0]), numbers(0, 10));
  EXPECT_EQ(values(function.batches_[1]), numbers(10, 10));
  EXPECT_EQ(values(function.batches_[2]), numbers(20, 5));
}

TEST_F(MappingInMemory, ARecordWaitsForOthersNoLongerThanTheWindow) {
  serve();
  ScriptedFunction function;
  MappingRules settings = quick();
  settings.batching_window = milliseconds(400);
  auto mapping = start(function, settings);
  ASSERT_TRUE(function.wait([](auto& f) { return !f.assignments_.empty(); }));
  const auto began = steady_clock::now();
  store(numbered(0, 3));
  ASSERT_TRUE(function.wait([](auto& f) { return !f.batches_.empty(); }));
  EXPECT_GE(steady_clock::now() - began, settings.batching_window);
  stop_mapping(mapping, function);
  EXPECT_EQ(values(function.batches_[0]), numbers(0, 3));
}

TEST_F(MappingInMemory, WithoutAWindowABatchHasWhatIsThere) {
  serve();
  store(numbered(0, 100));
  ScriptedFunction function;
  MappingRules settings = quick();
  settings.batch_size = 10;
  settings.batching_window = milliseconds(0);
  auto mapping = start(function, settings);
  ASSERT_TRUE(function.wait([](auto& f) { return f.all().size() == 100; }));
  stop_mapping(mapping, function);
  EXPECT_EQ(values(function.all()), numbers(0, 100));
  EXPECT_LE(function.batches_.size(), 20u) << "10, unless the records came in parts";
}

TEST_F(MappingInMemory, ABatchEndsBeforeItsPayloadIsTooLarge) {
  serve();
  store({{.value = std::string(1000, 'a')},
         {.value = std::string(1000, 'b')},
         {.value = std::string(2000, 'c')}});
  ScriptedFunction function;
  MappingRules settings = quick();
  // There is room for the two small values in base64, but not for the third, too.
  settings.event_bytes_max = 4000;
  auto mapping = start(function, settings);
  ASSERT_TRUE(function.wait([](auto& f) { return f.all().size() == 3; }));
  stop_mapping(mapping, function);
  ASSERT_EQ(function.batches_.size(), 2u);
  EXPECT_EQ(function.batches_[0].size(), 2u);
  EXPECT_EQ(function.batches_[1].size(), 1u);
}

TEST_F(MappingInMemory, AFailedBatchComesAgainAndItsOffsetsAreStoredOnlyAfterSuccess) {
  serve();
  store(numbered(0, 3));
  std::promise<std::map<int32_t, int64_t>> before_success;
  ScriptedFunction function([&](int number, const Batch&, std::stop_token) {
    if (number < 2) return ScriptedFunction::failure();
    if (number == 2) before_success.set_value(committed());
    return ScriptedFunction::success();
  });
  auto mapping = start(function);
  ASSERT_TRUE(function.wait([](auto& f) { return !f.committed_.empty(); }));
  EXPECT_TRUE(before_success.get_future().get().empty());
  EXPECT_EQ(committed(), (std::map<int32_t, int64_t>{{0, 3}}));
  stop_mapping(mapping, function);
  EXPECT_EQ(function.failures_, 2);
  ASSERT_EQ(function.batches_.size(), 3u);
  for (const auto& batch : function.batches_) EXPECT_EQ(values(batch), numbers(0, 3));
}

TEST_F(MappingInMemory, TheNextBatchIsReadWhileTheFunctionWorksAndWaitsForTheRetriesOfThisOne) {
  serve();
  store(numbered(0, 25));
  std::atomic<int> filtered = 0;
  ScriptedFunction function([&](int number, const Batch&, std::stop_token) {
    if (number > 0) return number < 3 ? ScriptedFunction::failure() : ScriptedFunction::success();
    // The record behind the second batch is filtered out, which the mapping sees meanwhile.
    const auto end = steady_clock::now() + std::chrono::seconds(60);
    while (filtered == 0 && steady_clock::now() < end) std::this_thread::yield();
    return ScriptedFunction::failure();
  });
  function.on_filtered_ = [&] { ++filtered; };
  MappingRules settings = quick();
  settings.batch_size = 10;
  const auto criteria = boost::json::parse(
      R"({"Filters":[{"Pattern":"{\"value\":[{\"anything-but\":[\"15\"]}]}"}]})");
  settings.filter = EventFilter::parse(criteria).value();
  auto mapping = start(function, std::move(settings));
  ASSERT_TRUE(function.wait([](auto& f) { return f.batches_.size() == 6; }));
  stop_mapping(mapping, function);
  EXPECT_EQ(filtered, 1);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(values(function.batches_[i]), numbers(0, 10)) << i;
  EXPECT_EQ(values(function.batches_[4])[0], "10");
  EXPECT_EQ(values(function.batches_[5])[0], "21");
}

TEST_F(MappingInMemory, ACrashAtAnyPointRepeatsTwoBatchesAtMost) {
  serve();
  store(numbered(0, 100));
  std::vector<int64_t> stored;
  ScriptedFunction function([&](int, const Batch&, std::stop_token) {
    // A crash now would begin here again.
    const auto now = committed();
    stored.push_back(now.empty() ? 0 : now.begin()->second);
    return ScriptedFunction::success();
  });
  MappingRules settings = quick();
  settings.batch_size = 10;
  auto mapping = start(function, std::move(settings));
  ASSERT_TRUE(function.wait([](auto& f) { return f.batches_.size() == 10; }));
  stop_mapping(mapping, function);
  ASSERT_EQ(stored.size(), 10u);
  for (size_t i = 0; i < stored.size(); ++i) {
    const int64_t first = function.batches_[i].front().offset;
    EXPECT_LE(stored[i], first) << "never before the batch is finished";
    EXPECT_GE(stored[i], first - 10) << "the batch itself, and the one before";
  }
  EXPECT_EQ(committed(), (std::map<int32_t, int64_t>{{0, 100}}));
}

TEST_F(MappingInMemory, AnInvocationThatThrowsIsAFailureAndComesAgain) {
  serve();
  store(numbered(0, 1));
  ScriptedFunction function([](int number, const Batch&, std::stop_token) {
    if (number == 0) throw std::runtime_error("thrown by a test");
    if (number == 1) throw 42;  // What is no std::exception counts, too.
    return ScriptedFunction::success();
  });
  auto mapping = start(function);
  ASSERT_TRUE(function.wait([](auto& f) { return !f.committed_.empty(); }));
  stop_mapping(mapping, function);
  EXPECT_EQ(function.failures_, 2);
  EXPECT_EQ(function.batches_.size(), 3u);
}

TEST_F(MappingInMemory, GoesOnWhereTheOneBeforeItWasAndTakesUpWhatThatAbandoned) {
  serve();
  store(numbered(0, 5));
  ScriptedFunction first([](int number, const Batch&, std::stop_token stop) {
    if (number == 0) return ScriptedFunction::success();
    std::promise<void> stopped;  // A function that never answers.
    const std::stop_callback callback(stop, [&] { stopped.set_value(); });
    stopped.get_future().get();
    return ScriptedFunction::failure();
  });
  auto mapping = start(first);
  ASSERT_TRUE(first.wait([](auto& f) { return f.committed_.contains(0); }));
  store(numbered(5, 3));
  ASSERT_TRUE(first.wait([](auto& f) { return f.batches_.size() == 2; }));
  const auto began = steady_clock::now();
  stop_mapping(mapping, first, milliseconds(200));
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(8));

  ScriptedFunction second;
  mapping = start(second);
  ASSERT_TRUE(second.wait([](auto& f) { return f.all().size() >= 3; }));
  stop_mapping(mapping, second);
  EXPECT_EQ(values(second.all()), numbers(5, 3));
}

TEST_F(MappingInMemory, ReportsWhileItWaitsAndOnceMoreAtItsEnd) {
  serve();
  store(numbered(0, 3));
  ScriptedFunction function([](int number, const Batch&, std::stop_token) {
    return number == 0 ? ScriptedFunction::failure() : ScriptedFunction::success();
  });
  MappingRules settings = quick();
  settings.report_pause = milliseconds(1);
  auto mapping = start(function, std::move(settings));
  const auto is_at_end = [](const MappingReport& report) {
    return report.partitions.size() == 1 && report.partitions[0].committed == 3 &&
           report.partitions[0].lag() == 0 && report.counts.polled == 0;
  };
  ASSERT_TRUE(
      function.wait([&](auto& f) { return !f.reports_.empty() && is_at_end(f.reports_.back()); }));
  stop_mapping(mapping, function);
  MappingCounts sum;
  for (const MappingReport& report : function.reports_) {
    sum.polled += report.counts.polled;
    sum.invoked += report.counts.invoked;
    sum.failed_invokes += report.counts.failed_invokes;
    sum.invoke_errors += report.counts.invoke_errors;
    sum.committed += report.counts.committed;
  }
  EXPECT_EQ(sum.polled, 3);
  EXPECT_EQ(sum.invoked, 6);
  EXPECT_EQ(sum.failed_invokes, 3);
  EXPECT_EQ(sum.invoke_errors, 1);
  EXPECT_EQ(sum.committed, 3);
  EXPECT_TRUE(is_at_end(function.reports_.back()));
}

TEST_F(MappingInMemory, KeepsTheOrderInsideOfEveryPartition) {
  serve(3);
  store(numbered(0, 300, 3));
  ScriptedFunction function([](int number, const Batch&, std::stop_token) {
    return number % 3 == 1 ? ScriptedFunction::failure() : ScriptedFunction::success();
  });
  MappingRules settings = quick();
  settings.batch_size = 40;
  auto mapping = start(function, settings);
  ASSERT_TRUE(function.wait([](auto& f) {
    return f.committed_ == std::map<int32_t, int64_t>{{0, 100}, {1, 100}, {2, 100}};
  }));
  stop_mapping(mapping, function);
  for (const auto& [partition, offsets] : first_offsets(function.all())) {
    EXPECT_EQ(offsets, from_zero(100)) << "partition " << partition;
  }
}

}  // namespace
}  // namespace penstock::local
