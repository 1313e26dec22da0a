#include "local/stories/promise_count.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace penstock::local {
namespace {

const TopicPartition kEvents{"events", {0}};

OffsetRange range(int64_t first, int64_t last) {
  return {{first}, {last}};
}

// Is a mapping that reads one partition, as it tells the count of it.
struct Mapping {
  PromiseCount& count;
  std::string name = "events";
  TopicPartition partition = kEvents;

  void begins() { count.reassigned(name, partition); }
  void reads(int64_t offset) { count.read(name, partition, {offset}); }
  void handles(int64_t first, int64_t last) {
    reads(first);
    count.handled(name, partition, range(first, last));
  }
  void commits(int64_t offset) { count.committed(name, partition, {offset}); }
};

TEST(PromiseCount, CountsWhatIsAcknowledgedUntilItIsHandled) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  for (int64_t offset = 0; offset < 10; ++offset) count.acknowledged(kEvents, {offset});
  EXPECT_EQ(count.totals().acknowledged, 10);
  EXPECT_EQ(count.totals().stored, 10);
  EXPECT_EQ(count.totals().waiting, 10);
  mapping.handles(0, 6);
  EXPECT_EQ(count.totals().waiting, 3);
  mapping.commits(7);
  mapping.handles(7, 9);
  mapping.commits(10);
  EXPECT_EQ(count.totals().handled, 10);
  EXPECT_EQ(count.totals().waiting, 0);
  EXPECT_EQ(count.totals().lost, 0);
  EXPECT_EQ(count.totals().doubled, 0);
}

TEST(PromiseCount, IsNotDisturbedByALineThatComesAfterTheRecordWasHandled) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  mapping.handles(0, 4);
  mapping.commits(5);
  for (int64_t offset = 4; offset >= 0; --offset) count.acknowledged(kEvents, {offset});
  EXPECT_EQ(count.totals().acknowledged, 5);
  EXPECT_EQ(count.totals().waiting, 0);
  EXPECT_EQ(count.totals().lost, 0);
}

TEST(PromiseCount, CountsARecordThatWasPassedByAsLost) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  for (int64_t offset = 0; offset < 5; ++offset) count.acknowledged(kEvents, {offset});
  mapping.handles(0, 1);
  mapping.handles(3, 4);
  EXPECT_EQ(count.totals().lost, 0);
  EXPECT_EQ(count.totals().waiting, 1);
  mapping.commits(5);
  EXPECT_EQ(count.totals().lost, 1);
  EXPECT_EQ(count.totals().waiting, 0);
  // Its line may also come later.
  mapping.handles(5, 5);
  mapping.commits(7);
  count.acknowledged(kEvents, {6});
  EXPECT_EQ(count.totals().lost, 2);
}

TEST(PromiseCount, DoesNotLoseWhatWasFilteredOrGivenUp) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  for (int64_t offset = 0; offset < 4; ++offset) count.acknowledged(kEvents, {offset});
  count.filtered("events", kEvents, {0});
  mapping.reads(1);
  EXPECT_EQ(count.given_up("events", kEvents, range(1, 2)), 2);
  mapping.handles(3, 3);
  mapping.commits(4);
  EXPECT_EQ(count.totals().lost, 0);
  EXPECT_EQ(count.totals().waiting, 0);
  EXPECT_EQ(count.totals().given_up, 2);
  EXPECT_EQ(count.totals().handled, 1);
}

TEST(PromiseCount, LosesWhatRetentionHasDeleted) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  for (int64_t offset = 0; offset < 10; ++offset) count.acknowledged(kEvents, {offset});
  mapping.handles(0, 1);
  count.missed("events", kEvents, range(2, 4));
  EXPECT_EQ(count.totals().lost, 3);
  mapping.handles(5, 9);
  mapping.commits(10);
  EXPECT_EQ(count.totals().lost, 3);
  EXPECT_EQ(count.totals().waiting, 0);
}

TEST(PromiseCount, CountsARecordThatComesAgainAsDoubled) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  mapping.handles(0, 9);
  // The offsets were not stored, and another poller begins with them again.
  mapping.begins();
  mapping.handles(5, 14);
  EXPECT_EQ(count.totals().handled, 15);
  EXPECT_EQ(count.totals().doubled, 5);
}

TEST(PromiseCount, DoesNotJudgeWhatWasThereBefore) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  count.ends(kEvents, {1000});
  mapping.commits(500);  // Where the group has been when this process began.
  EXPECT_EQ(count.totals().stored, 0);
  mapping.handles(500, 999);
  mapping.commits(1000);
  count.ends(kEvents, {1010});
  EXPECT_EQ(count.totals().stored, 510);  // A user sees them beside those that were handled.
  EXPECT_EQ(count.totals().stored_before, 500);
  EXPECT_EQ(count.totals().lost, 0);
  EXPECT_EQ(count.totals().acknowledged, 0);
}

