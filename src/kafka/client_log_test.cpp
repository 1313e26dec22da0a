#include "kafka/client_log.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

using log::Level;

constexpr int kError = 3;
constexpr int kWarning = 4;
constexpr int kInfo = 6;

constexpr std::string_view kLoading =
    "[thrd:main]: Failed to acquire idempotence PID from broker b:9092/1: Broker: Coordinator load "
    "in progress: retrying";

TEST(ClientLog, HasTheLevelsOfSyslog) {
  EXPECT_EQ(level_of_client_log(kError, "FAIL", "text", true), Level::error);
  EXPECT_EQ(level_of_client_log(kWarning, "FAIL", "text", true), Level::warning);
  EXPECT_EQ(level_of_client_log(kInfo, "FAIL", "text", true), Level::debug);
}

TEST(ClientLog, DoesNotWarnOfABrokerThatHasJustStarted) {
  EXPECT_EQ(level_of_client_log(kWarning, "GETPID", kLoading, true), Level::debug);
  EXPECT_EQ(level_of_client_log(kWarning, "GETPID", kLoading, false), Level::warning)
      << "it should be over by now";
  EXPECT_EQ(level_of_client_log(kWarning, "GETPID", "Cluster authorization failed", true),
            Level::warning);
  EXPECT_EQ(level_of_client_log(kWarning, "GETPID",
                                "Failed to acquire idempotence PID from broker b:9092/1: Local: "
                                "Timed out: retrying",
                                true),
            Level::warning)
      << "a broker that has started answers";
}

}  // namespace
}  // namespace penstock::kafka
