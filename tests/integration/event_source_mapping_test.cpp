#include "local/mapping/event_source_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>

#include "local/kafka/memory_broker.h"
#include "support/kafka_client.h"
#include "support/real_kafka.h"
#include "support/scripted_function.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::NewRecord;
using test::ScriptedFunction;
using ::testing::HasSubstr;
using Batch = ScriptedFunction::Batch;

constexpr const char* kGroup = "group";
constexpr const char* kTopic = "events";

MappingRules quick() {
  MappingRules settings;
  settings.batching_window = milliseconds(200);
  settings.retry_pause_min = milliseconds(20);
  settings.retry_pause_max = milliseconds(200);
  return settings;
}

std::vector<NewRecord> numbered(int first, int count, int partitions = 1) {
  std::vector<NewRecord> records;
  for (int i = first; i < first + count; ++i) {
    records.push_back({.value = std::to_string(i), .partition = i % partitions});
  }
  return records;
}

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

// Every record for the first time it came, by partition: at least once is allowed, out of order is
// not.
std::map<int32_t, std::vector<int64_t>> first_offsets(const Batch& all) {
  std::map<int32_t, std::vector<int64_t>> result;
  for (const auto& seen : all) {
    auto& offsets = result[seen.partition];
    if (std::find(offsets.begin(), offsets.end(), seen.offset) == offsets.end()) {
      offsets.push_back(seen.offset);
    }
  }
  return result;
}

std::vector<int64_t> from_zero(int64_t count) {
  std::vector<int64_t> result;
  for (int64_t i = 0; i < count; ++i) result.push_back(i);
  return result;
}

std::unique_ptr<EventSourceMapping> start_mapping(const std::string& bootstrap,
                                                  ScriptedFunction& function, MappingRules settings,
                                                  milliseconds session_timeout,
                                                  const std::string& topic = kTopic) {
  auto mapping = EventSourceMapping::start({.cluster = {.bootstrap = bootstrap},
                                            .topics = {topic},
                                            .group_id = kGroup,
                                            .session_timeout = session_timeout},
                                           std::move(settings), function, nullptr, function);
  return std::move(mapping.value());
}

void stop_mapping(std::unique_ptr<EventSourceMapping>& mapping, ScriptedFunction& function,
                  milliseconds patience = milliseconds(5000)) {
  mapping->stop(patience);
  EXPECT_TRUE(function.wait([](auto& f) { return f.ended_; }));
  mapping.reset();
}

// Against librdkafka's in-process broker. It lets the first member into a group after 3 s, which
// must not be the end of its session, and the next one after the session's length less a second.
constexpr milliseconds kMemorySession{3500};

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

TEST_F(MappingInMemory, a_batch_ends_at_its_size_or_with_its_window) {
  serve();
  store(numbered(0, 25));
  ScriptedFunction function;
  MappingRules settings = quick();
  settings.batch_size = 10;
  settings.batching_window = milliseconds(1000);  // The first two do not wait for it.
  auto mapping = start(function, settings);
  ASSERT_TRUE(function.wait([](auto& f) { return f.all().size() == 25; }));
  stop_mapping(mapping, function);
  ASSERT_EQ(function.batches_.size(), 3u);
  EXPECT_EQ(values(function.batches_[0]), numbers(0, 10));
  EXPECT_EQ(values(function.batches_[1]), numbers(10, 10));
  EXPECT_EQ(values(function.batches_[2]), numbers(20, 5));
}

