#include "base/time_text.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

TEST(TimeText, FormatsBothWays) {
  TimeText text;
  const SystemTime time{seconds(1'795'539'140) + microseconds(1'234)};
  EXPECT_EQ(text.rfc3339(time), "2026-11-24T16:52:20.001234Z");
  EXPECT_EQ(text.http_date(time), "Tue, 24 Nov 2026 16:52:20 GMT");
}

TEST(TimeText, FollowsTheClock) {
  TimeText text;
  EXPECT_EQ(text.rfc3339(SystemTime{seconds(0)}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(text.rfc3339(SystemTime{seconds(1) + microseconds(999'999)}),
            "1970-01-01T00:00:01.999999Z");
  EXPECT_EQ(text.rfc3339(SystemTime{seconds(1)}), "1970-01-01T00:00:01.000000Z");
  EXPECT_EQ(text.http_date(SystemTime{seconds(951'782'400)}), "Tue, 29 Feb 2000 00:00:00 GMT");
}

}  // namespace
}  // namespace penstock::base
