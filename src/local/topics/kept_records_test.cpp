#include "local/topics/kept_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::local {
namespace {

using Keep = KeptRecords::Keep;
using ::testing::ElementsAre;

ShownRecord record(int32_t partition, int64_t offset, int64_t time, size_t bytes = 1) {
  return {.topic_partition = {"t", {partition}},
          .offset = {offset},
          .timestamp_ms = time,
          .key = {},
          .value = {.form = ShownBytes::Form::text, .text = std::string(bytes, 'x')}};
}

std::vector<std::string> names(const std::vector<ShownRecord>& records) {
  std::vector<std::string> names;
  for (const auto& one : records) names.push_back(one.topic_partition.text(one.offset));
  return names;
}

TEST(KeptRecords, KeepsTheNewestOfAllPartitions) {
  KeptRecords kept(Keep::newest, 3, 1'000);
  for (int64_t i = 0; i < 3; ++i) kept.add(record(0, i, 10 * i));
  for (int64_t i = 0; i < 3; ++i) kept.add(record(1, i, 10 * i + 5));
  EXPECT_TRUE(kept.full());
  EXPECT_THAT(names(kept.take_newest_first()), ElementsAre("t-1@2", "t-0@2", "t-1@1"));
  EXPECT_EQ(kept.size(), 0u);
}

TEST(KeptRecords, KeepsTheOldestOfAllPartitions) {
  KeptRecords kept(Keep::oldest, 3, 1'000);
  for (int64_t i = 0; i < 3; ++i) kept.add(record(0, i, 10 * i));
  for (int64_t i = 0; i < 3; ++i) kept.add(record(1, i, 10 * i + 5));
  EXPECT_THAT(names(kept.take_newest_first()), ElementsAre("t-0@1", "t-1@0", "t-0@0"));
}

TEST(KeptRecords, KeepsTheOrderOfAPartitionWhateverItsTimestamps) {
  KeptRecords kept(Keep::newest, 10, 1'000);
  kept.add(record(0, 0, 30));
  kept.add(record(0, 1, 10));
  kept.add(record(0, 2, 20));
  EXPECT_THAT(names(kept.take_newest_first()), ElementsAre("t-0@2", "t-0@1", "t-0@0"));
}

TEST(KeptRecords, HasABoundOfBytesButKeepsOneRecord) {
  KeptRecords kept(Keep::newest, 10, 100);
  EXPECT_FALSE(kept.add(record(0, 0, 0, 500)));
  EXPECT_EQ(kept.size(), 1u);
  kept.add(record(0, 1, 1, 60));
  kept.add(record(0, 2, 2, 60));
  EXPECT_THAT(names(kept.take()), ElementsAre("t-0@2"));
}

TEST(KeptRecords, AddsOlderRecordsInFrontUntilItIsFull) {
  KeptRecords kept(Keep::newest, 3, 1'000);
  kept.add(record(0, 5, 5));
  kept.add_older({record(0, 3, 3), record(0, 4, 4)});
  EXPECT_TRUE(kept.full());
  kept.add_older({record(0, 1, 1), record(0, 2, 2)});
  EXPECT_THAT(names(kept.take()), ElementsAre("t-0@3", "t-0@4", "t-0@5"));
}

}  // namespace
}  // namespace penstock::local
