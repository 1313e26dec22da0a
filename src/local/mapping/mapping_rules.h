#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "local/filter/event_filter.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Says which records come again after a partial response. AWS's page on Kafka says that the named
// records do; its pages on streams, which share the syntax, that all from the first named one of a
// partition do. No account has confirmed either for Kafka, so this program plays both.
enum class PartialRetry { named, from_first };

// Says what becomes of a batch for which the function fails. Names, bounds and defaults are those
// of AWS's CreateEventSourceMapping. All except the destination need the provisioned mode, which
// MappingRequest::parse() checks.
struct RetryRules {
  // Without a value, retries have no end.
  std::optional<int64_t> maximum_retry_attempts = {};
  // Without a value, no record is too old.
  std::optional<std::chrono::seconds> maximum_record_age = {};
  bool bisect_batch_on_function_error = false;
  bool report_batch_item_failures = false;
  PartialRetry partial_retry = PartialRetry::named;
  bool has_destination = false;

  // Limits the retries if there is a destination and no other limit (AWS, "Using a Kafka topic
  // as an on-failure destination").
  static constexpr int64_t kAttemptsWithDestination = 10;
  // Returns the largest number of retries, or nothing if they have no end.
  [[nodiscard]] std::optional<int64_t> retries_max() const {
    if (!maximum_retry_attempts && has_destination) return kAttemptsWithDestination;
    return maximum_retry_attempts;
  }
};

// Says how a mapping makes batches of records, and what it does with them.
struct MappingRules {
  int64_t batch_size = 100;                        // The most records of a batch.
  std::chrono::milliseconds batching_window{500};  // How long a first record waits for others.
  size_t event_bytes_max = EventBatch::kEventBytesMax - 1;  // The largest event, in bytes.
  EventFilter filter = {};
  RetryRules retries = {};
  EventBatch::Envelope envelope = {};
  // The pause before a failed batch is tried again begins with the first value and doubles up to
  // the second one.
  std::chrono::milliseconds retry_pause_min{500};
  std::chrono::milliseconds retry_pause_max{10'000};
  // A report follows after each pause, and one at the end. 0 means none.
  std::chrono::milliseconds report_pause{0};
  // Is the same for the offsets of the partitions, which have no report at the end.
  std::chrono::milliseconds offsets_pause{0};
};

}  // namespace penstock::local
