#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "async/awaitable.h"
#include "http/metrics.h"
#include "log/log.h"

namespace penstock::http {

// Shows how long the one thread of an io_context was held, so that others had to wait: by a
// handler, a large body, or a processor that the container did not get. A timer comes due every
// kInterval and measures how late it is called. It costs nothing per request.
//
// What it measures is what is left of the hold when the timer comes due, so a hold is seen up to
// kInterval too short, and one that is shorter may not be seen at all.
class EventLoopLag {
 public:
  using Duration = std::chrono::steady_clock::duration;
  using Time = std::chrono::steady_clock::time_point;

  // Ten looks a second cost about 30,000 instructions, less than a ten-thousandth of a core.
  // Shorter holds than this are seen by chance, the more often the longer they are.
  static constexpr std::chrono::milliseconds kInterval{100};
  // A longer lag is logged. A container with half a processor is stopped for up to 50 ms of each
  // 100 ms by the system (kernel, "CFS Bandwidth Control"), which is no fault of the program.
  static constexpr std::chrono::milliseconds kLogged{100};
  // At most one line is logged in this time; the next one has the number of lags since.
  static constexpr std::chrono::seconds kLogPause{60};

  // Measures from now on. Both arguments must outlive this object.
  EventLoopLag(boost::asio::io_context& io, log::Log& log);
  EventLoopLag(const EventLoopLag&) = delete;
  EventLoopLag& operator=(const EventLoopLag&) = delete;

  // Takes one measurement, which the timer has made at this time.
  void observe(Duration lag, Time now);
  // Returns how many measurements there were.
  [[nodiscard]] uint64_t count() const { return count_; }
  // Appends the histogram in Prometheus' text format.
  void write_metrics(std::string& out) const;

 private:
  void arm_timer();

  log::Log& log_;
  async::Timer timer_;
  Histogram lags_;
  uint64_t count_ = 0;
  Time next_line_ = Time::min();
  uint64_t lags_to_log_ = 0;    // Since the last line.
  Duration longest_to_log_{0};  // Of these.
};

}  // namespace penstock::http
