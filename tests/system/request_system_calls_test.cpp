// This test counts the system calls of a request, with ptrace(2), which an ordinary container
// allows for a program's own children.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <map>
#include <string>
#include <thread>

#include "support/fixture.h"
#include "support/program.h"
#include "support/raw_client.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using Counts = std::map<uint64_t, int>;

constexpr int kRequests = 100;
constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

// Counts the system calls of a process with one thread, from its construction to counts().
class SystemCalls {
 public:
  explicit SystemCalls(pid_t pid) : pid_(pid), thread_([this] { trace(); }) {
    while (!traces_ && !failed_) std::this_thread::yield();
  }
  // Says whether the process could be traced.
  [[nodiscard]] bool traces() const { return !failed_; }
  // Ends with the process's next system call, which `next` must cause.
  template <class Cause>
  Counts counts(const Cause& next) {
    ends_ = true;
    next();
    thread_.join();
    return counts_;
  }

 private:
  // Only the thread that has seized the process may trace it.
  void trace() {
    if (::ptrace(PTRACE_SEIZE, pid_, nullptr, PTRACE_O_TRACESYSGOOD) != 0 ||
        ::ptrace(PTRACE_INTERRUPT, pid_, nullptr, nullptr) != 0) {
      failed_ = true;
      return;
    }
    while (true) {
      int status = 0;
      if (::waitpid(pid_, &status, __WALL) != pid_ || !WIFSTOPPED(status)) return;
      const int stop = WSTOPSIG(status);
      if (stop == kSyscallStop) count();
      const bool is_of_a_signal = stop != kSyscallStop && status >> 16 == 0;
      if (ends_ && stop == kSyscallStop) {
        ::ptrace(PTRACE_DETACH, pid_, nullptr, nullptr);
        return;
      }
      ::ptrace(PTRACE_SYSCALL, pid_, nullptr, is_of_a_signal ? stop : 0);
      traces_ = true;
    }
  }
  void count() {
    __ptrace_syscall_info info{};
    ::ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, &info);
    if (!ends_ && info.op == PTRACE_SYSCALL_INFO_ENTRY) ++counts_[info.entry.nr];
  }

  const pid_t pid_;
  std::atomic<bool> traces_ = false;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> ends_ = false;
  Counts counts_;
  std::thread thread_;
};

TEST(RequestSystemCalls, ARequestIsReadByOneAndAnsweredByOne) {
  const test::TemporaryFolder folder;
  test::Program program(test::kApiProgram, {},
                        {{test::variable("PORT"), "0"},
                         {test::variable("ADMIN_PORT"), "0"},
                         {test::variable("ADDRESS"), "127.0.0.1"},
                         // Without it the kernel lets nobody trace the program.
                         {test::variable("CORE_DUMPS"), "true"}},
                        folder.path() / "output.log");
  constexpr std::string_view kListening = "\"message\":\"listening\"";
  ASSERT_TRUE(test::eventually([&] {
    const std::string text = program.output();
    const size_t found = text.find(kListening);
    return found != std::string::npos && text.find('\n', found) != std::string::npos;
  })) << program.output();
  const std::string text = program.output();
  const size_t begin = text.rfind('\n', text.find(kListening)) + 1;
  const auto line = boost::json::parse(text.substr(begin, text.find('\n', begin) - begin));
  test::RawClient client(static_cast<uint16_t>(line.at("port").as_int64()));
  const auto ask = [&] {
    client.send("GET " + test::kFixedPath + " HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.read_until(test::kFixedAnswer), testing::StartsWith("HTTP/1.1 200 "));
  };
  for (int i = 0; i < 3; ++i) ask();
  SystemCalls calls(program.child().pid());
  if (!calls.traces()) GTEST_SKIP() << "this machine does not let a program trace its child";
  for (int i = 0; i < kRequests; ++i) ask();
  Counts counts = calls.counts(ask);
  EXPECT_EQ(counts[SYS_recvfrom], kRequests);
  EXPECT_EQ(counts[SYS_sendmsg], kRequests);  // Head and body together.
  EXPECT_LE(counts[SYS_write], kRequests);    // Of the log.
  // Each turn of the event loop watches all connections again with one call. Timers add some.
  constexpr int kOfTimers = 50;
  EXPECT_LE(counts[SYS_epoll_ctl], kRequests + kOfTimers);
  int all = 0;
  for (const auto& [number, count] : counts) all += count;
  std::string shown;
  for (const auto& [number, count] : counts) {
    shown += std::to_string(number) + ": " + std::to_string(count) + "\n";
  }
  EXPECT_LE(all, 8 * kRequests + kOfTimers) << shown;
}

}  // namespace
}  // namespace penstock
