#include "processes/program_start.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/wiped_text.h"
#include "processes/system_call.h"

namespace penstock::processes {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

// The child's end of the conversation with its parent has this number, and all above are closed.
constexpr int kTalk = STDERR_FILENO + 1;
// While descriptors are put in place, copies of them are at or above this number.
constexpr int kCopies = kTalk + 1;

// Blocks all signals in this thread as long as it lives.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// Says which step of the start has failed.
enum class Step : int { group, parent, outputs, descriptors, folder, program };

struct Failure {
  Step step;
  int error;
};

template <class Text>
std::vector<char*> pointers(const std::vector<Text>& texts) {
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
  int input;
  Outputs outputs;
  int talk;
  pid_t parent;
};

[[noreturn]] void fail_in_child(int talk, Step step) {
  const Failure failure{.step = step, .error = errno};
  (void)uninterrupted([&] { return ::send(talk, &failure, sizeof failure, MSG_NOSIGNAL); });
  ::_exit(127);
}

// Gives signals the dispositions and the mask of a fresh process. Only a SIGHUP that is ignored
// stays so: nohup(1) means all that is started.
void reset_signals() {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction present{};
    if (number == SIGHUP && ::sigaction(number, nullptr, &present) == 0 &&
        present.sa_handler == SIG_IGN) {
      continue;
    }
    // It fails for SIGKILL, SIGSTOP and those of the C library, which cannot be changed at all.
    ::sigaction(number, &standard, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Puts input, output, errors and the conversation at 0 to 3, whatever their numbers are now. An
// output that is not open becomes the input, which is /dev/null.
bool place_descriptors(const Execution& execution) {
  const auto copy = [](int descriptor) { return ::fcntl(descriptor, F_DUPFD_CLOEXEC, kCopies); };
  const int input = copy(execution.input);
  int output = copy(execution.outputs.output);
  if (output < 0 && errno == EBADF) output = input;
  int errors = copy(execution.outputs.errors);
  if (errors < 0 && errno == EBADF) errors = input;
  const int talk = copy(execution.talk);
  return input >= 0 && output >= 0 && errors >= 0 && talk >= 0 &&
         ::dup3(talk, kTalk, O_CLOEXEC) == kTalk && ::dup2(input, STDIN_FILENO) >= 0 &&
         ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(errors, STDERR_FILENO) >= 0;
}

// Runs in the child between fork and exec. It makes system calls only, because a lock that another
// thread held during the fork is never released here.
[[noreturn]] void execute_in_child(const Execution& execution) {
  if (::setpgid(0, 0) != 0) fail_in_child(execution.talk, Step::group);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail_in_child(execution.talk, Step::parent);
  // The parent may have died before the call above, or before it could watch this process.
  char go = 0;
  if (uninterrupted([&] { return ::read(execution.talk, &go, 1); }) != 1) ::_exit(127);
  if (::getppid() != execution.parent) ::_exit(127);
  if (!place_descriptors(execution)) fail_in_child(execution.talk, Step::outputs);
  // Libraries open descriptors without O_CLOEXEC, and the child must not inherit them.
  if (::close_range(kTalk + 1, ~0U, 0) != 0) fail_in_child(kTalk, Step::descriptors);
  reset_signals();
  if (execution.folder != nullptr && ::chdir(execution.folder) != 0) {
    fail_in_child(kTalk, Step::folder);
  }
  ::execvpe(execution.program, execution.arguments, execution.environment);
  fail_in_child(kTalk, Step::program);
}

Error failed(const Command& command, int error, const std::string& what = {},
             ErrorCode code = ErrorCode::internal) {
  return {.code = code,
          .message = "cannot run '" + command.program + "'" + what + ": " + std::strerror(error)};
}

Error explained(const Command& command, const Failure& failure) {
  switch (failure.step) {
    case Step::group:
      return failed(command, failure.error, " in a process group of its own (setpgid)");
    case Step::parent:
      return failed(command, failure.error, " so that it ends with this program (prctl)");
    case Step::outputs:
      return failed(command, failure.error, " with its output where it belongs (dup2)");
    case Step::descriptors:
      return failed(command, failure.error,
                    " without inherited descriptors (close_range needs Linux 5.9 or later)");
    case Step::folder:
      return failed(command, failure.error, " in the folder " + command.working_folder.string(),
                    ErrorCode::not_found);
    case Step::program:
      break;
  }
  return failed(command, failure.error, {}, ErrorCode::not_found);
}

// Ends a child that has no descriptor yet, and that still waits.
void discard(pid_t pid) {
  ::kill(pid, SIGKILL);
  (void)uninterrupted([&] { return ::waitpid(pid, nullptr, 0); });
}

}  // namespace

Result<StartedProgram> start_program(const Command& command, Outputs outputs) {
  // All memory is allocated before the fork.
  std::vector<std::string> arguments{command.program};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<base::WipedText> environment;
  for (const auto& [name, value] : command.environment) {
    base::WipedText& text = environment.emplace_back(name);
    text += '=';
    text += value;
  }
  auto argument_pointers = pointers(arguments);
  auto environment_pointers = pointers(environment);

  // The parent says when to go on, and the child what has failed.
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return failed(command, errno, " (socketpair)");
  }
  const FileDescriptor ours(ends[0]);
  FileDescriptor theirs(ends[1]);
  const FileDescriptor input(uninterrupted([] { return ::open("/dev/null", O_RDWR | O_CLOEXEC); }));
  if (!input) return failed(command, errno, " with an empty input (/dev/null)");

  const pid_t parent = ::getpid();
  std::optional<BlockedSignals> blocked(std::in_place);  // No handler runs in the child.
  StartedProgram started{.pid = ::fork(), .descriptor = {}};
  if (started.pid == 0) {
    execute_in_child(
        {.program = command.program.c_str(),
         .arguments = argument_pointers.data(),
         .environment = environment_pointers.data(),
         .folder = command.working_folder.empty() ? nullptr : command.working_folder.c_str(),
         .input = input.get(),
         .outputs = outputs,
         .talk = theirs.get(),
         .parent = parent});
  }
  const int fork_error = errno;
  blocked.reset();
  if (started.pid < 0) return failed(command, fork_error, " (fork)");
  theirs.reset();

  // The child waits meanwhile, so the number is surely its own.
  started.descriptor.reset(static_cast<int>(::syscall(SYS_pidfd_open, started.pid, 0)));
  if (!started.descriptor) {
    const int error = errno;
    discard(started.pid);
    return failed(command, error, " and watch it (pidfd_open needs Linux 5.3 or later)");
  }
  (void)uninterrupted([&] { return ::send(ours.get(), "", 1, MSG_NOSIGNAL); });
  Failure failure{};
  // A successful exec closes the child's end.
  const ssize_t count = uninterrupted([&] { return ::read(ours.get(), &failure, sizeof failure); });
  if (count != sizeof failure) return started;
  (void)uninterrupted([&] { return ::waitpid(started.pid, nullptr, 0); });
  return explained(command, failure);
}

}  // namespace penstock::processes
