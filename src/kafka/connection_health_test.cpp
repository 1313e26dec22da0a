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

  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  Tokens tokens_{nullptr, "p", log_};
  ConnectionHealth health_{tokens_, "broker:9092"};
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
  EXPECT_EQ(health_.not_ready_reason(true),
            "the Kafka producer is being replaced after a fatal error");
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
  health_.clock_accepted();
  EXPECT_EQ(health_.not_ready_reason(false), "");
}

}  // namespace
}  // namespace penstock::kafka
