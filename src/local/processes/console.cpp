#include "local/processes/console.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>

#include "processes/pipe.h"
#include "processes/system_call.h"

namespace penstock::local {
namespace {

constexpr size_t kNameWidth = 8;
// A writable pipe takes this many bytes without blocking (PIPE_BUF, pipe(7)).
constexpr size_t kPipeChunk = 4096;
// A write that waits looks at its patience again after this time.
constexpr std::chrono::milliseconds kStep{50};

// Writes what fits at once, without waiting. Fails with EAGAIN if nothing does.
ssize_t write_now(int fd, std::string_view text) {
  // Consoles share descriptors. What one has found writable must still be so when it writes.
  static std::mutex turn;
  const std::lock_guard lock(turn);
  if (!processes::wait_until_writable(fd, std::chrono::steady_clock::now())) {
    errno = EAGAIN;
    return -1;
  }
  return processes::uninterrupted(
      [&] { return ::write(fd, text.data(), std::min(text.size(), kPipeChunk)); });
}

}  // namespace

void Console::line(std::string_view name, std::string_view text) {
  std::string prefix;
  if (names_ == Names::shown) {
    prefix = name;
    prefix.resize(std::max(kNameWidth, prefix.size()), ' ');
    prefix += " | ";
  }
  std::string lines;
  while (true) {
    const size_t end = text.find('\n');
    lines += prefix;
    lines += text.substr(0, end);
    lines += '\n';
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  const std::lock_guard lock(mutex_);
  write(lines);
}

Console::~Console() {
  if (stalled_ && wait_for_reader()) static_cast<void>(write_note());
}

void Console::hurry() {
  patience_ms_ = std::min(patience_ms_.load(), kPatienceMs);
}

// Returns false at the end of the patience.
bool Console::wait_for_reader() const {
  using std::chrono::steady_clock;
  const auto began = steady_clock::now();
  while (true) {
    const auto now = steady_clock::now();
    const auto end = began + std::chrono::milliseconds(patience_ms_);
    if (processes::wait_until_writable(fd_, std::min(end, now + kStep))) return true;
    if (now >= end) return false;
  }
}

// Ends the line that may have been cut, and says how much is missing.
bool Console::write_note() {
  const std::string note =
      "\n(" + std::to_string(dropped_) + " lines were dropped because nothing read the output)\n";
  if (write_now(fd_, note) < 0) return false;
  stalled_ = false;
  dropped_ = 0;
  return true;
}

void Console::write(std::string_view text) {
  while (!text.empty()) {
    const bool dropped = stalled_ ? !write_note() : !wait_for_reader();
    if (dropped) {
      stalled_ = true;
      dropped_ += static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
      return;
    }
    const ssize_t count = write_now(fd_, text);
    if (count < 0 && errno == EAGAIN) continue;
    if (count < 0) return;  // The reader is gone for good.
    text.remove_prefix(static_cast<size_t>(count));
  }
}

}  // namespace penstock::local
