#pragma once

#include <chrono>
#include <string_view>

namespace penstock::base {

// SystemTime is a point in time of the calendar, which jumps when the clock is set. SteadyTime is
// for deadlines and durations and never jumps.
using SystemTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

// Formats times for logs, headers and events, in UTC. It keeps the text of the last second, because
// within a second only the fraction changes. Each thread needs its own object. It writes times
// before 1970 or after 9999 as the nearest second that fits.
class TimeText {
 public:
  // Returns "2026-11-24T16:52:20.123456Z" (RFC 3339). The view is valid until the next call.
  [[nodiscard]] std::string_view rfc3339(SystemTime time);
  // Returns "Tue, 24 Nov 2026 16:52:20 GMT" (RFC 9110 section 5.6.7). The view is valid until the
  // next call.
  [[nodiscard]] std::string_view http_date(SystemTime time);

 private:
  void set_second(int64_t second);

  int64_t second_ = -1;
  char rfc3339_[40] = {};
  char http_date_[40] = {};
};

}  // namespace penstock::base
