#include "log/fault_flush.h"

#include <array>
#include <atomic>
#include <csignal>

#include "base/check.h"

namespace penstock::log {
namespace {

constexpr std::array kFaults{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr size_t kStackBytes = 64 * 1024;

// A signal's handler gets no argument of ours, so what it needs is static.
std::atomic<Log*> faulty_log = nullptr;
std::array<struct sigaction, kFaults.size()> earlier_actions;
// The handler runs on this stack, because the thread's own may be used up.
std::array<char, kStackBytes> handler_stack;
stack_t earlier_stack;

void restore_actions() {
  for (size_t i = 0; i < kFaults.size(); ++i) {
    ::sigaction(kFaults[i], &earlier_actions[i], nullptr);
  }
}

void flush_and_fault_again(int signal, siginfo_t* info, void*) {
  restore_actions();
  if (Log* const log = faulty_log.exchange(nullptr)) log->flush_after_fault();
  // The faulty instruction runs again after the return and meets the earlier handler. A signal that
  // was sent must be sent again; it waits for the return.
  if (info->si_code <= 0) ::raise(signal);
}

}  // namespace

FaultFlush::FaultFlush(Log& log) {
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
