#include "upstream/retries.h"

#include <gtest/gtest.h>

#include "base/time_text.h"
#include "upstream/circuit.h"

namespace penstock::upstream {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST(RetryBudget, IsAShareOfTheRequestsInTheLongRun) {
  RetryBudget budget(0.1);
  int retries = 0;
  for (int i = 0; i < 1'000; ++i) {
    budget.on_request();
    while (budget.take()) ++retries;
  }
  EXPECT_GE(retries, 108);
  EXPECT_LE(retries, 110);
}

TEST(RetryBudget, MayAllowNone) {
  RetryBudget budget(0);
  budget.on_request();
  EXPECT_FALSE(budget.take());
}

TEST(RetryPause, DoublesWithARandomShare) {
  std::minstd_rand random(1);
  for (int attempt = 1; attempt < 100; ++attempt) {
    const milliseconds longest = attempt > 7 ? kPauseMax : kPauseMin * (1 << (attempt - 1));
    milliseconds highest{0};
    for (int i = 0; i < 200; ++i) {
      const milliseconds pause = retry_pause(attempt, random);
      EXPECT_GE(pause, 0ms);
      EXPECT_LE(pause, longest);
      highest = std::max(highest, pause);
    }
    EXPECT_GT(highest, longest / 2) << attempt;
  }
}

TEST(RetryAfter, IsSecondsOrADate) {
  const base::SystemTime now = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1) + 500ms;
  EXPECT_EQ(retry_after("0", now), 0ms);
  EXPECT_EQ(retry_after("7", now), 7s);
  EXPECT_EQ(retry_after("99999", now), 1h);
  EXPECT_EQ(retry_after("99999999999999999999999", now), 1h);
  EXPECT_EQ(retry_after("Tue, 01 Dec 2026 00:00:03 GMT", now), 2500ms);
  EXPECT_EQ(retry_after("Tue, 01 Dec 2020 00:00:03 GMT", now), 0ms);
  EXPECT_EQ(retry_after("Tue, 01 Dec 2099 00:00:03 GMT", now), 1h);
  for (const char* text : {"", "-1", "1.5", "soon", "1 "}) {
    EXPECT_FALSE(retry_after(text, now)) << text;
  }
}

TEST(Circuit, OpensAfterFailuresInARowAndLetsOneThrough) {
  Circuit circuit(3, 1s);
  async::SteadyTime now{};
  EXPECT_TRUE(circuit.enter(now));
  EXPECT_FALSE(circuit.failed(now));
  EXPECT_FALSE(circuit.failed(now));
  EXPECT_FALSE(circuit.succeeded());
  EXPECT_FALSE(circuit.failed(now));
  EXPECT_FALSE(circuit.failed(now));
  EXPECT_TRUE(circuit.failed(now)) << "it says so once";
  EXPECT_FALSE(circuit.failed(now)) << "of one that was under way";
  EXPECT_FALSE(circuit.enter(now + 999ms));
  EXPECT_TRUE(circuit.enter(now + 1s));
  EXPECT_FALSE(circuit.enter(now + 1s)) << "only one";
  circuit.abandoned();
  EXPECT_TRUE(circuit.enter(now + 1s)) << "the first one said nothing";
  EXPECT_FALSE(circuit.failed(now + 1s));
  EXPECT_FALSE(circuit.enter(now + 1999ms));
  EXPECT_TRUE(circuit.enter(now + 2s));
  EXPECT_TRUE(circuit.succeeded());
  EXPECT_TRUE(circuit.enter(now + 2s));
  EXPECT_TRUE(circuit.enter(now + 2s));
}

TEST(Circuit, MayBeSwitchedOff) {
  Circuit circuit(0, 1s);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(circuit.failed({}));
  EXPECT_TRUE(circuit.enter({}));
}

}  // namespace
}  // namespace penstock::upstream
