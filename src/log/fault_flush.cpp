#include "log/fault_flush.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>

#include "base/check.h"

namespace penstock::log {
namespace {

constexpr std::array kFaults{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr size_t kStackBytes = 64 * 1024;
constexpr int kPauseMs = 1;

// A signal's handler gets no argument of ours, so what it needs is static.
std::atomic<Log*> faulty_log = nullptr;
std::atomic<pid_t> faulty_thread = 0;  // The first one with a fault; it writes the log.
std::atomic<bool> flushed = false;
std::array<struct sigaction, kFaults.size()> earlier_actions;
// The handler runs on this stack, because the thread's own may be used up.
std::array<char, kStackBytes> handler_stack;
stack_t earlier_stack;

void restore_actions() {
  for (size_t i = 0; i < kFaults.size(); ++i) {
    ::sigaction(kFaults[i], &earlier_actions[i], nullptr);
  }
}

// Waits until the thread whose fault came first has written the log, because this thread's fault
// would end the process before. The other thread has a deadline; this one only adds some room.
void wait_for_flush(const Log& log) {
  const auto deadline = std::chrono::steady_clock::now() + 2 * log.end_patience();
  while (!flushed && std::chrono::steady_clock::now() < deadline) ::poll(nullptr, 0, kPauseMs);
}

void flush_and_fault_again(int signal, siginfo_t* info, void*) {
  if (Log* const log = faulty_log) {
    const pid_t thread = ::gettid();
    pid_t first = 0;
    if (faulty_thread.compare_exchange_strong(first, thread)) {
      log->flush_after_fault();
      flushed = true;
    } else if (first != thread) {  // It is equal if the flush itself has aborted.
      wait_for_flush(*log);
    }
  }
  restore_actions();
  // The faulty instruction runs again after the return and meets the earlier handler. A signal that
  // was sent must be sent again; it waits for the return.
  if (info->si_code <= 0) ::raise(signal);
}

}  // namespace

FaultFlush::FaultFlush(Log& log) {
  faulty_thread = 0;
  flushed = false;
  base::check(faulty_log.exchange(&log) == nullptr, "a process has one FaultFlush at a time");
  const stack_t stack{.ss_sp = handler_stack.data(), .ss_flags = 0, .ss_size = kStackBytes};
  ::sigaltstack(&stack, &earlier_stack);
  struct sigaction action{};
  action.sa_sigaction = flush_and_fault_again;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (size_t i = 0; i < kFaults.size(); ++i) {
    ::sigaction(kFaults[i], &action, &earlier_actions[i]);
  }
}

FaultFlush::~FaultFlush() {
  restore_actions();
  ::sigaltstack(&earlier_stack, nullptr);
  faulty_log = nullptr;
}

}  // namespace penstock::log