TEST(PromiseCount, HasNeverHandledMoreThanIsStored) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  mapping.handles(0, 4);  // Nobody has said an end yet.
  EXPECT_EQ(count.totals().stored, 5);
  count.ends(kEvents, {5});
  mapping.handles(5, 7);
  EXPECT_EQ(count.totals().stored, 8);
  EXPECT_EQ(count.totals().stored_before, 0);
}

TEST(PromiseCount, CountsWhatWasStoredBeforeTheFirstLookAtTheEnd) {
  PromiseCount count;
  count.ends(kEvents, {1003});
  count.acknowledged(kEvents, {1001});
  count.acknowledged(kEvents, {1000});
  EXPECT_EQ(count.totals().stored, 3);
  count.acknowledged(kEvents, {1002});
  EXPECT_EQ(count.totals().stored, 3);
  count.acknowledged(kEvents, {1003});
  EXPECT_EQ(count.totals().stored, 4);
  EXPECT_EQ(count.totals().waiting, 4);  // There is no mapping.
}

TEST(PromiseCount, TakesOverWhatWasAcknowledgedBeforeThereWasAMapping) {
  PromiseCount count;
  for (int64_t offset = 0; offset < 3; ++offset) count.acknowledged(kEvents, {offset});
  EXPECT_EQ(count.totals().waiting, 3);
  Mapping mapping{count};
  mapping.begins();
  EXPECT_EQ(count.totals().waiting, 3);
  mapping.handles(0, 2);
  mapping.commits(3);
  EXPECT_EQ(count.totals().waiting, 0);
  EXPECT_EQ(count.totals().lost, 0);
}

TEST(PromiseCount, LeavesToAnotherMemberWhatItHasDone) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  mapping.handles(0, 4);
  mapping.commits(5);
  for (int64_t offset = 0; offset < 20; ++offset) count.acknowledged(kEvents, {offset});
  EXPECT_EQ(count.totals().waiting, 15);
  // Another process reads up to 9, and the partition comes back.
  mapping.begins();
  mapping.commits(10);
  EXPECT_EQ(count.totals().waiting, 10);
  EXPECT_EQ(count.totals().lost, 0);
  mapping.handles(10, 19);
  mapping.commits(20);
  EXPECT_EQ(count.totals().lost, 0);
  EXPECT_EQ(count.totals().waiting, 0);
  count.acknowledged(kEvents, {7});  // A line that comes late.
  EXPECT_EQ(count.totals().lost, 0);
}

TEST(PromiseCount, LosesARecordBehindAReassignmentIfThisProcessHasPassedIt) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  for (int64_t offset = 0; offset < 10; ++offset) count.acknowledged(kEvents, {offset});
  mapping.handles(0, 2);
  mapping.commits(5);  // Records 3 and 4 are passed by.
  mapping.begins();
  mapping.handles(5, 9);
  mapping.commits(10);
  EXPECT_EQ(count.totals().lost, 2);
}

TEST(PromiseCount, CountsAnInvocationThatEndsAfterTheRevocation) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  for (int64_t offset = 0; offset < 6; ++offset) count.acknowledged(kEvents, {offset});
  mapping.reads(0);
  mapping.begins();  // Another poller has it now, and begins from the start.
  mapping.reads(0);
  count.handled("events", kEvents, range(0, 5));  // Of the first poller.
  count.handled("events", kEvents, range(0, 5));
  mapping.commits(6);
  EXPECT_EQ(count.totals().handled, 6);
  EXPECT_EQ(count.totals().doubled, 6);
  EXPECT_EQ(count.totals().lost, 0);
  EXPECT_EQ(count.totals().waiting, 0);
}

TEST(PromiseCount, CountsEachMappingOfATopicForItself) {
  PromiseCount count;
  Mapping one{count, "one"};
  Mapping two{count, "two"};
  one.begins();
  two.begins();
  count.acknowledged(kEvents, {0});
  count.acknowledged(kEvents, {1});
  one.handles(0, 1);
  one.commits(2);
  EXPECT_EQ(count.totals().doubled, 0);
  EXPECT_EQ(count.totals().waiting, 2);
  two.handles(0, 0);
  two.commits(2);
  EXPECT_EQ(count.totals().doubled, 0);
  EXPECT_EQ(count.totals().handled, 3);
  EXPECT_EQ(count.totals().lost, 1);
}

TEST(PromiseCount, DoesNotDoubleARecordThatIsRedriven) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  count.acknowledged(kEvents, {0});
  mapping.reads(0);
  count.given_up("events", kEvents, range(0, 0));
  mapping.commits(1);
  EXPECT_EQ(count.totals().given_up, 1);
  count.handled("events", kEvents, range(0, 0));
  EXPECT_EQ(count.totals().given_up, 0);
  EXPECT_EQ(count.totals().handled, 1);
  EXPECT_EQ(count.totals().doubled, 0);
  count.handled("events", kEvents, range(0, 0));
  EXPECT_EQ(count.totals().doubled, 1);
  EXPECT_EQ(count.totals().lost, 0);
}

