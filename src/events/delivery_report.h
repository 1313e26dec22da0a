#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/position.h"

namespace penstock::events {

// What became of an event that was handed to a sink.
enum class DeliveryOutcome {
  // All in-sync replicas have it (or no Kafka is configured, and the event was logged).
  stored,
  not_stored,  // It is surely not stored; the same may work later.
  unknown,     // It is possibly stored.
  refused,     // It is surely not stored, and it never will be.
};

// The outcome's name as the log and the metrics have it: "stored", "not_stored", "unknown",
// "refused".
[[nodiscard]] std::string_view name(DeliveryOutcome outcome);

// The place of a stored event within its topic.
struct StoredAt {
  base::Partition partition;
  base::Offset offset;
};

// The delivery report of one event.
struct DeliveryReport {
  DeliveryOutcome outcome = DeliveryOutcome::unknown;
  // Nothing if it was not stored, or if its place is not known.
  std::optional<StoredAt> stored_at = {};
  std::string reason = {};  // Why it was not stored, in a sentence for the log.
};

}  // namespace penstock::events
