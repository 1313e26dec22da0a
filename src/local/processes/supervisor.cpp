#include "local/processes/supervisor.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/printable_text.h"

namespace penstock::local {
namespace {

std::string as_seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(static_cast<double>(time.count()) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

}  // namespace

Supervisor::Supervisor(boost::asio::io_context& io, Terminal& terminal, std::string name,
                       processes::Command command, Hooks hooks)
    : io_(io),
      terminal_(terminal),
      name_(std::move(name)),
      command_(std::move(command)),
      hooks_(std::move(hooks)),
      restart_timer_(io),
      ended_(io) {}

base::Result<> Supervisor::start() {
  ended_.reset();
  killed_ = false;
  last_lines_.clear();
  auto process = Process::start(
      io_, command_, [this](std::string_view line) { on_line(line); },
      [this](processes::ExitStatus status) { on_end(status); });
  if (!process) return process.error();
  process_ = std::move(*process);
  started_at_ = std::chrono::steady_clock::now();
  if (hooks_.started) hooks_.started();
  return {};
}

void Supervisor::on_line(std::string_view line) {
  if (last_lines_.size() == kLastLinesMax) last_lines_.pop_front();
  last_lines_.push_back(base::printable(line, kLastLineBytesMax));
  const bool shows = !hooks_.shows || hooks_.shows(line);
  shows ? terminal_.line(name_, line) : terminal_.hidden(line);
  if (hooks_.line) hooks_.line(line);
}

std::string Supervisor::last_words() const {
  std::string all;
  for (const std::string& line : last_lines_) all += line + "\n";
  return all;
}

std::string Supervisor::last_word() const {
  const auto last = std::find_if(last_lines_.rbegin(), last_lines_.rend(),
                                 [](const std::string& line) { return !line.empty(); });
  return last == last_lines_.rend() ? "" : *last;
}

void Supervisor::on_end(processes::ExitStatus status) {
  process_.reset();
  ended_.set();
  terminal_.ended(name_);
  if (stopping_) return;
  if (hooks_.ended) hooks_.ended(status);
  if (stopping_ || held_) return;
  if (killed_) {
    if (hooks_.waits) hooks_.waits(name_ + " was killed. It starts again at once");
    return start_again_in(std::chrono::milliseconds(0));
  }
  if (std::chrono::steady_clock::now() - started_at_ >= kHealthy) pause_ = kPauseMin;
  say_waits(name_ + " ended with " + status.text() + ". It starts again in " + as_seconds(pause_));
  start_again_in(pause_);
  pause_ = std::min(pause_ * 2, kPauseMax);
}

void Supervisor::say_waits(const std::string& sentence) {
  terminal_.fault("penstock", sentence);
  if (hooks_.waits) hooks_.waits(sentence);
}

void Supervisor::start_again_in(std::chrono::milliseconds pause) {
  restart_timer_.expires_after(pause);
  restart_timer_.async_wait(lifetime_.guard([this](const boost::system::error_code& error) {
    if (error || stopping_ || held_ || process_) return;
    if (auto started = start(); !started) {
      say_waits(started.error().message + ". Trying again in " + as_seconds(pause_));
      start_again_in(pause_);
      pause_ = std::min(pause_ * 2, kPauseMax);
    }
  }));
}

void Supervisor::kill_and_restart() {
  if (!process_) return;
  killed_ = true;
  process_->signal(SIGKILL);
}

void Supervisor::hold(int number, const std::string& reason) {
  if (stopping_) return;
  held_ = true;
  restart_timer_.cancel();
  say_waits(reason);
  signal(number);
}

void Supervisor::end_hold() {
  if (!std::exchange(held_, false) || stopping_) return;
  pause_ = kPauseMin;
  // One that has not ended yet is started as if it had been killed.
  if (process_) {
    killed_ = true;
  } else {
    start_again_in(std::chrono::milliseconds(0));
  }
}

void Supervisor::signal(int number) {
  if (process_) process_->signal(number);
}

async::Awaitable<> Supervisor::stop(int number, std::chrono::milliseconds patience) {
  stopping_ = true;
  restart_timer_.cancel();
  if (!process_) co_return;
  process_->signal(number);
  const bool ended_in_time = co_await ended_.wait_for(patience);
  if (ended_in_time) co_return;
  terminal_.warn("penstock",
                 name_ + " has not stopped within " + as_seconds(patience) + ", so it is killed");
  signal(SIGKILL);
  // Only a process that is stuck in the kernel takes long now.
  co_await ended_.wait_for(kPauseMax);
}

}  // namespace penstock::local
