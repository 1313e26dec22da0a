#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"

// This file declares the log of a program. A Log has a file descriptor and a bounded buffer of
// whole lines, which wait to be written; a Line is one line that is being built, and goes into the
// buffer at its end.
namespace penstock::log {

// The levels are in order, from the least to the most important.
enum class Level { debug, info, warning, error };

// Returns "DEBUG", "INFO", "WARNING" or "ERROR".
[[nodiscard]] std::string_view name(Level level);
// Returns the level of that name, in upper or lower case, or nothing if there is none. It also
// knows "WARN", "FATAL", "CRITICAL" and "TRACE".
[[nodiscard]] std::optional<Level> level_named(std::string_view text);

// Writes one JSON object a line to a file descriptor. Several threads may use one log: each line
// arrives whole.
//
// Lines wait in a buffer of bounded size until flush(); without defer_flush() every line is written
// at once. If the reader of the output stops reading, the program does not block. Lines that no
// longer fit into the buffer are dropped and counted, and so are those that cannot be written: the
// disk is full, a file has reached its limit, or the reader is gone. The count is logged when
// writing works again. A line is written as a whole or not at all: if only a part of it could be
// written, its rest comes before anything else.
class Log {
 public:
  static constexpr size_t kBufferBytesMax = 1 << 20;
  // A program that ends, or that a fault ends, waits this long for a slow reader of its log.
  static constexpr std::chrono::seconds kEndPatience{1};

  // How lines look, and how long the log waits at its end. `time_key` is the name of the member
  // with the time: Lambda wants "timestamp". `end_patience` differs only in tests.
  struct Format {
    std::string time_key = "time";
    std::chrono::milliseconds end_patience = kEndPatience;
  };

  // Lines below `level` are left out. The log borrows `fd` and does not close it.
  Log(int fd, Level level) : Log(fd, level, Format{}) {}
  Log(int fd, Level level, Format format);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  // Calls flush_within() with the patience for the end; what the reader does not take in this time
  // is lost.
  ~Log();

  // Says whether lines of this level are written.
  [[nodiscard]] bool writes(Level level) const { return level >= level_; }

  // From now on lines wait in the buffer. `request_flush` is called, on the thread that logs, when
  // the first line enters an empty buffer; it must arrange a call of flush() soon.
  void defer_flush(std::function<void()> request_flush);

  // Writes a line that the caller has formatted, whatever the level. `object` must be a JSON object
  // without line breaks.
  void put(std::string_view object);

  // Writes what the descriptor takes now, without blocking. Returns false if something is left
  // because the reader is slow; then the caller should try again soon, because `request_flush` is
  // not called for the lines that follow. If writing fails, the lines are dropped, and it returns
  // true: the next line is the next attempt.
  bool flush();
  // Writes all lines, and waits until `patience` is over for a reader that is slow. Other threads
  // may log meanwhile. Returns false if something is left.
  bool flush_within(std::chrono::milliseconds patience);
  // Does the same, with the patience for the end, in the handler of a signal that ends the process:
  // it allocates nothing and does not wait for a lock that the faulty thread itself may have. The
  // lines are lost if it has.
  void flush_after_fault() noexcept;
  // Returns the patience for the end.
  [[nodiscard]] std::chrono::milliseconds end_patience() const { return format_.end_patience; }
  // Returns how many bytes wait in the buffer.
  [[nodiscard]] size_t waiting_bytes() const { return waiting_.load(std::memory_order_relaxed); }
  // Waits until the threads before have ended their turns. A thread that keeps its turn can first
  // make room in the buffer and then log a line, if all others do so, too.
  [[nodiscard]] std::unique_lock<std::mutex> turn() { return std::unique_lock(turns_); }

  // Returns how many lines were dropped since the start, because nothing read the output fast
  // enough, because it could not be written at all, or because there was no memory for them.
  [[nodiscard]] uint64_t dropped_lines() const {
    return dropped_total_.load(std::memory_order_relaxed);
  }

 private:
  friend class Line;

  void add(std::string_view line);
  void count_dropped(uint64_t lines);
  void drop_line() noexcept;
  void drop_buffer();
  void forget_written();
  bool flush_locked();

  const int fd_;
  // It is true for a pipe, a socket or a terminal. A regular file or the null device does not
  // block.
  bool may_block_;
  const Level level_;
  const Format format_;
  std::mutex turns_;  // Is locked before mutex_.
  std::mutex mutex_;
  base::TimeText time_;
  std::string buffer_;  // Has its full capacity from the start, so that it never allocates.
  size_t written_ = 0;  // How many bytes of buffer_ are already written.
  std::atomic<size_t> waiting_ = 0;  // The rest of buffer_, for a look without the lock.
  bool idle_ = true;                 // Whether nobody is about to call flush().
  uint64_t dropped_ = 0;             // Since the count was logged.
  // If it is not 0, the line that tells of so many dropped lines waits at note_begin_ of buffer_,
  // and none of its bytes is written.
  uint64_t noted_ = 0;
  size_t note_begin_ = 0;
  std::atomic<uint64_t> dropped_total_ = 0;
  std::function<void()> request_flush_;
};

// Builds one line and hands it to the log when it goes out of scope:
//   Line(log, Level::info, "listening").field("port", 8000);
// If the message is empty, the line has no member "message". Keys must be plain ASCII without
// quotes and backslashes. The log must outlive the line; a line belongs to one thread.
class Line {
 public:
  Line(Log& log, Level level, std::string_view message)
      : Line(log, level, message, base::SystemTime{}) {}
  // Does the same with a time that the caller has already taken from the clock.
  Line(Log& log, Level level, std::string_view message, base::SystemTime time);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  // Hands the line to the log. If there is no memory for its end, it counts as dropped.
  ~Line();

  // Adds a text. Bytes that are not UTF-8 become U+FFFD.
  Line& field(std::string_view key, std::string_view value);
  Line& field(std::string_view key, const char* value) {
    return field(key, std::string_view(value));
  }
  Line& field(std::string_view key, const std::string& value) {
    return field(key, std::string_view(value));
  }
  Line& field(std::string_view key, bool value);
  // Adds a number. Infinity and NaN, which JSON does not have, are written as null.
  Line& field(std::string_view key, double value);
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Line& field(std::string_view key, T value) {
    if constexpr (std::signed_integral<T>) return number(key, static_cast<int64_t>(value));
    return unsigned_number(key, static_cast<uint64_t>(value));
  }
  // Adds `json`, which must be JSON on one line, unchanged.
  Line& raw(std::string_view key, std::string_view json);

 private:
  Line& number(std::string_view key, int64_t value);
  Line& unsigned_number(std::string_view key, uint64_t value);
  void key(std::string_view name);

  Log* log_;  // Null if the level is not written; then nothing is formatted.
  std::string text_;
};

}  // namespace penstock::log
