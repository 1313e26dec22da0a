#include "events/log_sink.h"

namespace penstock::events {
namespace {

void write(log::Log& log, const Event& event) {
  log::Line line(log, log::Level::info, "event only logged: no Kafka is configured");
  line.field("event_id", event.id).field("type", event.type).field("topic", event.topic);
  if (log.writes(log::Level::debug)) line.raw("value", event.value);
}

}  // namespace

std::optional<DeliveryReport> LogSink::submit(const Event& event, Ticket ticket) {
  write(log_, event);
  report_listener_(ticket, {.outcome = DeliveryOutcome::stored});
  return std::nullopt;
}

void AtomicLogSink::submit(std::vector<Event> events, Time /*deadline*/, AtomicWaiter& waiter) {
  size_t bytes = 0;
  for (const Event& event : events) {
    write(log_, event);
    bytes += bytes_of(event);
  }
  waiter.done({.outcome = DeliveryOutcome::stored});
  if (listener_ != nullptr) listener_->released(events.size(), bytes);
}

}  // namespace penstock::events
