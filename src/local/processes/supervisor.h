#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/latch.h"
#include "async/lifetime.h"
#include "local/processes/process.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Keeps a program running. When it ends, the terminal says so, and it is started again after a
// pause. The pause doubles from kPauseMin to kPauseMax, and is kPauseMin again after the program
// has run for kHealthy. All calls are for the io_context's thread, which must be the main thread
// (see Child).
class Supervisor {
 public:
  static constexpr std::chrono::milliseconds kPauseMin{250};
  static constexpr std::chrono::milliseconds kPauseMax{10'000};
  static constexpr std::chrono::milliseconds kHealthy{30'000};
  // So many lines, of so many bytes each, are kept of what the program has printed last.
  static constexpr size_t kLastLinesMax = 50;
  static constexpr size_t kLastLineBytesMax = 300;

  struct Hooks {
    // Says which lines of the program's output the terminal shows. Without it, all are shown.
    std::function<bool(std::string_view line)> shows = {};
    // Is called with each line of the program's output, also with those that are not shown.
    std::function<void(std::string_view line)> line = {};
    // Is called after each start that succeeded.
    std::function<void()> started = {};
    // Is called at every end that stop() did not cause. It may call give_up_restarting().
    std::function<void(processes::ExitStatus)> ended = {};
    // Is called when the program does not run and will be started again. The sentence says why it
    // does not run, and when it is started.
    std::function<void(const std::string& sentence)> waits = {};
  };

  // `name` is the program's name on the terminal. `io` and `terminal` must outlive the supervisor.
  Supervisor(boost::asio::io_context& io, Terminal& terminal, std::string name,
             processes::Command command, Hooks hooks);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Starts the program for the first time. The errors are those of Process::start().
  [[nodiscard]] base::Result<> start();
  // Kills the program and starts it again at once, as Lambda does with a function that takes too
  // long.
  void kill_and_restart();
  // Does not start the program again when it ends.
  void give_up_restarting() { stopping_ = true; }
  // Ends the program with a signal, and does not start it again before end_hold(). `reason` says
  // why, in a sentence. A program that waits for its next start does not get it.
  void hold(int number, const std::string& reason);
  // Starts the program again that hold() has ended: at once, or when it has ended.
  void end_hold();
  // Sends a signal to the program's process group, if it runs.
  void signal(int number);
  // Gives the hooks the lines that the program has written until now. A hook must not call it.
  void read_now() {
    if (process_) process_->read_now();
  }
  // Sends the signal `number` and, after `patience`, SIGKILL to what is left. Returns when the
  // program has ended, which is then not started again.
  async::Awaitable<> stop(int number, std::chrono::milliseconds patience);
  // Returns the last lines of what the program has printed since its last start, also of those that
  // the terminal does not show. Each is made printable, and ends with a line feed.
  [[nodiscard]] std::string last_words() const;
  // Returns the last of these lines that is not empty, without its end, or an empty text.
  [[nodiscard]] std::string last_word() const;
  // Says whether the program runs now.
  [[nodiscard]] bool running() const { return process_ != nullptr; }

 private:
  void on_line(std::string_view line);
  void on_end(processes::ExitStatus status);
  void start_again_in(std::chrono::milliseconds pause);
  void say_waits(const std::string& sentence);

  boost::asio::io_context& io_;
  Terminal& terminal_;
  const std::string name_;
  const processes::Command command_;
  const Hooks hooks_;
  boost::asio::steady_timer restart_timer_;
  async::Latch ended_;
  std::unique_ptr<Process> process_;
  std::chrono::steady_clock::time_point started_at_;
  std::chrono::milliseconds pause_ = kPauseMin;
  bool stopping_ = false;
  std::deque<std::string> last_lines_;
  bool killed_ = false;  // Whether kill_and_restart() has ended the program.
  bool held_ = false;
  async::Lifetime lifetime_;
};

}  // namespace penstock::local
