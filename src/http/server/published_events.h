#pragma once

#include <cstddef>
#include <vector>

#include "events/delivery_report.h"
#include "events/event.h"

namespace penstock::http {

// Holds one of several events that a request publishes.
struct PublishedEvent {
  events::Event event;
  // Says whether the reply waits for the event (`delivery: acknowledged`).
  bool acknowledged = true;
  // Says what has become of the event, so far. An event that nobody waits for is `unknown` once it
  // was sent.
  events::DeliveryReport report = {.outcome = events::DeliveryOutcome::not_stored};
};

// Holds all events that one request publishes, in the order in which the handler has published
// them.
struct PublishedEvents {
  std::vector<PublishedEvent> all = {};
  // Says whether all of them are stored or none is (`atomic: true`).
  bool atomic = false;
};

}  // namespace penstock::http
