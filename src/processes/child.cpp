#include "processes/child.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "processes/pipe.h"
#include "processes/program_start.h"
#include "processes/system_call.h"

namespace penstock::processes {
namespace {

using std::chrono::steady_clock;

// These are in the headers of newer C libraries only (glibc 2.36; the second is Linux 6.9).
constexpr auto kByDescriptor = static_cast<idtype_t>(3);  // P_PIDFD
constexpr unsigned kWholeGroup = 1U << 2;                 // PIDFD_SIGNAL_PROCESS_GROUP

bool send_signal(int descriptor, int number, unsigned flags) {
  return ::syscall(SYS_pidfd_send_signal, descriptor, number, nullptr, flags) == 0;
}

// Asks for the child's end. Returns -1 with errno ECHILD if somebody else has taken it.
int ask(int descriptor, siginfo_t& info, int options) {
  return uninterrupted([&] {
    return ::waitid(kByDescriptor, static_cast<id_t>(descriptor), &info, WEXITED | options);
  });
}

}  // namespace

std::string ExitStatus::text() const {
  if (!known) return "an unknown status";
  if (!by_signal) return "exit status " + std::to_string(number);
  return "signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
}

base::Result<Child> Child::spawn(const Command& command, Outputs outputs) {
  auto started = start_program(command, outputs);
  if (!started) return started.error();
  return Child(started->pid, std::move(started->descriptor));
}

Child::~Child() {
  if (!descriptor_ || status_) return;
  signal(SIGKILL);
  (void)wait_until(steady_clock::now() + kKillPatience);
}

void Child::signal(int number) const {
  if (!descriptor_ || status_) return;
  // A child that has left its group must end, too.
  if (number == SIGKILL) send_signal(descriptor_.get(), number, 0);
  if (send_signal(descriptor_.get(), number, kWholeGroup) || errno != EINVAL) return;
  // This kernel knows a group by its number only. While nobody has waited for the child, no other
  // group can have it.
  siginfo_t info{};
  if (ask(descriptor_.get(), info, WNOHANG | WNOWAIT) == 0) ::killpg(pid_, number);
}

std::optional<ExitStatus> Child::ended() {
  if (status_ || !descriptor_) return status_;
  siginfo_t info{};
  // The zombie stays until the group has been killed: while it exists, no other process group can
  // have its number.
  if (ask(descriptor_.get(), info, WNOHANG | WNOWAIT) == 0) {
    if (info.si_pid == 0) return std::nullopt;
    ::killpg(pid_, SIGKILL);
    // Somebody may wait for it at this moment, but the status is known.
    siginfo_t same{};
    (void)ask(descriptor_.get(), same, WNOHANG);
    status_ = ExitStatus{.by_signal = info.si_code != CLD_EXITED, .number = info.si_status};
    return status_;
  }
  if (!wait_until_readable(std::array{descriptor_.get()}, steady_clock::now())) {
    return std::nullopt;
  }
  // A kernel before 6.9 does nothing here: by its number, another group might be killed.
  send_signal(descriptor_.get(), SIGKILL, kWholeGroup);
  status_ = ExitStatus{.number = -1, .known = false};
  return status_;
}

std::optional<ExitStatus> Child::wait_until(steady_clock::time_point deadline) {
  if (status_ || !descriptor_) return status_;
  if (!wait_until_readable(std::array{descriptor_.get()}, deadline)) return std::nullopt;
  return ended();
}

}  // namespace penstock::processes
