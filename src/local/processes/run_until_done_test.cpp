#include "local/processes/run_until_done.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "async/latch.h"
#include "local/processes/run_on_thread.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

async::Awaitable<std::string> answer(std::string text) {
  co_return text;
}

async::Awaitable<int> wait_for(async::Latch& latch) {
  ::raise(SIGTERM);
  co_await latch.wait_until(steady_clock::time_point::max());
  co_return 3;
}

async::Awaitable<int> fail() {
  throw std::runtime_error("failed");
  co_return 0;
}

TEST(RunUntilDone, ReturnsWhatTheWorkReturns) {
  boost::asio::io_context io(1);
  EXPECT_EQ(run_until_done(io, answer("text"), [] {}), "text");
}

TEST(RunUntilDone, PassesOnEverySignal) {
  boost::asio::io_context io(1);
  async::Latch latch(io);
  int signals = 0;
  EXPECT_EQ(run_until_done(io, wait_for(latch),
                           [&] {
                             if (++signals == 2) return latch.set();
                             ::raise(SIGINT);
                           }),
            3);
  EXPECT_EQ(signals, 2);
}

TEST(RunUntilDone, ThrowsWhatTheWorkThrows) {
  boost::asio::io_context io(1);
  EXPECT_THROW(static_cast<void>(run_until_done(io, fail(), [] {})), std::runtime_error);
}

TEST(RunOnThread, RunsTheWorkOnAnotherThread) {
  boost::asio::io_context io(1);
  const auto work = [](std::stop_token) { return std::this_thread::get_id(); };
  EXPECT_NE(run_until_done(io, run_on_thread<std::thread::id>(io, {}, work), [] {}),
            std::this_thread::get_id());
}

TEST(RunOnThread, ThrowsWhatTheWorkThrows) {
  boost::asio::io_context io(1);
  const auto throws = [](std::stop_token) -> int { throw 42; };
  EXPECT_THROW(static_cast<void>(run_until_done(io, run_on_thread<int>(io, {}, throws), [] {})),
               int);
}

TEST(RunOnThread, AsksTheWorkToStop) {
  boost::asio::io_context io(1);
  std::stop_source stop;
  const auto work = [](std::stop_token token) {
    ::kill(::getpid(), SIGTERM);
    const auto deadline = steady_clock::now() + std::chrono::seconds(30);
    while (!token.stop_requested() && steady_clock::now() < deadline) std::this_thread::yield();
    return token.stop_requested();
  };
  EXPECT_TRUE(run_until_done(io, run_on_thread<bool>(io, stop.get_token(), work),
                             [&] { stop.request_stop(); }));
}

TEST(RunUntilDone, PassesOnTheHangupOfTheTerminalAndQuit) {
  for (const int number : {SIGHUP, SIGQUIT}) {
    boost::asio::io_context io(1);
    async::Latch latch(io);
    const auto work = [](async::Latch& done, int raised) -> async::Awaitable<int> {
      ::raise(raised);
      co_await done.wait_until(steady_clock::time_point::max());
      co_return 3;
    };
    EXPECT_EQ(run_until_done(io, work(latch, number), [&] { latch.set(); }), 3);
  }
}

}  // namespace
}  // namespace penstock::local
