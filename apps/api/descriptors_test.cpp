#include "apps/api/descriptors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace penstock::apps {
namespace {

// Each test has a process of its own for a limit that cannot be raised again.
struct Outcome {
  base::Result<Descriptors> raised;
  rlim_t soft;
};

Outcome raise_from(rlim_t soft, rlim_t hard, int64_t connections) {
  const rlimit limit{soft, hard};
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::abort();
  auto raised = raise_descriptors(connections);
  rlimit after{};
  ::getrlimit(RLIMIT_NOFILE, &after);
  return {std::move(raised), after.rlim_cur};
}

// Runs `sound` in a process of its own and expects it to be true.
template <class Check>
void expect_in_child(Check sound) {
  EXPECT_EXIT(std::_Exit(sound() ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST(Descriptors, AreRaisedToWhatTheConnectionsNeed) {
  expect_in_child([] {
    const auto [raised, soft] = raise_from(256, 1000, 100);
    return raised && raised->connections_max == 100 && soft == 100 + kReservedDescriptors;
  });
}

TEST(Descriptors, AreNotLowered) {
  expect_in_child([] {
    const auto [raised, soft] = raise_from(900, 1000, 10);
    return raised && raised->connections_max == 10 && soft == 900;
  });
}

TEST(Descriptors, LowerTheNumberOfConnectionsUnderAHardLimit) {
  expect_in_child([] {
    const auto [raised, soft] = raise_from(256, 1000, 10'000);
    return raised && raised->connections_max == 500 && soft == 1000;
  });
  expect_in_child([] {
    const auto [raised, soft] = raise_from(256, 256, 10'000);
    return raised && raised->connections_max == 128 && raised->limit == 256;
  });
}

TEST(Descriptors, TooFewAreSaidInASentence) {
  expect_in_child([] {
    const auto [raised, soft] = raise_from(40, 40, 10'000);
    return !raised &&
           raised.error().message.find("may have only 40 open files, but needs at least 64") !=
               std::string::npos;
  });
}

}  // namespace
}  // namespace penstock::apps
