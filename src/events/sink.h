#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "events/event.h"

namespace penstock::events {

enum class Outcome {
  stored,      // Acknowledged by all in-sync replicas (or no Kafka is configured, and the event was logged).
  not_stored,  // Surely not stored; the same may work later.
  unknown,     // Possibly stored.
  refused,     // Surely not stored, and it never will be.
};

[[nodiscard]] std::string_view name(Outcome outcome);

// What became of one event.
struct Report {
  Outcome outcome = Outcome::unknown;
  int32_t partition = -1;
  int64_t offset = -1;
  std::string reason = {};  // For the log, when it was not stored.
};

// Names one hand-over of an event to a sink.
using Ticket = void*;

// Where events go. Used by one thread.
class Sink {
 public:
  virtual ~Sink() = default;

  // Takes the event over (true) and gives exactly one report for `ticket` later, or does not (false) and says
  // why in `refusal` at once. Never blocks.
  virtual bool submit(const Event& event, Ticket ticket, Report& refusal) = 0;

  // Who gets the reports; set once before the first submit().
  using OnReport = std::function<void(Ticket, Report&&)>;
  virtual void on_report(OnReport take) = 0;
};

}  // namespace penstock::events
