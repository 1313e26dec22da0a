#include "events/log_sink.h"

namespace penstock::events {

std::optional<DeliveryReport> LogSink::submit(const Event& event, Ticket ticket) {
  {
    log::Line line(log_, log::Level::info, "event only logged: no Kafka is configured");
    line.field("event_id", event.id).field("type", event.type).field("topic", event.topic);
    if (log_.writes(log::Level::debug)) line.raw("value", event.value);
  }
  report_listener_(ticket, {.outcome = DeliveryOutcome::stored});
  return std::nullopt;
}

}  // namespace penstock::events
