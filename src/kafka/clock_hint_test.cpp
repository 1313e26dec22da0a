#include "kafka/clock_hint.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

const base::SystemTime kNow{std::chrono::seconds(1'890'000'000)};

TEST(ClockHint, ShowsTheTimeWhereAWrongClockCanBeTheReason) {
  EXPECT_EQ(clock_hint("SSL handshake failed: error:0A000086:SSL routines::certificate verify "
                       "failed: broker certificate could not be verified",
                       false, kNow),
            "; this machine's clock shows 2029-11-22T00:00:00.000000Z, and if it is wrong, a sound "
            "certificate counts as expired or not yet valid");
  EXPECT_EQ(clock_hint("SASL authentication error: refused token expired", true, kNow),
            "; this machine's clock shows 2029-11-22T00:00:00.000000Z, and if it is minutes off, "
            "Kafka refuses each token");
}

TEST(ClockHint, IsEmptyWhereTheClockDoesNotMatter) {
  EXPECT_EQ(clock_hint("Connect to ipv4#127.0.0.1:9092 failed: Connection refused", true, kNow),
            "");
  EXPECT_EQ(clock_hint("SASL authentication error: wrong password", false, kNow), "");
}

}  // namespace
}  // namespace penstock::kafka
