#include "log/fault_flush.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/check.h"

namespace penstock::log {
namespace {

using testing::HasSubstr;

// Each test's fault ends a child process, which has the writing end of this pipe.
class FaultFlushTest : public testing::Test {
 protected:
  FaultFlushTest() {
    GTEST_FLAG_SET(death_test_style, "fast");
    EXPECT_EQ(::pipe2(ends_, O_CLOEXEC | O_NONBLOCK), 0);
  }
  ~FaultFlushTest() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  // Logs a line that waits for a flush, and then does `fault`.
  template <class Fault>
  void log_and(Fault fault, const Log::Format& format = {}) {
    Log log(ends_[1], Level::info, format);
    const FaultFlush flush(log);
    log.defer_flush([] {});
    Line(log, Level::info, "the last line");
    fault();
  }
  std::string arrived() {
    std::string text(1 << 16, '\0');
    const ssize_t count = ::read(ends_[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }

  int ends_[2] = {-1, -1};
};

using FaultFlushDeathTest = FaultFlushTest;

TEST_F(FaultFlushDeathTest, WritesWhatWaitsBeforeAnAbort) {
  EXPECT_DEATH(log_and([] { std::abort(); }), "");
  EXPECT_THAT(arrived(), HasSubstr("the last line"));
}

TEST_F(FaultFlushDeathTest, WritesWhatWaitsBeforeAFailedCheck) {
  EXPECT_DEATH(log_and([] { base::check(false, "one is two"); }), "bug: one is two");
  EXPECT_THAT(arrived(), HasSubstr("the last line"));
}

TEST_F(FaultFlushDeathTest, WritesWhatWaitsBeforeTheEndByAnException) {
  const auto thrown = [] {
    try {
      throw std::runtime_error("out of everything");
    } catch (const std::exception&) {
      std::terminate();
    }
  };
  EXPECT_DEATH(log_and(thrown), "out of everything");
  EXPECT_THAT(arrived(), HasSubstr("the last line"));
  EXPECT_DEATH(log_and([] { std::jthread([] { throw 42; }).join(); }), "");
  EXPECT_THAT(arrived(), HasSubstr("the last line"));
}

TEST_F(FaultFlushDeathTest, WritesWhatWaitsBeforeAFault) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    EXPECT_DEATH(log_and([signal] { ::raise(signal); }), "");
    EXPECT_THAT(arrived(), HasSubstr("the last line")) << signal;
  }
  const auto write_where_nobody_may = [] {
    void* page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *static_cast<volatile char*>(page) = 1;
  };
  EXPECT_DEATH(log_and(write_where_nobody_may), "");
  EXPECT_THAT(arrived(), HasSubstr("the last line"));
}

TEST_F(FaultFlushDeathTest, AFullPipeDoesNotKeepTheProcessAlive) {
  const std::string filler(1 << 20, 'x');
  EXPECT_GT(::write(ends_[1], filler.data(), filler.size()), 0);
  EXPECT_DEATH(log_and([] { std::abort(); }), "");
}

bool blocks(pid_t thread, int signal) {
  std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("SigBlk:", 0) != 0) continue;
    return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1) != 0;
  }
  return false;
}

// The pipe is full until both threads are in the handler, which blocks its signal.
TEST_F(FaultFlushDeathTest, ASecondFaultWaitsForTheFlush) {
  const std::string filler(1 << 20, 'x');
  const ssize_t filled = ::write(ends_[1], filler.data(), filler.size());
  const auto two_faults = [&] {
    std::array<std::atomic<pid_t>, 2> ids{};
    const auto fault = [&ids](size_t i) {
      ids[i] = ::gettid();
      ::raise(SIGSEGV);
    };
    const std::jthread one(fault, 0);
    const std::jthread two(fault, 1);
    for (const auto& id : ids) {
      while (id == 0 || !blocks(id, SIGSEGV)) std::this_thread::yield();
    }
    std::string text(static_cast<size_t>(filled), '\0');
    for (ssize_t left = filled; left > 0;) {
      left -= ::read(ends_[0], text.data(), static_cast<size_t>(left));
    }
  };
  EXPECT_DEATH(log_and(two_faults, {.end_patience = std::chrono::seconds(60)}), "");
  EXPECT_THAT(arrived(), HasSubstr("the last line"));
}

TEST_F(FaultFlushTest, InstallsTheEarlierHandlersAgain) {
  struct sigaction before{};
  ::sigaction(SIGABRT, nullptr, &before);
  log_and([] {});
  struct sigaction after{};
  ::sigaction(SIGABRT, nullptr, &after);
  EXPECT_EQ(before.sa_sigaction, after.sa_sigaction);
}

}  // namespace
}  // namespace penstock::log
