// These tests run an event source mapping with a real Apache Kafka whose log has offsets without
// records: retention has deleted them, or they are part of transactions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>

#include "local/mapping/event_source_mapping.h"
#include "local/records/group_offsets.h"
#include "support/kafka_log.h"
#include "support/mapping_test.h"
#include "support/real_kafka.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using test::kGroup;
using test::numbered;
using test::quick;
using test::ScriptedFunction;
using test::start_mapping;
using test::stop_mapping;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Batch = ScriptedFunction::Batch;

class MappingLog : public test::RealKafkaTest {
 protected:
  void make(const std::string& topic) {
    topic_ = topic;
    const auto made = test::create_topic(kafka().bootstrap(), topic, 1);
    ASSERT_TRUE(made) << made.error().message;
  }
  void store(int first, int count) {
    const auto stored = test::produce(kafka().bootstrap(), topic_, numbered(first, count));
    ASSERT_TRUE(stored) << stored.error().message;
  }
  void store_in_transaction(int count, bool commit) {
    const auto stored =
        test::produce_in_transaction(kafka().bootstrap(), topic_, numbered(0, count), commit);
    ASSERT_TRUE(stored) << stored.error().message;
  }
  void delete_before(int64_t offset) {
    const auto deleted = test::delete_records_before(kafka().bootstrap(), {topic_, {0}}, {offset});
    ASSERT_TRUE(deleted) << deleted.error().message;
  }
  auto start(ScriptedFunction& function) {
    return start_mapping(kafka().bootstrap(), function, quick(), milliseconds(6000), topic_);
  }
  // Runs a mapping until the group's offset is this one.
  void run_until(ScriptedFunction& function, int64_t offset) {
    auto mapping = start(function);
    EXPECT_TRUE(function.wait([&](auto& f) { return f.committed_[0] == offset; }))
        << committed().value_or(-1);
    stop_mapping(mapping, function);
    EXPECT_EQ(committed(), offset);
  }
  std::optional<int64_t> committed() {
    const auto offsets = test::committed_offsets(kafka().bootstrap(), kGroup, topic_).value();
    return offsets.contains(0) ? std::optional(offsets.at(0)) : std::nullopt;
  }

  std::string topic_;
};

std::vector<int64_t> offsets_of(const Batch& batch) {
  std::vector<int64_t> offsets;
  for (const auto& seen : batch) offsets.push_back(seen.offset);
  return offsets;
}

TEST_F(MappingLog, WhatRetentionDeletedBeforeTheStartIsNamed) {
  make("trimmed");
  store(0, 3);
  ScriptedFunction first;
  run_until(first, 3);
  store(3, 7);
  delete_before(6);
  ScriptedFunction second;
  run_until(second, 10);
  EXPECT_THAT(second.log_, Contains("missed trimmed-0 3..5").Times(1));
  EXPECT_THAT(offsets_of(second.all()), ElementsAre(6, 7, 8, 9));
  EXPECT_THAT(second.troubles_, ElementsAre());
}

TEST_F(MappingLog, ALogThatRetentionHasEmptiedLeavesNoLag) {
  make("emptied");
  store(0, 3);
  ScriptedFunction first;
  run_until(first, 3);
  store(3, 7);
  delete_before(10);
  ScriptedFunction second;
  run_until(second, 10);
  EXPECT_THAT(second.log_, ElementsAre("missed emptied-0 3..9", "commit emptied-0@10"));
  ScriptedFunction third;
  auto mapping = start(third);
  store(10, 1);
  ASSERT_TRUE(third.wait([&](auto& f) { return f.committed_[0] == 11; }));
  stop_mapping(mapping, third);
  EXPECT_THAT(third.log_, Not(Contains(StartsWith("missed"))));
}

TEST_F(MappingLog, WhatRetentionDeletesWhileAMappingReadsIsNamed) {
  make("overtaken");
  constexpr int kRecords = 12;
  for (int i = 0; i < kRecords; ++i) store(i, 1);  // A fetch takes whole sets of records.
  std::promise<void> deleted;
  auto gate = deleted.get_future().share();
  ScriptedFunction function([&](int, const Batch&, std::stop_token) {
    gate.wait();
    return ScriptedFunction::success();
  });
  MappingRules rules = quick();
  rules.batch_size = 1;
  auto mapping = EventSourceMapping::start(
      {.cluster = {.bootstrap = kafka().bootstrap(),
                   // Almost nothing is fetched ahead.
                   .properties = {{"queued.min.messages", "1"}, {"fetch.message.max.bytes", "10"}}},
       .topics = {topic_},
       .group_id = kGroup},
      rules, function, nullptr, function);
  ASSERT_TRUE(mapping);
  ASSERT_TRUE(function.wait([](auto& f) { return !f.batches_.empty(); }));
  delete_before(kRecords - 2);
  deleted.set_value();
  ASSERT_TRUE(function.wait([](auto& f) { return f.committed_[0] == kRecords; }));
  stop_mapping(*mapping, function);
  // Each record was either handed over or missed.
  const auto read = offsets_of(function.all());
  ASSERT_GE(read.size(), 3u);
  ASSERT_LT(read.size(), static_cast<size_t>(kRecords));
  EXPECT_THAT(function.log_,
              Contains("missed " + TopicPartition{topic_, {0}}.text() + " " +
                       OffsetRange{{read[read.size() - 3] + 1}, {kRecords - 3}}.text()));
  EXPECT_EQ(read.back(), kRecords - 1);
  EXPECT_EQ(read[read.size() - 2], kRecords - 2);
}