TEST_F(MappingInMemory, a_record_waits_for_others_no_longer_than_the_window) {
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

TEST_F(MappingInMemory, without_a_window_a_batch_has_what_is_there) {
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
  EXPECT_LE(function.batches_.size(), 20u) << "10, unless they came in parts";
}

TEST_F(MappingInMemory, a_batch_ends_before_its_payload_is_too_large) {
  serve();
  store({{.value = std::string(1000, 'a')},
         {.value = std::string(1000, 'b')},
         {.value = std::string(2000, 'c')}});
  ScriptedFunction function;
  MappingRules settings = quick();
  settings.batch_bytes_max =
      4000;  // Two of the small ones in base64; the third does not fit beside them.
  auto mapping = start(function, settings);
  ASSERT_TRUE(function.wait([](auto& f) { return f.all().size() == 3; }));
  stop_mapping(mapping, function);
  ASSERT_EQ(function.batches_.size(), 2u);
  EXPECT_EQ(function.batches_[0].size(), 2u);
  EXPECT_EQ(function.batches_[1].size(), 1u);
}

TEST_F(MappingInMemory, a_failed_batch_comes_again_and_its_offsets_are_stored_only_after_success) {
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

TEST_F(MappingInMemory, goes_on_where_the_one_before_it_was_and_takes_up_what_that_abandoned) {
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

TEST_F(MappingInMemory, keeps_the_order_inside_of_every_partition) {
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

// Whatever joins a group again, or kills a broker: real Kafka only.
class MappingWithKafka : public test::RealKafkaTest {
 protected:
  void make_topic(const std::string& topic, int partitions) {
    const auto made = test::create_topic(kafka().bootstrap(), topic, partitions);
    ASSERT_TRUE(made) << made.error().message;
  }
  void store(const std::string& topic, const std::vector<NewRecord>& records) {
    const auto stored = test::produce(kafka().bootstrap(), topic, records);
    ASSERT_TRUE(stored) << stored.error().message;
  }
  auto start(const std::string& topic, ScriptedFunction& function) {
    return start_mapping(kafka().bootstrap(), function, quick(), milliseconds(6000), topic);
  }
};

TEST_F(MappingWithKafka, waits_for_its_topic_and_goes_on_after_a_restart) {
  const std::string topic = "later";
  ScriptedFunction first;
  auto mapping = start(topic, first);
  ASSERT_TRUE(first.wait([](auto& f) { return !f.troubles_.empty(); }));
  make_topic(topic, 2);
  store(topic,
        {{.value = "a", .key = "k", .headers = {{"h", "\xff"}}}, {.value = "b", .partition = 1}});
  ASSERT_TRUE(first.wait(
      [](auto& f) { return f.committed_ == std::map<int32_t, int64_t>{{0, 1}, {1, 1}}; }));
  stop_mapping(mapping, first);
  EXPECT_THAT(first.troubles_[0], HasSubstr("topic 'later' does not exist yet"));

  store(topic, {{.value = "c", .partition = 1}});
  ScriptedFunction second;
  mapping = start(topic, second);
  ASSERT_TRUE(second.wait([](auto& f) { return f.committed_.contains(1); }));
  stop_mapping(mapping, second);
  EXPECT_EQ(second.all(), (Batch{{1, 1, "c"}}));
  EXPECT_EQ(test::committed_offsets(kafka().bootstrap(), kGroup, topic).value(),
            (std::map<int32_t, int64_t>{{0, 1}, {1, 2}}));
}

TEST_F(MappingWithKafka, a_partition_that_goes_to_another_member_takes_its_records_along) {
  const std::string topic = "shared";
  make_topic(topic, 2);
  store(topic, numbered(0, 20, 2));
  ScriptedFunction stuck(
      [](int, const Batch&, std::stop_token) { return ScriptedFunction::failure(); });
  auto first = start(topic, stuck);
  ASSERT_TRUE(stuck.wait([](auto& f) { return f.failures_ > 0; }));

  ScriptedFunction healthy;
  auto second = start(topic, healthy);
  // The group takes a member in although the function of the other fails all the time.
  ASSERT_TRUE(healthy.wait([](auto& f) { return f.all().size() == 10; }));
  // One partition is left to the first, and its batch has no records of the other.
  ASSERT_TRUE(stuck.wait([](auto& f) { return f.batches_.back().size() == 10; }));
  stop_mapping(first, stuck);
  ASSERT_TRUE(healthy.wait([](auto& f) { return f.committed_.size() == 2; }));
  stop_mapping(second, healthy);
  for (const auto& [partition, offsets] : first_offsets(healthy.all())) {
    EXPECT_EQ(offsets, from_zero(10)) << "partition " << partition;
  }
}

TEST_F(MappingWithKafka, hands_over_everything_in_order_when_the_broker_is_killed_meanwhile) {
  const std::string topic = "killed";
  constexpr int kRecords = 400;
  make_topic(topic, 2);
  ScriptedFunction function;
  auto mapping = start(topic, function);
  store(topic, numbered(0, kRecords / 4, 2));
  ASSERT_TRUE(function.wait([](auto& f) { return !f.all().empty(); }));

  // The rest is on its way while the broker dies; the producer tries until it is back.
  auto rest = std::async(std::launch::async, [&] {
    return test::produce(kafka().bootstrap(), topic, numbered(kRecords / 4, kRecords * 3 / 4, 2));
  });
  kafka().kill9();
  const auto back = kafka().start();
  ASSERT_TRUE(back) << back.error().message << back.error().detail;
  const auto stored = rest.get();
  ASSERT_TRUE(stored) << stored.error().message;
  ASSERT_TRUE(function.wait([](auto& f) {
    return f.committed_ == std::map<int32_t, int64_t>{{0, kRecords / 2}, {1, kRecords / 2}};
  }));
  stop_mapping(mapping, function);
  for (const auto& [partition, offsets] : first_offsets(function.all())) {
    EXPECT_EQ(offsets, from_zero(kRecords / 2)) << "partition " << partition;
  }
  const auto topic_now = test::read_topic(kafka().bootstrap(), topic);
  ASSERT_TRUE(topic_now) << topic_now.error().message;
  EXPECT_EQ(topic_now->size(), static_cast<size_t>(kRecords));
}

}  // namespace
}  // namespace penstock::local
