#pragma once

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "events/publisher.h"
#include "http/metrics.h"

namespace penstock::http {

// Lets coroutines wait for the delivery reports of events, and checks the publisher's deadlines
// with one timer. All calls are for the thread of `io`.
class Publishing {
 public:
  // Both arguments must outlive this object.
  Publishing(boost::asio::io_context& io, events::Publisher& publisher);

  // Publishes the event and waits for its delivery report, until the publish deadline at the
  // latest.
  async::Awaitable<events::DeliveryReport> publish(const events::Event& event);
  // Publishes the event without waiting. What becomes of it is only counted and logged.
  void publish_unwatched(const events::Event& event);

  // Appends `messaging.client.operation.duration` and `messaging.client.sent.messages`
  // (OpenTelemetry) and the publisher's own counters in Prometheus' text format.
  void write_metrics(std::string& out) const;

 private:
  void arm_timer() noexcept;

  events::Publisher& publisher_;
  async::Timer timer_;
  bool timer_is_armed_ = false;
  Histogram durations_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::http
