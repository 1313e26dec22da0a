#pragma once

#include <optional>

namespace penstock::local {

// Says what a mapping reports of itself, by AWS's MetricsConfig and LoggingConfig. The default is
// nothing.
struct ReportRules {
  // The levels of SystemLogLevel: each has the lines of those after it, too.
  enum class LogLevel { debug, info, warn };

  // The groups of metrics.
  bool event_count = false;
  bool error_count = false;
  bool kafka_metrics = false;
  std::optional<LogLevel> log_level = {};

  [[nodiscard]] bool has_metrics() const { return event_count || error_count || kafka_metrics; }
};

}  // namespace penstock::local
