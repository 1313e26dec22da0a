#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "events/delivery_report.h"
#include "events/event.h"

namespace penstock::events {

// Identifies one event that was handed to a sink. The sink does not look into it; it only passes it
// back with the report.
using Ticket = void*;

// Takes events, for Kafka or for the log. One thread uses a sink and receives the reports.
class Sink {
 public:
  virtual ~Sink() = default;

  // Either accepts the event, returns nothing, and passes exactly one report for `ticket` to the
  // listener, possibly before it returns. Or refuses the event and returns the report; then no
  // other follows. The sink copies what it needs of the event. It never blocks. If it throws, a
  // report may follow or not.
  [[nodiscard]] virtual std::optional<DeliveryReport> submit(const Event& event, Ticket ticket) = 0;

  // Returns why submit() would refuse an event for this topic now, as far as is known without
  // trying, or nothing. It is asked before the first of several events of a request is handed over,
  // so that none is stored where it is clear that not all can be.
  [[nodiscard]] virtual std::optional<DeliveryReport> obstacle(const Event& /*event*/) const {
    return std::nullopt;
  }

  // Takes back what the sink has: within `time` each event shall have its report, which says
  // `not_stored` for those that were never sent. Their deadline is near, and an event that is sent
  // after its deadline would be stored although its client has given up. A sink that cannot do this
  // in time, or at all, leaves the events to the deadline. A call while another is being obeyed has
  // no effect.
  virtual void recall(std::chrono::milliseconds /*time*/) {}

  // Sets the receiver of the reports. It is called once, before the first submit(); the listener
  // must live as long as the sink is used.
  using ReportListener = std::function<void(Ticket, DeliveryReport&&)>;
  virtual void set_report_listener(ReportListener listener) = 0;
};

}  // namespace penstock::events
