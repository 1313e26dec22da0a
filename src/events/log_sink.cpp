#include "events/log_sink.h"

namespace penstock::events {

bool LogSink::submit(const Event& event, Ticket ticket, Report&) {
  {
    log::Line line(log_, log::Level::info, "event, no Kafka is configured");
    line.field("event_id", event.id).field("type", event.type).field("topic", event.topic);
    if (log_.writes(log::Level::debug)) line.raw("value", event.value);
  }
  take_(ticket, {.outcome = Outcome::stored});
  return true;
}

}  // namespace penstock::events
