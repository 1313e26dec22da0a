#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/configuration.h"
#include "base/result.h"

namespace penstock::local {

// What to run. A program without a slash in its name is looked for in our PATH.
struct Command {
  std::string program;
  std::vector<std::string> arguments = {};
  base::Environment environment = {};  // This is the whole of it: nothing is inherited.
};

// How a process has ended.
struct ExitStatus {
  bool by_signal = false;
  int number = 0;  // Is the signal, or else the exit status.

  // Tells it to a person: "exit status 1", "signal 9 (Killed)".
  [[nodiscard]] std::string text() const;
};

// A child process in a process group of its own, which ends with this object and with our
// process, even if that is killed: the kernel then sends SIGKILL (PR_SET_PDEATHSIG). That
// watches the *thread* that spawned the child, so spawn from the main thread. Processes
// that the child starts itself are reached through the group only.
class Child {
 public:
  // Starts the program. Its output and errors go to the descriptor `output`; it gets no input, and
  // no other descriptor of ours. The error is `not_found` and says why the program cannot be run.
  [[nodiscard]] static base::Result<Child> spawn(const Command& command, int output);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  // Kills what is left of the group, and waits for the end of the child.
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Sends a signal to the whole group. It does nothing once ended() has told the child's end.
  void signal(int number) const;
  // Returns how the child has ended, or nothing while it runs. At its end, what it left behind in
  // its group is killed.
  [[nodiscard]] std::optional<ExitStatus> ended();
  // Blocks until the child has ended, or until the deadline: then it returns nothing.
  [[nodiscard]] std::optional<ExitStatus> wait_until(
      std::chrono::steady_clock::time_point deadline);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  pid_t pid_;
  std::optional<ExitStatus> status_;
};

}  // namespace penstock::local
