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

// Keeps a program running: says so when it ends, and starts it again after a pause that doubles from
// kPauseMin to kPauseMax and begins anew after kHealthy.
class Supervisor {
 public:
  static constexpr std::chrono::milliseconds kPauseMin{250};
  static constexpr std::chrono::milliseconds kPauseMax{10'000};
  static constexpr std::chrono::milliseconds kHealthy{30'000};

  struct Hooks {
    // Which lines of its output are shown; all if empty.
    std::function<bool(std::string_view line)> shows = {};
    // Told of every end that stop() did not ask for. It may call give_up().
    std::function<void(ExitStatus)> ended = {};
  };

  Supervisor(boost::asio::io_context& io, Console& console, std::string name, Command command, Hooks hooks);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // The first start; an error if the program cannot be run at all.
  [[nodiscard]] base::Result<> start();
  // Kills the program, which is started again at once: what Lambda does with a function that takes too long.
  void kill_and_restart();
  // Never start it again.
  void give_up() { stopping_ = true; }
  void signal(int number);
  // Sends `number`, and SIGKILL to what is left after `patience`. Returns when the program has ended.
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
  bool killed_ = false;  // By kill_and_restart.
};

}  // namespace penstock::local
