#include "processes/signals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace penstock::processes {
namespace {

TEST(StopSignals, AreThoseThatAskForTheEnd) {
  const auto before = std::signal(SIGHUP, SIG_DFL);
  EXPECT_THAT(stop_signals(), ::testing::ElementsAre(SIGINT, SIGTERM, SIGQUIT, SIGHUP));
  std::signal(SIGHUP, before);
}

TEST(StopSignals, LeaveHangupIgnoredUnderNohup) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  EXPECT_THAT(stop_signals(), ::testing::ElementsAre(SIGINT, SIGTERM, SIGQUIT));
  std::signal(SIGHUP, before);
}

}  // namespace
}  // namespace penstock::processes
