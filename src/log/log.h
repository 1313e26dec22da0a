#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"

namespace penstock::log {

enum class Level { debug, info, warning, error };

// "DEBUG", "INFO", "WARNING", "ERROR".
[[nodiscard]] std::string_view name(Level level);
// The level of that name in any case ("WARN", "FATAL", "CRITICAL" and "TRACE" are understood too),
// or nothing.
[[nodiscard]] std::optional<Level> level_named(std::string_view text);

// One JSON object a line on a file descriptor. May be used by several threads; a line is written
// whole.
//
// Lines wait in a bounded buffer until flush(); with no deferred flush every line is written at
// once. A reader of our output that has stopped reading never blocks the program: lines beyond the
// bound are dropped, counted, and the count is logged when the reader is back.
class Log {
 public:
  static constexpr size_t kBufferBytesMax = 1 << 20;

  struct Format {
    std::string time_key = "time";
  };

  Log(int fd, Level level) : Log(fd, level, Format{}) {}
  Log(int fd, Level level, Format format);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log();

  [[nodiscard]] bool writes(Level level) const { return level >= level_; }

  // Calls `request_flush` when the first line is put into an empty buffer; it arranges for a call
  // of flush() soon.
  void defer_flush(std::function<void()> request_flush);

  // Writes a line of the caller's own making, whatever its level: a JSON object on one line.
  void put(std::string_view object);

  // Writes what the descriptor takes now, without blocking. False if something is left.
  bool flush();

  [[nodiscard]] uint64_t dropped_lines() const { return dropped_total_; }

 private:
  friend class Line;

  void add(std::string_view line);
  bool flush_locked();

  const int fd_;
  bool may_block_;  // A pipe, socket or terminal; a regular file or the null device does not block.
  const Level level_;
  const Format format_;
  std::mutex mutex_;
  base::TimeText time_;
  std::string buffer_;
  size_t written_ = 0;  // Bytes of buffer_ that are out already.
  uint64_t dropped_ = 0;
  uint64_t dropped_total_ = 0;
  std::function<void()> request_flush_;
};

// Builds one line and hands it to the log when it goes out of scope:
//   Line(log, Level::info, "listening").field("port", 8000);
// The message may be empty; then the line has no "message".
class Line {
 public:
  Line(Log& log, Level level, std::string_view message)
      : Line(log, level, message, base::SystemTime{}) {}
  // The same with a time that the caller has already taken.
  Line(Log& log, Level level, std::string_view message, base::SystemTime time);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();

  Line& field(std::string_view key, std::string_view value);
  Line& field(std::string_view key, const char* value) {
    return field(key, std::string_view(value));
  }
  Line& field(std::string_view key, const std::string& value) {
    return field(key, std::string_view(value));
  }
  Line& field(std::string_view key, bool value);
  // A number that is infinite or none, which JSON does not have, is null.
  Line& field(std::string_view key, double value);
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Line& field(std::string_view key, T value) {
    if constexpr (std::signed_integral<T>) return number(key, static_cast<int64_t>(value));
    return unsigned_number(key, static_cast<uint64_t>(value));
  }
  // `json` is JSON text already and goes in as it is.
  Line& raw(std::string_view key, std::string_view json);

 private:
  Line& number(std::string_view key, int64_t value);
  Line& unsigned_number(std::string_view key, uint64_t value);
  void key(std::string_view name);

  Log* log_;  // Null when the level is not written: then nothing is formatted.
  std::string text_;
};

}  // namespace penstock::log
