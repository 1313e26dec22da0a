// Here a signal interrupts system calls all the time (EINTR), as a profiler's timer does.
#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>

#include "processes/child.h"
#include "processes/child_output.h"
#include "processes/pipe.h"
#include "processes/system_call.h"

namespace penstock::processes {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{20};
volatile std::sig_atomic_t signals = 0;

// Sends SIGALRM every millisecond, with a handler that does not restart system calls.
class Storm {
 public:
  Storm() {
    signals = 0;
    struct sigaction action{};
    action.sa_handler = [](int) { signals = signals + 1; };
    ::sigaction(SIGALRM, &action, &before_);
    set_interval(1000);
  }
  Storm(const Storm&) = delete;
  Storm& operator=(const Storm&) = delete;
  ~Storm() {
    set_interval(0);
    ::sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  static void set_interval(suseconds_t microseconds) {
    const itimerval interval{.it_interval = {0, microseconds}, .it_value = {0, microseconds}};
    ::setitimer(ITIMER_REAL, &interval, nullptr);
  }

  struct sigaction before_{};
};

// The script goes on after some signals have come.
const char* const kScript = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; printf done; exit 3";

Command script() {
  return {.program = "/bin/sh",
          .arguments = {"-c", kScript},
          .environment = {{"PATH", "/usr/bin:/bin"}}};
}

TEST(Interrupted, AChildIsStartedAndAwaited) {
  const Storm storm;
  for (int i = 0; i < 10; ++i) {
    auto child = Child::spawn(script(), -1);
    ASSERT_TRUE(child);
    const auto status = child->wait_until(steady_clock::now() + kPatience);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->number, 3);
  }
  EXPECT_GT(signals, 0);
}

TEST(Interrupted, AChildIsKilled) {
  const Storm storm;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(Child::spawn({.program = "/bin/sleep", .arguments = {"1000"}}, -1));
  }
}

TEST(Interrupted, OutputIsReadToItsEnd) {
  const Storm storm;
  Pipe pipe = Pipe::make().value();
  auto child = Child::spawn(script(), {pipe.write_end.get(), STDERR_FILENO});
  ASSERT_TRUE(child);
  pipe.write_end.reset();
  std::string output;
  const auto status = read_until_end(*child, pipe.read_end.get(), steady_clock::now() + kPatience,
                                     {}, [&](std::string_view part) {
                                       output += part;
                                       return true;
                                     });
  ASSERT_TRUE(status);
  EXPECT_EQ(status->number, 3);
  EXPECT_EQ(output, "done");
}

TEST(Interrupted, AWaitEndsWhenThereIsSomethingToRead) {
  const Storm storm;
  const Pipe pipe = Pipe::make().value();
  std::jthread writer([&] {
    sigset_t alarm;
    ::sigemptyset(&alarm);
    ::sigaddset(&alarm, SIGALRM);
    ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
    while (signals < 10) std::this_thread::yield();
    EXPECT_EQ(::write(pipe.write_end.get(), "x", 1), 1);
  });
  EXPECT_TRUE(
      wait_until_readable(std::array{pipe.read_end.get()}, steady_clock::now() + kPatience));
}

TEST(Interrupted, AWaitEndsAtItsDeadline) {
  const Storm storm;
  const Pipe pipe = Pipe::make().value();
  EXPECT_FALSE(wait_until_readable(std::array{pipe.read_end.get()},
                                   steady_clock::now() + std::chrono::milliseconds(20)));
  EXPECT_TRUE(wait_until_writable(pipe.write_end.get(), steady_clock::now()));
}

}  // namespace
}  // namespace penstock::processes
