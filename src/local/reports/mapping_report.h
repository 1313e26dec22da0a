#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "local/records/record.h"

namespace penstock::local {

// Says what a mapping reports of itself, by AWS's MetricsConfig and LoggingConfig. The default is
// nothing.
struct ReportRules {
  // The levels of SystemLogLevel: each has the lines of those after it, too.
  enum class LogLevel { debug, info, warn };

  // Each is a group of metrics.
  bool event_count = false;
  bool error_count = false;
  bool kafka_metrics = false;
  std::optional<LogLevel> log_level = {};

  [[nodiscard]] bool has_metrics() const { return event_count || error_count || kafka_metrics; }
  // Says whether lines of this level are written.
  [[nodiscard]] bool logs(LogLevel level) const { return log_level && level >= *log_level; }
};

// Counts what a mapping has done, by AWS's metrics for Kafka ("Types of metrics for Lambda
// functions", event source mapping metrics). Errors are counted by batch or request, all else by
// record.
struct MappingCounts {
  int64_t polled = 0;
  int64_t filtered_out = 0;
  int64_t invoked = 0;         // Again for each attempt.
  int64_t failed_invokes = 0;  // Also those that a partial response names.
  int64_t dropped = 0;         // Given up without a destination.
  int64_t delivered = 0;       // Sent to the destination.
  // This is the sum of the differences between the offsets that were stored. Markers of
  // transactions and records that were aborted or compacted away have offsets, too.
  int64_t committed = 0;
  int64_t polling_errors = 0;
  int64_t invoke_errors = 0;
  int64_t delivery_errors = 0;
  int64_t commit_errors = 0;
};

// Says how far a mapping is in one of its partitions, in offsets.
struct PartitionPosition {
  TopicPartition topic_partition;
  // These are of the last record that was read, and of the last one before all that are not
  // finished. They have no value before the first record.
  std::optional<int64_t> consumed = {};
  std::optional<int64_t> processed = {};
  // The group goes on there. It has no value if the group has stored none.
  std::optional<int64_t> committed = {};
  int64_t begin = 0;  // That of the oldest record.
  int64_t end = 0;    // Behind the newest record.

  // Returns the number of offsets between the group's and the end.
  [[nodiscard]] int64_t lag() const { return end - committed.value_or(begin); }
};

// Has what one member of the group has done since its last report, and where it is.
struct MappingReport {
  MappingCounts counts;
  std::vector<PartitionPosition> partitions;
};

}  // namespace penstock::local
