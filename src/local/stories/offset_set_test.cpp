#include "local/stories/offset_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace penstock::local {
namespace {

OffsetRange range(int64_t first, int64_t last) {
  return {{first}, {last}};
}

TEST(OffsetSet, KeepsOffsetsInARowAsOneRange) {
  OffsetSet set;
  for (int64_t offset = 0; offset < 100'000; ++offset) EXPECT_EQ(set.add(range(offset, offset)), 1);
  EXPECT_EQ(set.ranges().size(), 1U);
  EXPECT_EQ(set.size(), 100'000);
  EXPECT_EQ(set.add(range(99'990, 100'009)), 10);
  EXPECT_EQ(set.ranges().size(), 1U);
}

TEST(OffsetSet, JoinsTheRangesOnBothSides) {
  OffsetSet set;
  set.add(range(0, 4));
  set.add(range(6, 9));
  EXPECT_EQ(set.ranges().size(), 2U);
  EXPECT_EQ(set.add(range(5, 5)), 1);
  ASSERT_EQ(set.ranges().size(), 1U);
  EXPECT_EQ(set.ranges()[0], range(0, 9));
}

TEST(OffsetSet, TakesNothingFromARangeThatEndsBeforeItBegins) {
  OffsetSet set;
  EXPECT_EQ(set.add(range(5, 4)), 0);
  EXPECT_EQ(set.remove(range(5, 4)), 0);
  EXPECT_EQ(set.count_in(range(5, 4)), 0);
  EXPECT_TRUE(set.ranges().empty());
}

TEST(OffsetSet, CountsAsASetOfSingleOffsetsDoes) {
  std::mt19937 random(23);
  for (int round = 0; round < 200; ++round) {
    OffsetSet set;
    std::set<int64_t> model;
    for (int step = 0; step < 100; ++step) {
      const auto first = static_cast<int64_t>(random() % 60);
      const auto last = first + static_cast<int64_t>(random() % 12);
      int64_t changed = 0;
      const bool adds = random() % 3 != 0;
      for (int64_t offset = first; offset <= last; ++offset) {
        changed += static_cast<int64_t>(adds ? model.insert(offset).second : model.erase(offset));
      }
      ASSERT_EQ(adds ? set.add(range(first, last)) : set.remove(range(first, last)), changed);
      ASSERT_EQ(set.size(), static_cast<int64_t>(model.size()));
      for (size_t i = 0; i < set.ranges().size(); ++i) {
        ASSERT_LE(set.ranges()[i].first, set.ranges()[i].last);
        if (i > 0) {
          ASSERT_GT(set.ranges()[i].first, set.ranges()[i - 1].last + 1);
        }
      }
      const auto from = static_cast<int64_t>(random() % 60);
      const auto to = from + static_cast<int64_t>(random() % 30);
      const auto in = std::distance(model.lower_bound(from), model.upper_bound(to));
      ASSERT_EQ(set.count_in(range(from, to)), in);
      ASSERT_EQ(set.contains({from}), model.contains(from));
    }
  }
}

TEST(OffsetSet, HalvesItsRangesFromBelow) {
  OffsetSet closed;
  for (int64_t i = 0; i < 100; ++i) closed.add(range(2 * i, 2 * i));
  OffsetSet removed = closed;
  closed.close_lower_gaps();
  EXPECT_EQ(closed.ranges().size(), 51U);
  EXPECT_EQ(closed.ranges()[0], range(0, 98));
  removed.remove_lower_half();
  EXPECT_EQ(removed.ranges().size(), 50U);
  EXPECT_EQ(removed.ranges()[0], range(100, 100));
  EXPECT_EQ(removed.size(), 50);
}

}  // namespace
}  // namespace penstock::local