TEST_F(MappingLog, TheOtherPartitionsGoOnWhereTheyWere) {
  topic_ = "beside";
  constexpr int kRecords = 20;
  ASSERT_TRUE(test::create_topic(kafka().bootstrap(), topic_, 2));
  const auto store_in_both = [&](int first, int count) {
    const auto stored = test::produce(kafka().bootstrap(), topic_, numbered(first, count, 2));
    ASSERT_TRUE(stored) << stored.error().message;
  };
  store_in_both(0, 2);
  ScriptedFunction first;
  auto mapping = start(first);
  ASSERT_TRUE(first.wait([](auto& f) { return f.committed_.size() == 2; }));
  stop_mapping(mapping, first);
  store_in_both(2, kRecords - 2);
  delete_before(5);
  ScriptedFunction second;
  mapping = start(second);
  ASSERT_TRUE(second.wait([](auto& f) {
    return f.committed_ == std::map<int32_t, int64_t>{{0, kRecords / 2}, {1, kRecords / 2}};
  }));
  stop_mapping(mapping, second);
  std::map<int32_t, std::vector<int64_t>> read;
  for (const auto& seen : second.all()) read[seen.partition].push_back(seen.offset);
  EXPECT_THAT(read[0], ElementsAre(5, 6, 7, 8, 9));
  EXPECT_THAT(read[1], ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(second.log_, Contains("missed beside-0 1..4").Times(1));
}

TEST_F(MappingLog, BehindTransactionsTheGroupsOffsetIsTheEndOfTheLog) {
  make("transactions");
  store(0, 1);                     // 0
  store_in_transaction(2, false);  // 1 and 2; the marker is at 3.
  ScriptedFunction first;
  run_until(first, 4);
  EXPECT_THAT(offsets_of(first.all()), ElementsAre(0));
  EXPECT_THAT(first.log_, Not(Contains(StartsWith("missed"))));

  store_in_transaction(1, true);   // 4; the marker is at 5.
  store_in_transaction(3, false);  // 6 to 8; the marker is at 9.
  ScriptedFunction second;
  run_until(second, 10);
  EXPECT_THAT(offsets_of(second.all()), ElementsAre(4));

  // While it runs, nothing but an aborted transaction arrives.
  ScriptedFunction third;
  auto mapping = start(third);
  ASSERT_TRUE(third.wait([](auto& f) { return !f.assignments_.empty(); }));
  store_in_transaction(1, false);
  ASSERT_TRUE(third.wait([](auto& f) { return f.committed_[0] == 12; }));
  stop_mapping(mapping, third);
  EXPECT_THAT(third.log_, ElementsAre("commit transactions-0@12"));
}

TEST_F(MappingLog, ATransactionDoesNotCarryTheOffsetPastARecordThatFails) {
  make("failing");
  store(0, 1);
  store_in_transaction(2, false);
  std::promise<std::optional<int64_t>> before_success;
  ScriptedFunction function([&](int number, const Batch&, std::stop_token) {
    if (number < 3) return ScriptedFunction::failure();
    if (number == 3) before_success.set_value(committed());
    return ScriptedFunction::success();
  });
  run_until(function, 4);
  EXPECT_EQ(before_success.get_future().get(), std::nullopt);
  EXPECT_EQ(function.failures_, 3);
}

TEST_F(MappingLog, ATopicThatEndsBeforeTheGroupsOffsetIsReadFromItsStart) {
  make("shorter");
  store(0, 2);
  auto group = GroupOffsets::open({.bootstrap = kafka().bootstrap()}, kGroup);
  ASSERT_TRUE(group);
  const auto stored =
      group->store({{{topic_, {0}}, {50}}}, std::chrono::steady_clock::now() + test::kPatience);
  ASSERT_TRUE(stored) << stored.error().message;
  ScriptedFunction function;
  run_until(function, 2);
  EXPECT_THAT(offsets_of(function.all()), ElementsAre(0, 1));
  EXPECT_THAT(function.troubles_,
              ElementsAre(HasSubstr("shorter-0 was read up to 50, but ends at 2")));
}

}  // namespace
}  // namespace penstock::local
