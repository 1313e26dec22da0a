#pragma once

#include <functional>
#include <optional>

#include "events/delivery_report.h"
#include "events/event.h"

namespace penstock::events {

// Names one hand-over of an event to a sink. The sink only gives it back with the report.
using Ticket = void*;

// Where events go. One thread uses it, and gets its reports on the same.
class Sink {
 public:
  virtual ~Sink() = default;

  // Either takes the event over, returns nothing, and gives exactly one report for `ticket` to the
  // listener, perhaps before it returns; or refuses the event by returning its report, and gives no
  // other. It never blocks.
  [[nodiscard]] virtual std::optional<DeliveryReport> submit(const Event& event, Ticket ticket) = 0;

  // Sets who gets the reports; it is called once, before the first submit().
  using ReportListener = std::function<void(Ticket, DeliveryReport&&)>;
  virtual void set_report_listener(ReportListener listener) = 0;
};

}  // namespace penstock::events
