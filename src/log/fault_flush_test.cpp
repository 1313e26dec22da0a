#include "log/fault_flush.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
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
  void log_and(Fault fault) {
    Log log(ends_[1], Level::info);
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
