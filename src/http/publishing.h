#pragma once

#include "async/awaitable.h"
#include "events/publisher.h"
#include "http/metrics.h"

namespace penstock::http {

// Lets coroutines wait for the fate of events, and drives the publisher's deadlines with one timer.
class Publishing {
 public:
  Publishing(boost::asio::io_context& io, events::Publisher& publisher);

  // Comes back when the event has its outcome: at the latest at the publish deadline.
  async::Awaitable<events::DeliveryReport> publish(const events::Event& event);
  void publish_unwatched(const events::Event& event);

  // `messaging.client.operation.duration` and `messaging.client.sent.messages` in Prometheus' text
  // format.
  void write_metrics(std::string& out) const;

 private:
  void arm_timer();

  events::Publisher& publisher_;
  async::Timer timer_;
  bool timer_is_armed_ = false;
  Histogram durations_;
};

}  // namespace penstock::http
