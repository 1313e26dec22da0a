#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/configuration.h"
#include "base/result.h"
#include "processes/file_descriptor.h"

namespace penstock::processes {

// Says what to run.
struct Command {
  // A name without a slash is looked up in this process's PATH.
  std::string program;
  std::vector<std::string> arguments = {};
  // Is the whole environment: nothing is inherited.
  base::Environment environment = {};
  // Is the working directory of the child. If it is empty, the child has that of this process.
  std::filesystem::path working_folder = {};
};

// Names the descriptors that become a program's standard output and error. One that is not open
// becomes /dev/null.
struct Outputs {
  int output;
  int errors;
};

// Says how a process has ended.
struct ExitStatus {
  bool by_signal = false;
  // The signal if `by_signal` is set, and the exit status otherwise; -1 if it is not known.
  int number = 0;
  // Is false if this process ignores SIGCHLD, or if other code of it has waited for the child: the
  // kernel then has thrown the status away. Our programs do neither
  // (apps/shared/inherited_signals.h).
  bool known = true;

  // Describes it for messages: "exit status 1", "signal 9 (Killed)", "an unknown status".
  [[nodiscard]] std::string text() const;
};

// Owns a child process, which leads its own process group. It is killed when this object is
// destroyed, and also when this process dies in any way: the kernel then sends SIGKILL
// (PR_SET_PDEATHSIG, prctl(2)). The kernel watches the thread that spawned the child, so spawn it
// on a thread that lives longer. Processes that the child starts are reached only through the
// group.
//
// The child is watched through a descriptor, and neither needs SIGCHLD nor changes how this process
// handles it (docs/adr/0019). It needs Linux 5.9 or later.
class Child {
 public:
  // Starts the program, and returns when it runs. Its standard input is empty, and it inherits no
  // descriptor besides the outputs. All signals have their default dispositions, and none is
  // blocked; only an ignored SIGHUP stays ignored. The error is `not_found` and says why the
  // program cannot be run, or `internal`: the system cannot start or watch a process.
  [[nodiscard]] static base::Result<Child> spawn(const Command& command, Outputs outputs);
  // Does the same with one descriptor for output and errors.
  [[nodiscard]] static base::Result<Child> spawn(const Command& command, int output) {
    return spawn(command, {output, output});
  }

  Child(Child&& other) noexcept = default;
  Child& operator=(Child&&) = delete;
  // Kills what is left of the group, and blocks until the child has ended. A child that the kernel
  // cannot end within kKillPatience is left to it.
  ~Child();

  static constexpr std::chrono::seconds kKillPatience{10};

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Returns a descriptor that becomes readable when the child ends. It lives as long as the child.
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }
  // Sends a signal to the whole group. Does nothing once ended() has returned the child's status.
  void signal(int number) const;
  // Returns how the child has ended, or nothing while it runs. When the child has ended, kills what
  // is left of its group.
  [[nodiscard]] std::optional<ExitStatus> ended();
  // Blocks until the child has ended, and returns how. Returns nothing at the deadline.
  [[nodiscard]] std::optional<ExitStatus> wait_until(
      std::chrono::steady_clock::time_point deadline);

 private:
  Child(pid_t pid, FileDescriptor descriptor) : pid_(pid), descriptor_(std::move(descriptor)) {}

  pid_t pid_;
  FileDescriptor descriptor_;  // Empty in an object that was moved from.
  std::optional<ExitStatus> status_;
};

}  // namespace penstock::processes
