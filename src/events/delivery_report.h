#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/position.h"

namespace penstock::events {

// Says what happened to an event that was handed to a sink.
enum class DeliveryOutcome {
  // All in-sync replicas have it. Without Kafka: the event was logged.
  stored,
  // It is certainly not stored; publishing it again may work.
  not_stored,
  // It may or may not be stored.
  unknown,
  // It is certainly not stored, and publishing it again would fail, too.
  refused,
};

// Returns the outcome's name in the log and in metrics: "stored", "not_stored", "unknown" or
// "refused".
[[nodiscard]] std::string_view name(DeliveryOutcome outcome);

// Names the partition and the offset of a stored event within its topic.
struct StoredAt {
  base::Partition partition;
  base::Offset offset;
};

// Holds the delivery report of one event.
struct DeliveryReport {
  DeliveryOutcome outcome = DeliveryOutcome::unknown;
  // It is empty if the event is not known to be stored, or was only logged.
  std::optional<StoredAt> stored_at = {};
  // This says why the event was not stored, in words for the log.
  std::string reason = {};
};

}  // namespace penstock::events
