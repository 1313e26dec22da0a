#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"

extern char** environ;

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{30'000};
constexpr milliseconds kAskAgain{100};  // How often it looks for a request to stop.

Error failed(ErrorCode code, const std::string& sentence) {
  return {.code = code, .message = "credential_process " + sentence};
}

// Runs the command in a shell that writes into a pipe. The shell has its own process group, so that
// everything it has started can be killed.
class Shell {
 public:
  static Result<Shell> run(const std::string& command) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
      return failed(ErrorCode::internal, "cannot be started: the system has no pipe left");
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    // Otherwise the command inherits Asio's sockets, and a client's connection would not close
    // before the command ends.
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    sigset_t none, broken_pipe;
    ::sigemptyset(&none);
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &broken_pipe);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string shell = "sh", option = "-c", text = command;
    const std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (error == 0) return Shell(pid, pipe[0]);
    ::close(pipe[0]);
    return failed(ErrorCode::internal,
                  std::string("cannot be started: /bin/sh: ") + std::strerror(error));
  }
  Shell(Shell&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)), output_(std::exchange(other.output_, -1)) {}
  Shell& operator=(Shell&&) = delete;
  ~Shell() {
    if (output_ >= 0) ::close(output_);
    if (pid_ == 0) return;
    ::kill(-pid_, SIGKILL);
    (void)wait();
  }

  // Reads everything that the command prints until it closes its output.
  Result<Secret> read_all(steady_clock::time_point deadline, const std::stop_token& stop) {
    base::WipedText text;
    while (true) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
      if (left <= milliseconds(0)) return failed(ErrorCode::timed_out, "took longer than 30 s");
      if (stop.stop_requested()) return failed(ErrorCode::unavailable, "was stopped");
      pollfd entry{output_, POLLIN, 0};
      const int ready = ::poll(&entry, 1, static_cast<int>(std::min(left, kAskAgain).count()));
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
      std::array<char, 4096> part{};
      const ssize_t count = ::read(output_, part.data(), part.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return Secret(std::move(text));
      text.append(part.data(), static_cast<size_t>(count));
      base::wipe(part.data(), part.size());
      if (text.size() > kDocumentBytesMax) {
        return failed(ErrorCode::too_large, "printed more than 64 KiB");
      }
    }
  }

  // Waits for the end of the command and returns its status as wait(2) does, or nothing if it has
  // not ended by the deadline.
  std::optional<int> end(steady_clock::time_point deadline, const std::stop_token& stop) {
    while (steady_clock::now() < deadline && !stop.stop_requested()) {
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        ::kill(-pid_, SIGKILL);  // Kills processes that it has left behind.
        pid_ = 0;
        return status;
      }
      ::poll(nullptr, 0, 5);
    }
    return std::nullopt;
  }

 private:
  Shell(pid_t pid, int output) : pid_(pid), output_(output) {}

  int wait() const {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

  pid_t pid_;
  int output_;
};

}  // namespace

Result<Credentials> from_process(const std::string& command, std::stop_token stop) {
  const auto deadline = steady_clock::now() + kPatience;
  auto shell = Shell::run(command);
  if (!shell) return shell.error();
  auto text = shell->read_all(deadline, stop);
  if (!text) return text.error();
  const auto status = shell->end(deadline, stop);
  if (!status) return failed(ErrorCode::timed_out, "closed its output, but did not exit in time");
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    return failed(ErrorCode::unavailable,
                  WIFEXITED(*status)
                      ? "ended with exit code " + std::to_string(WEXITSTATUS(*status))
                      : "was killed by signal " + std::to_string(WTERMSIG(*status)));
  }
  // Nothing secret was sent to the command, but its message may have a secret by its name.
  auto credentials = parse_json_credentials(text->reveal(), JsonForm::process, {});
  if (!credentials) {
    return failed(credentials.error().code,
                  "printed no credentials: " + credentials.error().message);
  }
  credentials->source = "credential_process";
  return credentials;
}

}  // namespace penstock::aws
