#include "http/event_loop_lag.h"

#include <algorithm>
#include <utility>

namespace penstock::http {

using std::chrono::steady_clock;

EventLoopLag::EventLoopLag(boost::asio::io_context& io, log::Log& log)
    : log_(log), timer_(io.get_executor()) {
  arm_timer();
}

void EventLoopLag::arm_timer() {
  timer_.expires_after(kInterval);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    const Time now = steady_clock::now();
    observe(now - timer_.expiry(), now);
    arm_timer();
  });
}

void EventLoopLag::observe(Duration lag, Time now) {
  lags_.observe(std::chrono::duration<double>(lag).count());
  ++count_;
  if (lag > kLogged) {
    ++lags_to_log_;
    longest_to_log_ = std::max(longest_to_log_, lag);
  }
  if (lags_to_log_ == 0 || now < next_line_) return;
  const Duration longest = std::exchange(longest_to_log_, Duration(0));
  log::Line(log_, log::Level::warning, "the event loop was held, so that all requests waited")
      .field("longest_ms", std::chrono::duration_cast<std::chrono::milliseconds>(longest).count())
      .field("times", std::exchange(lags_to_log_, 0));
  next_line_ = now + kLogPause;
}

void EventLoopLag::write_metrics(std::string& out) const {
  // OpenTelemetry has names for the event loops of single languages only, such as
  // nodejs.eventloop.delay; Prometheus' clients say "eventloop lag".
  static constexpr std::string_view kName = "penstock_event_loop_lag_seconds";
  Histogram::write_head(out, kName, "How late a timer of the event loop was, every 100 ms.");
  lags_.write(out, kName, {});
}

}  // namespace penstock::http
