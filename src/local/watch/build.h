#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "local/processes/process.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Runs the command that builds a service, one run at a time. What it prints is shown if it fails:
// the compiler's messages have file and line. All calls are for the io_context's thread, which must
// be the main thread (see Child).
class Build {
 public:
  // The first lines are kept, because a compiler's first message is the one that matters.
  static constexpr size_t kLinesMax = 200;
  static constexpr size_t kLineBytesMax = 500;
  // A command that was asked to end has this time.
  static constexpr std::chrono::seconds kStopPatience{5};

  enum class Result { succeeded, failed, stopped };

  // `command` is for /bin/sh, and runs in `folder`. `io` and `terminal` must outlive this object.
  Build(boost::asio::io_context& io, Terminal& terminal, std::string command,
        std::filesystem::path folder);
  Build(const Build&) = delete;
  Build& operator=(const Build&) = delete;

  // Runs the command to its end, or to stop(). One call at a time.
  [[nodiscard]] async::Awaitable<Result> run();
  // Asks the run to end, with the compilers that it has started. Does nothing if none runs.
  void stop();
  // Kills it at once. It is for a program that ends immediately afterwards.
  void kill();

 private:
  void take_line(std::string_view line);
  void show_lines();
  void signal_all(int number);

  boost::asio::io_context& io_;
  Terminal& terminal_;
  const std::string command_;
  const std::filesystem::path folder_;
  std::unique_ptr<Process> process_;
  processes::ExitStatus status_;
  async::Latch changed_;  // Set when the process has ended, or must end.
  bool stopping_ = false;
  bool ended_ = false;
  std::vector<std::string> lines_;
  size_t lines_left_out_ = 0;
  bool skips_command_ = false;  // Whether the next line is the command that has failed.
};

// Says whether this line of Ninja or Make tells only of progress.
[[nodiscard]] bool is_progress(std::string_view line);

}  // namespace penstock::local
