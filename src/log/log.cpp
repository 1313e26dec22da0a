#include "log/log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <new>
#include <utility>

#include "base/number_text.h"
#include "json/text.h"

namespace penstock::log {
namespace {

// A pipe that poll() calls writable takes this many bytes without blocking (PIPE_BUF, pipe(7)).
constexpr size_t kPipeChunk = 4096;
// The line that tells of dropped lines has at most this many bytes.
constexpr size_t kDroppedLineMax = 256;
// This is the pause between two attempts to write while the reader is slow.
constexpr int kFlushPauseMs = 1;
// What is written is taken out of a full buffer when it is more than this, since that moves the
// rest.
constexpr size_t kCompactBytes = Log::kBufferBytesMax / 8;
// A completion line fits into this many bytes, so its text is allocated once.
constexpr size_t kLineReserve = 384;

bool poll_writable(int fd) {
  pollfd entry{fd, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, 0);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

std::string_view name(Level level) {
  switch (level) {
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO";
    case Level::warning:
      return "WARNING";
    case Level::error:
      return "ERROR";
  }
  return "ERROR";
}

std::optional<Level> level_named(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (upper == "DEBUG" || upper == "TRACE") return Level::debug;
  if (upper == "INFO") return Level::info;
  if (upper == "WARNING" || upper == "WARN") return Level::warning;
  if (upper == "ERROR" || upper == "FATAL" || upper == "CRITICAL") return Level::error;
  return std::nullopt;
}

Log::Log(int fd, Level level, Format format) : fd_(fd), level_(level), format_(std::move(format)) {
  struct stat status{};
  may_block_ = ::fstat(fd, &status) == 0 && !S_ISREG(status.st_mode) &&
               !(S_ISCHR(status.st_mode) && ::isatty(fd) == 0);
  buffer_.reserve(kBufferBytesMax + kDroppedLineMax);  // The system gives pages as they are used.
}

Log::~Log() {
  flush_within(format_.end_patience);
}

void Log::defer_flush(std::function<void()> request_flush) {
  const std::lock_guard lock(mutex_);
  request_flush_ = std::move(request_flush);
}

bool Log::flush() {
  const std::lock_guard lock(mutex_);
  idle_ = flush_locked();
  return idle_;
}

bool Log::flush_within(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!flush()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    ::poll(nullptr, 0, kFlushPauseMs);
  }
  return true;
}

// Only poll(), write() and the clock are used, which a signal's handler may call (POSIX.1-2017,
// section 2.4.3). That try_lock() may be called with the lock held, too, is glibc's promise.
void Log::flush_after_fault() noexcept {
  const auto deadline = std::chrono::steady_clock::now() + format_.end_patience;
  do {
    if (mutex_.try_lock()) {
      const bool done = flush_locked();
      mutex_.unlock();
      if (done) return;
    }
    ::poll(nullptr, 0, kFlushPauseMs);
  } while (std::chrono::steady_clock::now() < deadline);
}

bool Log::flush_locked() {
  while (written_ < buffer_.size()) {
    if (may_block_ && !poll_writable(fd_)) return false;
    const size_t left = buffer_.size() - written_;
    const ssize_t count =
        ::write(fd_, buffer_.data() + written_, may_block_ ? std::min(left, kPipeChunk) : left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) {  // The reader is gone, or the disk is full.
      drop_buffer();
      return true;
    }
    written_ += static_cast<size_t>(count);
    if (written_ > note_begin_) noted_ = 0;
    waiting_.store(buffer_.size() - written_, std::memory_order_relaxed);
  }
  buffer_.clear();
  waiting_.store(0, std::memory_order_relaxed);
  written_ = 0;
  if (dropped_ > 0) {
    note_begin_ = 0;
    noted_ = std::exchange(dropped_, 0);
    buffer_ += "{\"level\":\"WARNING\",\"message\":\"log lines were dropped\",\"lines\":";
    base::append_number(buffer_, noted_);
    buffer_ += "}\n";
    return flush_locked();
  }
  return true;
}

// Who writes many lines gives them with their end, which needs no copy.
void Log::put(std::string_view object) {
  object.ends_with('\n') ? add(object) : add(std::string(object) + '\n');
}

void Log::add(std::string_view line) {
  std::function<void()> request;
  {
    const std::lock_guard lock(mutex_);
    if (buffer_.size() + line.size() > kBufferBytesMax) {
      flush_locked();
      if (written_ > kCompactBytes) forget_written();
    }
    if (buffer_.size() + line.size() > kBufferBytesMax) {
      count_dropped(1);
    } else {
      buffer_ += line;
    }
    waiting_.store(buffer_.size() - written_, std::memory_order_relaxed);
    if (!request_flush_) {
      flush_locked();
    } else if (std::exchange(idle_, false)) {
      request = request_flush_;
    }
  }
  if (request) request();
}

void Log::count_dropped(uint64_t lines) {
  dropped_ += lines;
  dropped_total_.fetch_add(lines, std::memory_order_relaxed);
}

// The rest of a line that is written in part stays, so that the line is whole when writing works
// again, and no other line is joined to its half.
void Log::drop_buffer() {
  size_t kept = written_;
  if (written_ > 0 && buffer_[written_ - 1] != '\n') kept = buffer_.find('\n', written_) + 1;
  const auto first = buffer_.begin() + static_cast<ptrdiff_t>(kept);
  auto lines = static_cast<uint64_t>(std::count(first, buffer_.end(), '\n'));
  if (noted_ > 0) {  // The note is among them. It is none of the program's lines.
    --lines;
    dropped_ += std::exchange(noted_, 0);
  }
  count_dropped(lines);
  buffer_.resize(kept);
  forget_written();
  waiting_.store(buffer_.size() - written_, std::memory_order_relaxed);
}

// Frees the place of what is written, but for the last byte: it tells whether a line has begun.
void Log::forget_written() {
  if (written_ < 2) return;
  const size_t count = written_ - 1;
  buffer_.erase(0, count);
  note_begin_ -= std::min(note_begin_, count);
  written_ = 1;
}

void Log::drop_line() noexcept {
  const std::lock_guard lock(mutex_);
  count_dropped(1);
}

Line::Line(Log& log, Level level, std::string_view message, base::SystemTime time)
    : log_(log.writes(level) ? &log : nullptr) {
  if (log_ == nullptr) return;
  text_.reserve(kLineReserve);
  text_ += "{\"";
  text_ += log.format_.time_key;
  text_ += "\":\"";
  {
    const std::lock_guard lock(log.mutex_);
    text_ +=
        log.time_.rfc3339(time == base::SystemTime{} ? std::chrono::system_clock::now() : time);
  }
  text_ += "\",\"level\":\"";
  text_ += name(level);
  text_ += '"';
  if (!message.empty()) field("message", message);
}

Line::~Line() {
  if (log_ == nullptr) return;
  try {
    text_ += "}\n";
    log_->add(text_);
  } catch (const std::bad_alloc&) {
    log_->drop_line();
  }
}

void Line::key(std::string_view name) {
  text_ += ",\"";
  text_ += name;  // Keys are the program's own, in plain ASCII, and need no escapes.
  text_ += "\":";
}

Line& Line::field(std::string_view name, std::string_view value) {
  if (log_ == nullptr) return *this;
  key(name);
  json::append_string(text_, value);
  return *this;
}

Line& Line::field(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}

Line& Line::field(std::string_view name, double value) {
  if (!std::isfinite(value)) return raw(name, "null");
  if (log_ == nullptr) return *this;
  key(name);
  base::append_number(text_, value);
  return *this;
}

Line& Line::number(std::string_view name, int64_t value) {
  if (log_ == nullptr) return *this;
  key(name);
  base::append_number(text_, value);
  return *this;
}

Line& Line::unsigned_number(std::string_view name, uint64_t value) {
  if (log_ == nullptr) return *this;
  key(name);
  base::append_number(text_, value);
  return *this;
}

Line& Line::raw(std::string_view name, std::string_view json) {
  if (log_ == nullptr) return *this;
  key(name);
  text_ += json;
  return *this;
}

}  // namespace penstock::log
