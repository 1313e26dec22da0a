#include "local/processes/console.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "processes/pipe.h"
#include "processes/system_call.h"

namespace penstock::local {
namespace {

constexpr size_t kNameWidth = 8;
// A writable pipe takes this many bytes without blocking (PIPE_BUF, pipe(7)).
constexpr size_t kPipeChunk = 4096;

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
  if (stalled_ && is_writable_within(patience_ms_)) static_cast<void>(write_note());
}

bool Console::is_writable_within(int patience_ms) const {
  const std::chrono::milliseconds patience(patience_ms);
  return processes::wait_until_writable(fd_, std::chrono::steady_clock::now() + patience);
}

// Ends the line that may have been cut, and says how much is missing.
bool Console::write_note() {
  stalled_ = false;
  const std::string note = "\n(" + std::to_string(std::exchange(dropped_, 0)) +
                           " lines were dropped because nothing read the output)\n";
  return processes::uninterrupted([&] { return ::write(fd_, note.data(), note.size()); }) >= 0;
}

void Console::write(std::string_view text) {
  while (!text.empty()) {
    if (!is_writable_within(stalled_ ? 0 : patience_ms_)) {
      stalled_ = true;
      dropped_ += static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
      return;
    }
    if (stalled_) {
      if (!write_note()) return;
      continue;
    }
    const ssize_t count = ::write(fd_, text.data(), std::min(text.size(), kPipeChunk));
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return;  // The reader is gone for good.
    text.remove_prefix(static_cast<size_t>(count));
  }
}

}  // namespace penstock::local
