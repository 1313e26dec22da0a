// These tests run an event source mapping with a real Apache Kafka: members that join a group, and
// a broker that is killed.
#include "local/mapping/event_source_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>

#include "support/mapping_test.h"
#include "support/real_kafka.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using test::first_offsets;
using test::from_zero;
using test::kGroup;
using test::NewRecord;
using test::numbered;
using test::quick;
using test::ScriptedFunction;
using test::start_mapping;
using test::stop_mapping;
using ::testing::HasSubstr;
using Batch = ScriptedFunction::Batch;

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
  auto start(const std::string& topic, ScriptedFunction& function, MappingRules rules = quick()) {
    return start_mapping(kafka().bootstrap(), function, std::move(rules), milliseconds(6000),
                         topic);
  }
};

TEST_F(MappingWithKafka, WaitsForItsTopicAndGoesOnAfterARestart) {
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

TEST_F(MappingWithKafka, APartitionThatGoesToAnotherMemberTakesItsRecordsAlong) {
  const std::string topic = "shared";
  make_topic(topic, 2);
  store(topic, numbered(0, 20, 2));
  ScriptedFunction* working = nullptr;
  ScriptedFunction stuck([&](int number, const Batch&, std::stop_token) {
    // Works on the second batch until its partitions are revoked.
    if (number == 1) {
      EXPECT_TRUE(working->wait([](auto& f) { return f.revocations_ > 0; }));
    }
    return ScriptedFunction::failure();
  });
  working = &stuck;
  MappingRules reporting = quick();
  reporting.report_pause = milliseconds(1);
  auto first = start(topic, stuck, reporting);
  ASSERT_TRUE(stuck.wait([](auto& f) { return f.failures_ > 0; }));

  ScriptedFunction healthy;
  auto second = start(topic, healthy);
  // The group accepts a second member although the function of the first always fails.
  ASSERT_TRUE(healthy.wait([](auto& f) { return f.all().size() == 10; }));
  // The first member keeps one partition, and its batches have no records of the other.
  ASSERT_TRUE(stuck.wait([](auto& f) { return f.batches_.back().size() == 10; }));
  stop_mapping(first, stuck);
  int64_t invoked = 0;
  int64_t failed = 0;
  for (const MappingReport& report : stuck.reports_) {
    invoked += report.counts.invoked;
    failed += report.counts.failed_invokes;
  }
  EXPECT_EQ(failed, invoked) << "a failure counts even if its partitions were revoked meanwhile";
  ASSERT_TRUE(healthy.wait([](auto& f) { return f.committed_.size() == 2; }));
  stop_mapping(second, healthy);
  for (const auto& [partition, offsets] : first_offsets(healthy.all())) {
    EXPECT_EQ(offsets, from_zero(10)) << "partition " << partition;
  }
}

TEST_F(MappingWithKafka, HandsOverEverythingInOrderWhenTheBrokerIsKilledMeanwhile) {
  const std::string topic = "killed";
  constexpr int kRecords = 400;
  make_topic(topic, 2);
  ScriptedFunction function;
  auto mapping = start(topic, function);
  store(topic, numbered(0, kRecords / 4, 2));
  ASSERT_TRUE(function.wait([](auto& f) { return !f.all().empty(); }));

  // The broker is killed while the rest is sent. The producer retries until the broker is back.
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
