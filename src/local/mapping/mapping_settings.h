#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "local/filter/event_filter.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// What becomes of a batch that the function does not take. Names, ranges and defaults are those of AWS's
// CreateEventSourceMapping; all but `destination` need its provisioned mode (mapping_request.h refuses them
// else).
struct RetryRules {
  std::optional<int64_t> maximum_retry_attempts = {};           // None: no end.
  std::optional<std::chrono::seconds> maximum_record_age = {};  // None: no bound.
  bool bisect_batch_on_function_error = false;
  bool report_batch_item_failures = false;
  bool has_destination = false;

  // AWS, "Using a Kafka topic as an on-failure destination": endless retries and a destination make 10.
  static constexpr int64_t kAttemptsWithDestination = 10;
  [[nodiscard]] std::optional<int64_t> retries_max() const {
    if (!maximum_retry_attempts && has_destination) return kAttemptsWithDestination;
    return maximum_retry_attempts;
  }
};

struct MappingSettings {
  static constexpr std::chrono::milliseconds kBatchingWindowMax{300'000};

  int64_t batch_size = 100;
  std::chrono::milliseconds batching_window{500};
  size_t batch_bytes_max = EventBatch::kBytesMax;
  EventFilter filter = {};
  RetryRules retries = {};
  EventBatch::Envelope envelope = {};
  // Between the attempts of a batch that failed; doubles up to the second one.
  std::chrono::milliseconds retry_pause_min{500};
  std::chrono::milliseconds retry_pause_max{10'000};
};

}  // namespace penstock::local
