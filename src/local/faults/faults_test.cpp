#include "local/faults/faults.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "processes/file_descriptor.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::chrono::seconds kPatience{20};

class FaultsTest : public ::testing::Test {
 protected:
  // Returns a fault that notes its beginning and its end.
  Fault fault(const std::string& name, FaultPart part, const FaultParameters& defaults) {
    return {
        .part = part,
        .name = name,
        .title = name,
        .effect = "",
        .on_aws = "",
        .watch_for = "",
        .defaults = defaults,
        .unavailable_because = [this, name] { return unavailable_[name]; },
        .begin =
            [this, name](const FaultParameters& parameters) {
              noted_.push_back(name + " begins " + std::to_string(parameters.seconds.value_or(0)) +
                               " " + std::to_string(parameters.count.value_or(0)));
            },
        .end =
            [this, name](FaultEnd why) {
              noted_.push_back(name +
                               (why == FaultEnd::asked ? " is mended" : " has had its time"));
            },
        .is_over = [this, name] { return over_[name]; },
    };
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!condition() && steady_clock::now() < deadline) io_.run_one_until(deadline);
    return condition();
  }
  std::vector<std::string> active() {
    std::vector<std::string> names;
    for (const FaultStatus& status : faults_.active()) names.push_back(status.fault->name);
    return names;
  }

  std::vector<std::string> noted_;
  std::map<std::string, std::string> unavailable_;
  std::map<std::string, bool> over_;
  boost::asio::io_context io_{1};
  processes::FileDescriptor nowhere_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Terminal terminal_{nowhere_.get()};
  Faults faults_{io_,
                 terminal_,
                 {fault("cut", FaultPart::broker, {.seconds = 10}),
                  fault("slow", FaultPart::broker, {.seconds = 10}),
                  fault("kill", FaultPart::function, {.count = 3})}};
};

TEST_F(FaultsTest, AFaultEndsAfterItsTime) {
  const auto started = faults_.start("cut", {.seconds = 1});
  ASSERT_TRUE(started);
  EXPECT_TRUE(started->active);
  EXPECT_THAT(active(), ElementsAre("cut"));
  ASSERT_TRUE(run_until([this] { return active().empty(); }));
  EXPECT_THAT(noted_, ElementsAre("cut begins 1 0", "cut has had its time"));
  EXPECT_FALSE(faults_.list().front().active);
}

TEST_F(FaultsTest, AFaultIsMendedOnRequestAndOnce) {
  ASSERT_TRUE(faults_.start("cut", {}));
  for (int i = 0; i < 2; ++i) {
    const auto ended = faults_.end("cut");
    ASSERT_TRUE(ended);
    EXPECT_FALSE(ended->active);
  }
  EXPECT_THAT(noted_, ElementsAre("cut begins 10 0", "cut is mended"));
  EXPECT_TRUE(faults_.start("slow", {})) << "the part is free again";
}

TEST_F(FaultsTest, AFaultThatHasNothingLeftToBreakEndsByItself) {
  ASSERT_TRUE(faults_.start("kill", {}));
  EXPECT_THAT(active(), ElementsAre("kill"));
  over_["kill"] = true;
  ASSERT_TRUE(run_until([this] { return active().empty(); }));
  EXPECT_THAT(noted_, ElementsAre("kill begins 0 3", "kill is mended"));
}

TEST_F(FaultsTest, TwoFaultsOfOnePartAreRefusedAndThoseOfTwoPartsAreNot) {
  ASSERT_TRUE(faults_.start("cut", {}));
  for (const char* name : {"slow", "cut"}) {
    const auto refused = faults_.start(name, {});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, base::ErrorCode::refused);
    EXPECT_THAT(refused.error().message, HasSubstr("cut is active"));
  }
  EXPECT_TRUE(faults_.start("kill", {}));
  EXPECT_THAT(active(), ElementsAre("cut", "kill"));
}

TEST_F(FaultsTest, WhatIsUnknownOrUnavailableIsRefusedWithTheReason) {
  unavailable_["cut"] = "there is no broker";
  const auto unavailable = faults_.start("cut", {});
  ASSERT_FALSE(unavailable);
  EXPECT_EQ(base::describe(unavailable.error()), "there is no broker");
  EXPECT_EQ(faults_.list().front().unavailable_because, "there is no broker");
  const auto unknown = faults_.start("explode", {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::not_found);
  EXPECT_FALSE(faults_.end("explode"));
  const auto wrong = faults_.start("slow", {.count = 1});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(base::describe(wrong.error()), "slow has no parameter `count`");
  EXPECT_THAT(noted_, IsEmpty());
}

TEST_F(FaultsTest, AStopMendsEverythingAndLetsNothingBegin) {
  ASSERT_TRUE(faults_.start("cut", {}));
  ASSERT_TRUE(faults_.start("kill", {}));
  faults_.stop();
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_THAT(noted_,
              ElementsAre("cut begins 10 0", "kill begins 0 3", "cut is mended", "kill is mended"));
  EXPECT_FALSE(faults_.start("cut", {}));
}

}  // namespace
}  // namespace penstock::local
