#include "local/console/operations/blocking_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <optional>
#include <vector>

namespace penstock::local {
namespace {

using std::chrono::steady_clock;
using ::testing::ElementsAre;
using Outcome = std::optional<base::Result<int>>;

constexpr std::chrono::seconds kTestPatience{30};

class BlockingCallsTest : public ::testing::Test {
 protected:
  // Begins a call that returns when it is released or stopped.
  void begin(Outcome& outcome, int number) {
    boost::asio::co_spawn(
        io_.get_executor(),
        [this, &outcome, number]() -> async::Awaitable<> {
          std::function<base::Result<int>(std::stop_token)> work =
              [this, number](const std::stop_token& stop) {
                ++running_;
                while (released_ < number && !stop.stop_requested()) std::this_thread::yield();
                --running_;
                return number;
              };
          outcome = co_await calls_.run(std::move(work));
          ended_.push_back(number);
        },
        boost::asio::detached);
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = steady_clock::now() + kTestPatience;
    while (!condition() && steady_clock::now() < deadline) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(10));
    }
    return condition();
  }

  boost::asio::io_context io_{1};
  std::stop_source stop_;
  BlockingCalls calls_{io_, stop_.get_token(), 2};
  std::atomic<int> released_ = 0;  // Calls up to this number may return.
  std::atomic<int> running_ = 0;
  std::vector<int> ended_;
};

TEST_F(BlockingCallsTest, RunsOnlySoManyAtATimeAndTheOthersInTheirOrder) {
  std::vector<Outcome> outcomes(5);
  for (int i = 1; i <= 5; ++i) begin(outcomes[static_cast<size_t>(i - 1)], i);
  ASSERT_TRUE(run_until([&] { return running_ == 2; }));
  for (int i = 1; i <= 3; ++i) {
    released_ = i;
    ASSERT_TRUE(run_until([&] { return ended_.size() == static_cast<size_t>(i); }));
    ASSERT_TRUE(run_until([&] { return running_ == 2; }));
  }
  released_ = 5;
  ASSERT_TRUE(run_until([&] { return ended_.size() == 5u; }));
  EXPECT_THAT(std::vector<int>(ended_.begin(), ended_.begin() + 3), ElementsAre(1, 2, 3));
  EXPECT_EQ(outcomes[4]->value(), 5);
}

TEST_F(BlockingCallsTest, RefusesWhenTooManyWait) {
  std::vector<Outcome> outcomes(BlockingCalls::kWaitingMax + 3);
  for (auto& outcome : outcomes) begin(outcome, 1);
  ASSERT_TRUE(run_until([&] { return outcomes.back().has_value(); }));
  EXPECT_EQ(outcomes.back()->error().code, base::ErrorCode::unavailable);
  released_ = 1;
  EXPECT_TRUE(run_until([&] { return ended_.size() == outcomes.size(); }));
  EXPECT_TRUE(outcomes.front()->has_value());
}

TEST_F(BlockingCallsTest, AStopEndsThoseThatRunAndThoseThatWait) {
  std::vector<Outcome> outcomes(4);
  for (auto& outcome : outcomes) begin(outcome, 1);
  ASSERT_TRUE(run_until([&] { return running_ == 2; }));
  stop_.request_stop();
  EXPECT_TRUE(run_until([&] { return ended_.size() == 4u; }));
}

}  // namespace
}  // namespace penstock::local
