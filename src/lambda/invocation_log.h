#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "log/log.h"

namespace penstock::lambda {

// The log of one invocation: lines {"timestamp","level","requestId","type","value"}, of which the
// first three are those of Lambda's JSON log format.
class InvocationLog {
 public:
  // CloudWatch takes 1 MiB a log event ("CloudWatch Logs quotas"), as does our own log. A larger
  // value is logged as its size alone: {"omitted_bytes":…}.
  static constexpr size_t kValueBytesMax = log::Log::kBufferBytesMax - 4096;

  InvocationLog(log::Log& log, std::string_view request_id) : log_(log), request_id_(request_id) {}

  [[nodiscard]] bool writes(log::Level level) const { return log_.writes(level); }
  // Writes one line. `json` must be valid JSON on one line; it is the line's value.
  void write(log::Level level, std::string_view type, std::string_view json);
  // Writes an EXCEPTION line at ERROR with that reason, for what concerns no single record.
  void write_exception(std::string_view reason);
  // Puts everything out, because Lambda may freeze the process once it has answered. Waits a second
  // for a reader that is slow; one that is not reading is not waited for a second time.
  void flush();

 private:
  log::Log& log_;
  const std::string request_id_;
  size_t pending_ = 0;  // Bytes, about, since the last flush.
  bool reader_is_stuck_ = false;
};

}  // namespace penstock::lambda
