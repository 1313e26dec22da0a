#pragma once

#include <chrono>
#include <string_view>

namespace penstock::base {

using SystemTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

// Formats times for logs, headers and events. Keeps the last second's text, because within a second
// only the fraction changes. One a thread.
class TimeText {
 public:
  // "2026-11-24T16:52:20.123456Z" (RFC 3339). Valid until the next call.
  [[nodiscard]] std::string_view rfc3339(SystemTime time);
  // "Tue, 24 Nov 2026 16:52:20 GMT" (RFC 9110 section 5.6.7). Valid until the next call.
  [[nodiscard]] std::string_view http_date(SystemTime time);

 private:
  void set_second(int64_t second);

  int64_t second_ = -1;
  char rfc3339_[40] = {};
  char http_date_[40] = {};
};

}  // namespace penstock::base
