#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "async/latch.h"
#include "local/processes/console.h"
#include "local/processes/process.h"

namespace penstock::local {

// Keeps a program running. When it ends, the console tells so, and it is started again after a
// pause. The pause doubles from kPauseMin to kPauseMax, and begins anew after the program has run
// for kHealthy. Everything belongs to the io_context's thread, which must be the main thread (see
// Child).
class Supervisor {
 public:
  static constexpr std::chrono::milliseconds kPauseMin{250};
  static constexpr std::chrono::milliseconds kPauseMax{10'000};
  static constexpr std::chrono::milliseconds kHealthy{30'000};

  struct Hooks {
    // Chooses the lines of its output that the console shows; without it all are shown.
    std::function<bool(std::string_view line)> shows = {};
    // Is told of every end that stop() did not ask for. It may call give_up_restarting().
    std::function<void(ExitStatus)> ended = {};
  };

  // `name` is what the console calls the program. `io` and `console` must outlive the supervisor.
  Supervisor(boost::asio::io_context& io, Console& console, std::string name, Command command,
             Hooks hooks);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Starts the program for the first time. The error says why it cannot be run at all.
  [[nodiscard]] base::Result<> start();
  // Kills the program and starts it again at once, as Lambda does with a function that takes too
  // long.
  void kill_and_restart();
  // Does not start the program again when it ends.
  void give_up_restarting() { stopping_ = true; }
  // Sends a signal to the program's process group, if it runs.
  void signal(int number);
  // Sends the signal `number`, and SIGKILL to what is left after `patience`. It returns when the
  // program has ended, and does not start it again.
  async::Awaitable<> stop(int number, std::chrono::milliseconds patience);
  [[nodiscard]] bool running() const { return process_ != nullptr; }

 private:
  void on_end(ExitStatus status);
  void start_again_in(std::chrono::milliseconds pause);

  boost::asio::io_context& io_;
  Console& console_;
  const std::string name_;
  const Command command_;
  const Hooks hooks_;
  boost::asio::steady_timer restart_timer_;
  async::Latch ended_;
  std::unique_ptr<Process> process_;
  std::chrono::steady_clock::time_point started_at_;
  std::chrono::milliseconds pause_ = kPauseMin;
  bool stopping_ = false;
  bool killed_ = false;  // kill_and_restart() has ended the program.
};

}  // namespace penstock::local
