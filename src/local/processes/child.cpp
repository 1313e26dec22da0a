#include "local/processes/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "local/processes/file_descriptor.h"

namespace penstock::local {
namespace {

constexpr std::chrono::milliseconds kWaitStep{5};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// Holds the arguments of execute_in_child(). `folder` is null if the working directory stays.
struct Execution {
  const char* program;
  char** arguments;
  char** environment;
  const char* folder;
  int output;
  int input;
  int report;
  pid_t parent;
};

// Runs in the child between fork and exec. It makes system calls only, because a lock that another
// thread held during the fork is never released here. On failure it writes errno to `report`.
[[noreturn]] void execute_in_child(const Execution& execution) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before the call above.
  if (::getppid() != execution.parent) ::_exit(127);
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(execution.input, STDIN_FILENO);
  ::dup2(execution.output, STDOUT_FILENO);
  ::dup2(execution.output, STDERR_FILENO);
  // Libraries open descriptors without O_CLOEXEC, and the child must not inherit them.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (execution.folder == nullptr || ::chdir(execution.folder) == 0) {
    ::execvpe(execution.program, execution.arguments, execution.environment);
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(execution.report, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

std::string ExitStatus::text() const {
  if (!by_signal) return "exit status " + std::to_string(number);
  return "signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
}

base::Result<Child> Child::spawn(const Command& command, int output) {
  const auto failed = [&](int error) {
    return base::Error{.code = base::ErrorCode::not_found,
                       .message = "cannot run '" + command.program + "': " + std::strerror(error)};
  };
  // All memory is allocated before the fork.
  std::vector<std::string> arguments{command.program};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : command.environment) environment.push_back(name + "=" + value);
  auto argument_pointers = pointers(arguments);
  auto environment_pointers = pointers(environment);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed(errno);
  const FileDescriptor report_read(ends[0]);
  FileDescriptor report_write(ends[1]);
  const FileDescriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!input) return failed(errno);

  // Signals are blocked so that none of this process's handlers runs in the child.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    execute_in_child(
        {.program = command.program.c_str(),
         .arguments = argument_pointers.data(),
         .environment = environment_pointers.data(),
         .folder = command.working_folder.empty() ? nullptr : command.working_folder.c_str(),
         .output = output,
         .input = input.get(),
         .report = report_write.get(),
         .parent = parent});
  }
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return failed(fork_error);

  // The child does the same, because either of the two may run first.
  ::setpgid(pid, pid);
  Child child(pid);
  report_write.reset();
  int error = 0;
  ssize_t count = 0;
  do {
    count = ::read(report_read.get(), &error, sizeof error);  // A successful exec closes the pipe.
  } while (count < 0 && errno == EINTR);
  if (count == sizeof error) return failed(error);
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

Child::~Child() {
  if (pid_ < 0 || status_) return;
  signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Child::signal(int number) const {
  if (pid_ > 0 && !status_) ::killpg(pid_, number);
}

std::optional<ExitStatus> Child::ended() {
  if (status_ || pid_ < 0) return status_;
  siginfo_t info{};
  // The zombie stays until the group has been killed: while it exists, no other process group can
  // have its number.
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid != pid_) {
    return std::nullopt;
  }
  signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  status_ = ExitStatus{.by_signal = info.si_code != CLD_EXITED, .number = info.si_status};
  return status_;
}

std::optional<ExitStatus> Child::wait_until(std::chrono::steady_clock::time_point deadline) {
  while (true) {
    if (auto status = ended()) return status;
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(kWaitStep);
  }
}

}  // namespace penstock::local
