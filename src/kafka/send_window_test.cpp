#include "kafka/send_window.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

using std::chrono::microseconds;
using Time = SendWindow::Time;

constexpr Time kStart = Time() + std::chrono::hours(1);
constexpr Time kNotSent = Time();

// Hands over `count` records at `now`, which must be possible.
void hand_over(SendWindow& window, size_t count, Time now, Time sent_at = kNotSent) {
  for (size_t i = 0; i < count; ++i) {
    ASSERT_TRUE(window.is_open(now, sent_at)) << i;
    window.handed_over(now);
  }
}

TEST(SendWindow, FewRecordsAreNeverHeldBack) {
  SendWindow window;
  const Time sent_at = kStart + microseconds(1);
  hand_over(window, SendWindow::kInFlightMax, kStart, sent_at);
  EXPECT_FALSE(window.is_open(kStart + microseconds(2), sent_at));
}

TEST(SendWindow, ABatchIsFullWhenItIsSent) {
  SendWindow window;
  hand_over(window, 100, kStart);
  EXPECT_TRUE(window.is_open(kStart + microseconds(100), kNotSent));
  EXPECT_FALSE(window.is_open(kStart + microseconds(100), kStart + microseconds(90)));
  EXPECT_FALSE(window.is_open(kStart + microseconds(900), kStart + microseconds(90)));
}

TEST(SendWindow, TheFirstRecordAfterTheLingerTimeIsTheLastOfItsBatch) {
  SendWindow window;
  hand_over(window, 100, kStart);
  hand_over(window, 1, kStart + kLinger);
  EXPECT_FALSE(window.is_open(kStart + kLinger, kNotSent));
}

TEST(SendWindow, ReportsOpenItForTheNextBatch) {
  SendWindow window;
  hand_over(window, 100, kStart);
  const Time sent_at = kStart + microseconds(10);
  ASSERT_FALSE(window.is_open(kStart + microseconds(20), sent_at));
  window.reports_came(95, kStart);
  EXPECT_FALSE(window.is_open(kStart + microseconds(30), sent_at));
  window.reports_came(5, kStart);
  // A batch that was sent before does not close it.
  hand_over(window, 100, kStart + microseconds(40), sent_at);
}

TEST(SendWindow, NothingIsHeldBackForLong) {
  SendWindow window;
  hand_over(window, 100, kStart);
  const Time sent_at = kStart + microseconds(10);
  const Time closed_at = kStart + microseconds(20);
  ASSERT_FALSE(window.is_open(closed_at, sent_at));
  EXPECT_FALSE(window.give_up(closed_at + SendWindow::kPatience - microseconds(1)));
  EXPECT_TRUE(window.give_up(closed_at + SendWindow::kPatience));
  hand_over(window, 100, closed_at + SendWindow::kPatience, sent_at);
  // The first reports are not those of all, so the others are the batch that is on its way.
  const Time answered_at = closed_at + 2 * SendWindow::kPatience;
  window.reports_came(100, answered_at);
  EXPECT_FALSE(window.is_open(answered_at, sent_at));
  EXPECT_FALSE(window.give_up(answered_at + SendWindow::kPatience - microseconds(1)));
  EXPECT_TRUE(window.give_up(answered_at + SendWindow::kPatience));
  window.reports_came(100, answered_at);
  hand_over(window, 100, closed_at + std::chrono::seconds(1), sent_at);
  EXPECT_FALSE(window.is_open(closed_at + std::chrono::seconds(1) + kLinger,
                              closed_at + std::chrono::seconds(1) + microseconds(1)));
}

TEST(SendWindow, AnotherInstanceBeginsAnew) {
  SendWindow window;
  hand_over(window, 100, kStart);
  ASSERT_FALSE(window.is_open(kStart, kStart + microseconds(1)));
  window.reset();
  hand_over(window, 100, kStart, kNotSent);
  // It ignores reports of an instance that was replaced.
  window.reports_came(1000, kStart);
  hand_over(window, 100, kStart, kNotSent);
}

}  // namespace
}  // namespace penstock::kafka
