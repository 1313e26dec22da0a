#include "kafka/connection_health.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

using events::DeliveryOutcome;

class ConnectionHealthTest : public testing::Test {
 protected:
  events::DeliveryReport timed_out() const {
    return health_.explain({.outcome = DeliveryOutcome::not_stored, .reason = "timed out"});
  }

  static constexpr std::chrono::milliseconds kPatience{2000};

  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  Tokens tokens_{nullptr, "p", log_};
  ConnectionHealth health_{tokens_, "broker:9092", kPatience};
};

TEST_F(ConnectionHealthTest, ExplainsAFailureByTheLastErrorWithoutAConnection) {
  EXPECT_EQ(health_.not_ready_reason(false), "no connection to Kafka at broker:9092");
  EXPECT_EQ(timed_out().reason, "timed out");
  health_.connection_failed("connection refused");
  EXPECT_EQ(health_.not_ready_reason(false),
            "no connection to Kafka at broker:9092: connection refused");
  EXPECT_EQ(timed_out().reason, "timed out: connection refused");
  EXPECT_EQ(timed_out().outcome, DeliveryOutcome::not_stored);
}

TEST_F(ConnectionHealthTest, IgnoresAnOldErrorWithAConnection) {
  health_.connection_failed("connection refused");
  health_.broker_answered();
  EXPECT_EQ(health_.not_ready_reason(false), "");
  EXPECT_EQ(timed_out().reason, "timed out");
  health_.all_brokers_down();
  EXPECT_EQ(timed_out().reason, "timed out: connection refused");
}

TEST_F(ConnectionHealthTest, RefusesForGoodWhatIsDeniedUntilSomethingIsStored) {
  health_.broker_answered();
  health_.writing_denied("not authorised");
  EXPECT_EQ(timed_out().outcome, DeliveryOutcome::refused);
  EXPECT_EQ(timed_out().reason, "not authorised");
  EXPECT_EQ(health_.not_ready_reason(true),
            "Kafka does not allow the producer to write: not authorised");
  health_.writing_admitted();
  EXPECT_EQ(timed_out().outcome, DeliveryOutcome::not_stored);
  EXPECT_EQ(health_.not_ready_reason(true), "the Kafka producer is being replaced");
}

TEST_F(ConnectionHealthTest, TellsThatNothingIsAcknowledgedUntilAnEventIs) {
  const ConnectionHealth::Time start{std::chrono::hours(1)};
  const std::chrono::milliseconds moment{1};
  health_.broker_answered();
  health_.event_failed("no answer", start);
  EXPECT_EQ(health_.not_ready_reason(false), "Kafka acknowledges no events: no answer");
  health_.event_stored(start + moment);
  EXPECT_EQ(health_.not_ready_reason(false), "");
  // The one fails while others are stored.
  health_.event_failed("no answer", start + moment + kPatience);
  EXPECT_EQ(health_.not_ready_reason(false), "");
  health_.event_failed("no answer", start + moment + kPatience + moment);
  EXPECT_EQ(health_.not_ready_reason(false), "Kafka acknowledges no events: no answer");
}

TEST_F(ConnectionHealthTest, IsReadyAgainIfNoEventShowsThatNothingIsAcknowledged) {
  const ConnectionHealth::Time start{std::chrono::hours(1)};
  health_.broker_answered();
  health_.event_failed("no answer", start);
  const auto later = start + std::chrono::seconds(10);
  health_.event_failed("still no answer", later);
  health_.forget_old(later + ConnectionHealth::kFailureToldFor);
  EXPECT_EQ(health_.not_ready_reason(false), "Kafka acknowledges no events: still no answer");
  health_.forget_old(later + ConnectionHealth::kFailureToldFor + std::chrono::milliseconds(1));
  EXPECT_EQ(health_.not_ready_reason(false), "");
}

TEST_F(ConnectionHealthTest, TellsOfTheClockUntilAnEventIsStoredOrAMinuteIsOver) {
  const ConnectionHealth::Time now{std::chrono::hours(1)};
  health_.broker_answered();
  health_.clock_refused("the clock says 2040", now);
  EXPECT_EQ(health_.not_ready_reason(false), "the clock says 2040");
  health_.forget_old(now + ConnectionHealth::kClockToldFor);
  EXPECT_EQ(health_.not_ready_reason(false), "the clock says 2040");
  health_.forget_old(now + ConnectionHealth::kClockToldFor + std::chrono::milliseconds(1));
  EXPECT_EQ(health_.not_ready_reason(false), "");
  health_.clock_refused("the clock says 2040", now);
  health_.event_stored(now);
  EXPECT_EQ(health_.not_ready_reason(false), "");
}

}  // namespace
}  // namespace penstock::kafka
