#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "local/filter/event_filter.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// What becomes of a batch that the function does not take. Names, bounds and defaults are those of
// AWS's CreateEventSourceMapping. All but the destination need its provisioned mode;
// mapping_request.h sees to that.
struct RetryRules {
  std::optional<int64_t> maximum_retry_attempts = {};           // Without it retries have no end.
  std::optional<std::chrono::seconds> maximum_record_age = {};  // Without it no record is too old.
  bool bisect_batch_on_function_error = false;
  bool report_batch_item_failures = false;
  bool has_destination = false;

  // AWS, "Using a Kafka topic as an on-failure destination": endless retries and a destination make
  // 10.
  static constexpr int64_t kAttemptsWithDestination = 10;
  [[nodiscard]] std::optional<int64_t> retries_max() const {
    if (!maximum_retry_attempts && has_destination) return kAttemptsWithDestination;
    return maximum_retry_attempts;
  }
};

// How a mapping makes batches of records, and what it does with them.
struct MappingRules {
  int64_t batch_size = 100;                        // In records, at most.
  std::chrono::milliseconds batching_window{500};  // How long a first record waits for others.
  size_t batch_bytes_max = EventBatch::kBytesMax;
  EventFilter filter = {};
  RetryRules retries = {};
  EventBatch::Envelope envelope = {};
  // How long a failed batch waits for its next attempt: first the one, doubled each time up to the
  // other.
  std::chrono::milliseconds retry_pause_min{500};
  std::chrono::milliseconds retry_pause_max{10'000};
};

}  // namespace penstock::local
