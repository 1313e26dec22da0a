#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/time_text.h"
#include "log/log.h"

namespace penstock::lambda {

// Writes the log of one invocation. Its lines are {"timestamp","level","requestId","type","value"};
// the first three members are those of Lambda's JSON log format. Only one thread may use it;
// several may share `log`.
class InvocationLog {
 public:
  // A line's value has at most this many bytes. A larger one is replaced by its size:
  // {"omitted_bytes":…}. CloudWatch accepts 1 MiB for a log event ("CloudWatch Logs quotas"), and
  // log::Log has the same limit.
  static constexpr size_t kValueBytesMax = log::Log::kBufferBytesMax - 4096;

  // `log` must outlive this object.
  InvocationLog(log::Log& log, std::string_view request_id);

  [[nodiscard]] bool writes(log::Level level) const { return log_.writes(level); }
  // Writes one line. `json` is its value and must be valid JSON on one line.
  void write(log::Level level, std::string_view type, std::string_view json);
  // Writes an EXCEPTION line at ERROR, for a failure that does not concern a single record.
  void write_exception(std::string_view reason);
  // Writes all lines, because Lambda may freeze the process once it has answered. It waits up to a
  // second for a slow reader, but does not wait again for a reader that is stuck.
  void flush();

 private:
  log::Log& log_;
  const std::string request_member_;
  base::TimeText time_;
  std::string line_;  // Its memory is used for the next line, too.
  bool reader_is_stuck_ = false;
};

}  // namespace penstock::lambda
