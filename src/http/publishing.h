#pragma once

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "events/atomic_sink.h"
#include "events/publisher.h"
#include "http/metrics.h"
#include "http/server/published_events.h"

namespace penstock::http {

// Lets coroutines wait for the delivery reports of events, and checks the publisher's deadlines
// with one timer. All calls are for the thread of `io`.
class Publishing final : private events::AtomicSink::Listener {
 public:
  // Both arguments must outlive this object.
  Publishing(boost::asio::io_context& io, events::Publisher& publisher);
  Publishing(const Publishing&) = delete;
  Publishing& operator=(const Publishing&) = delete;

  // Lets events that are `atomic` go to this sink, which must be used no longer than this object.
  // Without it none of them is stored.
  void store_sets_in(events::AtomicSink& sink);

  // Publishes the event and waits for its delivery report, until the publish deadline at the
  // latest.
  async::Awaitable<events::DeliveryReport> publish(const events::Event& event);
  // Publishes all of these events and waits for the reports of those that are acknowledged. Fills
  // in all reports, and returns what they say together (summary_of()). If it is clear before that
  // not all can be stored, none is sent. Those without acknowledgement are sent when the others are
  // stored, so that none of them is when the client hears that nothing was stored. It is defined in
  // publishing_several.cpp.
  async::Awaitable<events::DeliveryReport> publish_several(PublishedEvents& events);
  // Publishes the event without waiting. What becomes of it is only counted and logged.
  void publish_unwatched(const events::Event& event);

  // Appends `messaging.client.operation.duration` and `messaging.client.sent.messages`
  // (OpenTelemetry) and the publisher's own counters in Prometheus' text format.
  void write_metrics(std::string& out) const;

 private:
  void arm_timer() noexcept;
  void send_unacknowledged(PublishedEvents& events);
  async::Awaitable<events::DeliveryReport> publish_atomic(PublishedEvents& events);
  void released(size_t events, size_t bytes) override { publisher_.release(events, bytes); }
  void came_late(size_t events, events::DeliveryOutcome outcome) override {
    publisher_.count_late(outcome, events);
  }

  events::Publisher& publisher_;
  events::AtomicSink* sets_ = nullptr;  // Null if no operation is atomic.
  async::Timer timer_;
  bool timer_is_armed_ = false;
  Histogram durations_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::http
