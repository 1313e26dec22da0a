#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/configuration.h"
#include "base/result.h"

namespace penstock::local {

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

// Says how a process has ended.
struct ExitStatus {
  bool by_signal = false;
  int number = 0;  // The signal if `by_signal` is set, and the exit status otherwise.

  // Describes it for messages: "exit status 1", "signal 9 (Killed)".
  [[nodiscard]] std::string text() const;
};

// Owns a child process, which leads its own process group. It is killed when this object is
// destroyed, and also when this process dies in any way: the kernel then sends SIGKILL
// (PR_SET_PDEATHSIG, prctl(2)). The kernel watches the thread that spawned the child, so spawn
// children from the main thread. Processes that the child starts are reached only through the
// group.
class Child {
 public:
  // Starts the program. Its standard output and error go to the descriptor `output`; its standard
  // input is empty, and it inherits no other descriptor. The error is `not_found` and says why the
  // program cannot be run.
  [[nodiscard]] static base::Result<Child> spawn(const Command& command, int output);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  // Kills what is left of the group, and blocks until the child has ended.
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Sends a signal to the whole group. Does nothing once ended() has returned the child's status.
  void signal(int number) const;
  // Returns how the child has ended, or nothing while it runs. When the child has ended, kills what
  // is left of its group.
  [[nodiscard]] std::optional<ExitStatus> ended();
  // Blocks until the child has ended, and returns how. Returns nothing at the deadline.
  [[nodiscard]] std::optional<ExitStatus> wait_until(
      std::chrono::steady_clock::time_point deadline);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  pid_t pid_;
  std::optional<ExitStatus> status_;
};

}  // namespace penstock::local
