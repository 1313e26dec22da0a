#include "local/watch/build.h"

#include <signal.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/configuration.h"
#include "base/printable_text.h"
#include "processes/process_tree.h"

namespace penstock::local {

using std::chrono::steady_clock;

Build::Build(boost::asio::io_context& io, Terminal& terminal, std::string command,
             std::filesystem::path folder)
    : io_(io),
      terminal_(terminal),
      command_(std::move(command)),
      folder_(std::move(folder)),
      changed_(io) {}

async::Awaitable<Build::Result> Build::run() {
  stopping_ = ended_ = skips_command_ = false;
  lines_.clear();
  lines_left_out_ = 0;
  changed_.reset();
  auto started = Process::start(
      io_,
      {.program = "/bin/sh",
       .arguments = {"-c", command_},
       .environment = base::process_environment(),
       .working_folder = folder_},
      [this](std::string_view line) { take_line(line); },
      [this](processes::ExitStatus status) {
        status_ = status;
        ended_ = true;
        changed_.set();
      });
  if (!started) {
    terminal_.fault("build", base::describe(started.error()));
    co_return Result::failed;
  }
  process_ = std::move(*started);
  co_await changed_.wait_until(steady_clock::time_point::max());
  if (!ended_) {  // It must end.
    changed_.reset();
    signal_all(SIGTERM);
    const bool in_time = co_await changed_.wait_for(kStopPatience);
    if (!in_time) {
      signal_all(SIGKILL);
      co_await changed_.wait_for(kStopPatience);
    }
  }
  process_.reset();
  if (stopping_) co_return Result::stopped;
  if (!status_.by_signal && status_.number == 0) co_return Result::succeeded;
  show_lines();
  co_return Result::failed;
}

void Build::stop() {
  if (!process_ || stopping_) return;
  stopping_ = true;
  changed_.set();
}

void Build::kill() {
  if (process_) signal_all(SIGKILL);
}

// Ninja gives each compiler a process group of its own, and CMake, which runs Ninja, does not wait
// for it after a signal. So each process gets it.
void Build::signal_all(int number) {
  for (const pid_t pid : processes::descendants_of(process_->pid())) ::kill(pid, number);
  process_->signal(number);
}

void Build::take_line(std::string_view line) {
  if (std::exchange(skips_command_, false)) return;
  if (line.starts_with("FAILED: ")) {
    skips_command_ = true;  // It is a thousand characters long.
    return;
  }
  if (is_progress(line)) return;
  if (lines_.size() < kLinesMax) {
    lines_.push_back(base::printable(line, kLineBytesMax));
  } else {
    ++lines_left_out_;
  }
}

void Build::show_lines() {
  for (const std::string& line : lines_) terminal_.line("build", line);
  if (lines_left_out_ > 0) {
    terminal_.line("build", "and " + std::to_string(lines_left_out_) + " more lines");
  }
  terminal_.fault("build", "'" + command_ + "' ended with " + status_.text());
}

bool is_progress(std::string_view line) {
  if (line.starts_with("ninja: ")) return true;
  if (!line.starts_with('[')) return false;
  const size_t end = line.find(']');
  return end != std::string_view::npos &&
         std::all_of(line.begin() + 1, line.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
           return (c >= '0' && c <= '9') || c == '/' || c == '%' || c == ' ';
         });
}

}  // namespace penstock::local
