#include "kafka/transactions/event_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace penstock::kafka::transactions {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using testing::ElementsAre;
using testing::IsEmpty;

class EventSetsTest : public testing::Test {
 protected:
  EventSetPointer add(std::chrono::milliseconds deadline, size_t events = 2, size_t bytes = 10) {
    auto set = std::make_shared<EventSet>();
    set->events.resize(events);
    set->bytes = bytes;
    set->deadline = start_ + deadline;
    sets_.add(set);
    return set;
  }
  Group take() { return sets_.take(0ms); }
  // Returns the outcome that each set whose deadline has come hears.
  std::vector<DeliveryOutcome> expire(std::chrono::milliseconds time) {
    std::vector<DeliveryOutcome> outcomes;
    for (const auto& verdict : sets_.expire(start_ + time)) {
      outcomes.push_back(verdict.report.outcome);
    }
    return outcomes;
  }

  const Time start_{1h};
  EventSets sets_;
};

TEST_F(EventSetsTest, GatherUntilTheyAreTaken) {
  const auto one = add(100ms);
  const auto two = add(200ms);
  EXPECT_THAT(take(), ElementsAre(one, two));
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_TRUE(sets_.any_open());
}

TEST_F(EventSetsTest, AGroupIsBounded) {
  add(100ms, EventSets::kGroupEventsMax - 1);
  add(100ms);
  EXPECT_EQ(take().size(), 1u);
  EXPECT_EQ(take().size(), 1u);
  add(100ms, 2, EventSets::kGroupBytesMax + 1);  // A set is never divided.
  add(100ms);
  EXPECT_EQ(take().size(), 1u);
  EXPECT_EQ(take().size(), 1u);
}

TEST_F(EventSetsTest, ASetThatWaitsIsTakenBackAtItsDeadline) {
  const auto set = add(100ms);
  EXPECT_EQ(sets_.next_deadline(), start_ + 100ms);
  EXPECT_THAT(expire(99ms), IsEmpty());
  EXPECT_THAT(expire(100ms), ElementsAre(DeliveryOutcome::not_stored));
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_THAT(sets_.take_ended(), ElementsAre(set));
  EXPECT_FALSE(sets_.any_open());
  EXPECT_EQ(sets_.next_deadline(), std::nullopt);
}

TEST_F(EventSetsTest, ASetThatIsWithdrawnIsNotCommitted) {
  const auto late = add(100ms);
  const auto other = add(200ms);
  const Group group = take();
  EXPECT_THAT(expire(100ms), ElementsAre(DeliveryOutcome::not_stored));
  EXPECT_TRUE(sets_.any_withdrawn(group));
  EXPECT_FALSE(sets_.begin_commit(group));
  sets_.put_back(group);
  EXPECT_THAT(sets_.take_ended(), ElementsAre(late));
  EXPECT_THAT(take(), ElementsAre(other)) << "it has time left";
}

TEST_F(EventSetsTest, NobodyKnowsOfASetThatIsBeingCommitted) {
  const auto set = add(100ms);
  const Group group = take();
  ASSERT_TRUE(sets_.begin_commit(group));
  EXPECT_THAT(expire(100ms), ElementsAre(DeliveryOutcome::unknown));
  EXPECT_FALSE(set->withdrawn);
  EXPECT_TRUE(sets_.any_open());
  sets_.end(set, {.outcome = DeliveryOutcome::stored});
  ASSERT_THAT(sets_.take_ended(), ElementsAre(set));
  EXPECT_EQ(set->report.outcome, DeliveryOutcome::stored);
  EXPECT_FALSE(sets_.any_open());
}

TEST_F(EventSetsTest, ASetThatHasEndedHasNoDeadline) {
  const auto set = add(100ms);
  ASSERT_TRUE(sets_.begin_commit(take()));
  sets_.end(set, {.outcome = DeliveryOutcome::stored});
  EXPECT_THAT(expire(1s), IsEmpty());
  sets_.end(set, {.outcome = DeliveryOutcome::unknown});
  EXPECT_EQ(set->report.outcome, DeliveryOutcome::stored) << "the first report counts";
  EXPECT_EQ(sets_.take_ended().size(), 1u);
}

TEST_F(EventSetsTest, WhatIsPutBackComesFirstAndInItsOrder) {
  const auto one = add(100ms);
  const auto two = add(100ms);
  const Group group = take();
  const auto three = add(100ms);
  sets_.put_back(group);
  EXPECT_THAT(take(), ElementsAre(one, two, three));
}

TEST_F(EventSetsTest, ASetThatIsPutBackTwiceIsTakenOnce) {
  const auto one = add(100ms);
  const auto two = add(100ms);
  const Group group = take();
  sets_.put_back({one});
  sets_.put_back(group);
  EXPECT_THAT(take(), testing::UnorderedElementsAre(one, two));
  EXPECT_THAT(take(), IsEmpty());
}

TEST_F(EventSetsTest, TheReasonIsWhyTheyWait) {
  add(100ms);
  sets_.explain("no broker");
  EXPECT_EQ(sets_.expire(start_ + 1s).at(0).report.reason, "no broker");
}

TEST_F(EventSetsTest, AllThatWaitCanEndTogether) {
  add(100ms);
  const Group taken = take();
  const auto waiting = add(100ms);
  sets_.end_waiting({.outcome = DeliveryOutcome::refused});
  EXPECT_THAT(sets_.take_ended(), ElementsAre(waiting));
  EXPECT_EQ(waiting->report.outcome, DeliveryOutcome::refused);
  EXPECT_TRUE(sets_.any_open());
}

TEST_F(EventSetsTest, AStopEndsAWait) {
  std::jthread stopper([this] { sets_.stop(); });
  EXPECT_THAT(sets_.take(1h), IsEmpty());
  sets_.pause(1h);
  EXPECT_TRUE(sets_.stopping());
}

// ThreadSanitizer judges it, too: what is answered with 503 is never committed.
TEST_F(EventSetsTest, AreOneOrTheOtherWhateverTheThreadsDo) {
  constexpr int kSets = 2'000;
  std::vector<EventSetPointer> all;
  for (int i = 0; i < kSets; ++i) all.push_back(add(std::chrono::milliseconds(i)));
  size_t committed = 0;
  std::jthread writer([&] {
    while (sets_.any_open()) {
      Group group = sets_.take(1ms);
      if (group.size() > 7) {
        sets_.put_back(Group(group.begin() + 7, group.end()));
        group.resize(7);
      }
      if (!sets_.begin_commit(group)) {
        sets_.put_back(group);
        continue;
      }
      for (const auto& set : group) sets_.end(set, {.outcome = DeliveryOutcome::stored});
      committed += group.size();
    }
  });
  size_t not_stored = 0;
  size_t unknown = 0;
  for (int i = 0; i < kSets; ++i) {
    for (const auto& verdict : sets_.expire(start_ + std::chrono::milliseconds(i))) {
      ++(verdict.report.outcome == DeliveryOutcome::unknown ? unknown : not_stored);
    }
  }
  writer.join();
  EXPECT_EQ(committed + not_stored, all.size());
  EXPECT_LE(unknown, committed);
  for (const auto& set : all) EXPECT_EQ(set->stage, EventSet::Stage::ended);
}

}  // namespace
}  // namespace penstock::kafka::transactions
