#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/configuration.h"
#include "base/result.h"

namespace penstock::local {

// What to run. A program without a slash is looked for in our PATH.
struct Command {
  std::string program;
  std::vector<std::string> arguments = {};
  base::Environment environment = {};  // The whole of it: nothing is inherited.
};

// How a process ended.
struct ExitStatus {
  bool by_signal = false;
  int number = 0;  // The exit status, or the signal.

  // "exit status 1", "signal 9 (Killed)".
  [[nodiscard]] std::string text() const;
};

// A child process in a process group of its own, which ends with this object and with our
// process, even if that is killed: the kernel then sends SIGKILL (PR_SET_PDEATHSIG). That
// watches the *thread* that spawned the child, so spawn from the main thread. Processes
// that the child starts itself are reached through the group only.
class Child {
 public:
  // Output and errors of the program go to `output`; it gets no input and no other descriptor of ours.
  [[nodiscard]] static base::Result<Child> spawn(const Command& command, int output);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  // Kills what is left of the group and takes the status back from the kernel.
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // To the whole group; nothing happens once the child has ended.
  void signal(int number) const;
  // How the child ended, or nothing while it runs. What it left behind in its group is killed then.
  [[nodiscard]] std::optional<ExitStatus> ended();
  // Blocks until the end or the deadline.
  [[nodiscard]] std::optional<ExitStatus> wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  pid_t pid_;
  std::optional<ExitStatus> status_;
};

}  // namespace penstock::local