TEST(PromiseCount, KeepsItsBoundsWhenEveryOtherOffsetIsMissing) {
  PromiseCount count;
  Mapping mapping{count};
  mapping.begins();
  for (int64_t i = 0; i < 300'000; ++i) {
    count.acknowledged(kEvents, {2 * i});
    ASSERT_LE(count.ranges(), PromiseCount::kRangesMax + 1);
  }
  EXPECT_EQ(count.totals().acknowledged, 300'000);
  for (int64_t i = 0; i < 300'000; ++i) {
    mapping.handles(2 * i, 2 * i);
    ASSERT_LE(count.ranges(), PromiseCount::kRangesMax + 3);
  }
  mapping.commits(600'000);
  EXPECT_EQ(count.totals().handled, 300'000);
  EXPECT_EQ(count.totals().waiting, 0);
  EXPECT_EQ(count.totals().lost, 0);
  EXPECT_EQ(count.totals().doubled, 0);
}

TEST(PromiseCount, FollowsOnlySoManyPartitions) {
  PromiseCount count;
  const auto partitions = static_cast<int32_t>(PromiseCount::kPartitionsMax + 5);
  for (int32_t i = 0; i < partitions; ++i) count.acknowledged({"events", {i}}, {0});
  EXPECT_EQ(count.totals().acknowledged, partitions);
  EXPECT_EQ(count.totals().waiting, static_cast<int64_t>(PromiseCount::kPartitionsMax));
}

// Plays a mapping with retries, filters, partial responses, halved batches and revocations, whose
// records are acknowledged sooner or later, and compares with single offsets.
TEST(PromiseCount, AgreesWithACountOfSingleRecordsWhateverHappens) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
    PromiseCount count;
    Mapping mapping{count};
    constexpr int64_t kRecords = 120;
    std::vector<int64_t> unacknowledged;
    for (int64_t offset = 0; offset < kRecords; ++offset) unacknowledged.push_back(offset);
    std::shuffle(unacknowledged.begin(), unacknowledged.end(), random);
    std::set<int64_t> acknowledged, handled, given_up, filtered, passed_by;
    int64_t doubled = 0;
    const auto acknowledge_some = [&] {
      while (!unacknowledged.empty() && chance(60)) {
        count.acknowledged(kEvents, {unacknowledged.back()});
        acknowledged.insert(unacknowledged.back());
        unacknowledged.pop_back();
      }
    };
    const auto handle = [&](int64_t offset) {
      count.handled("events", kEvents, range(offset, offset));
      doubled += handled.insert(offset).second ? 0 : 1;
      given_up.erase(offset);
    };
    mapping.begins();
    int64_t committed = 0;
    while (committed < kRecords) {
      acknowledge_some();
      const int64_t end = std::min<int64_t>(kRecords, committed + 1 + random() % 12);
      std::vector<int64_t> batch;
      for (int64_t offset = committed; offset < end; ++offset) {
        if (chance(15)) {
          count.filtered("events", kEvents, {offset});
          filtered.insert(offset);
        } else if (chance(3)) {
          passed_by.insert(offset);  // A fault of the mapping.
          if (offset == committed) mapping.reads(offset);
        } else {
          batch.push_back(offset);
        }
      }
      if (!batch.empty()) mapping.reads(batch.front());
      for (int attempt = 0; !batch.empty() && attempt < 4; ++attempt) {
        acknowledge_some();
        std::vector<int64_t> rest;
        for (const int64_t offset : batch) chance(50) ? handle(offset) : rest.push_back(offset);
        batch = rest;
      }
      if (!batch.empty()) {
        for (const int64_t offset : batch) {
          count.given_up("events", kEvents, range(offset, offset));
          if (!handled.contains(offset)) given_up.insert(offset);
        }
      }
      if (chance(15)) {  // The offset is not stored, and another poller begins again.
        mapping.begins();
        for (int64_t offset = committed; offset < end; ++offset) passed_by.erase(offset);
        mapping.reads(committed);
        continue;
      }
      committed = end;
      mapping.commits(committed);
    }
    while (!unacknowledged.empty()) acknowledge_some();
    const PromiseCount::Totals& totals = count.totals();
    int64_t lost = 0;
    for (const int64_t offset : passed_by) {
      if (!handled.contains(offset) && !given_up.contains(offset) && !filtered.contains(offset)) {
        ++lost;
      }
    }
    ASSERT_EQ(totals.acknowledged, kRecords);
    ASSERT_EQ(totals.handled, static_cast<int64_t>(handled.size())) << "seed " << seed;
    ASSERT_EQ(totals.doubled, doubled) << "seed " << seed;
    ASSERT_EQ(totals.given_up, static_cast<int64_t>(given_up.size())) << "seed " << seed;
    ASSERT_EQ(totals.lost, lost) << "seed " << seed;
    ASSERT_EQ(totals.waiting, 0) << "seed " << seed;
    ASSERT_EQ(totals.stored, kRecords);
  }
}

}  // namespace
}  // namespace penstock::local
