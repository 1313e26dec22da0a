#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"
#include "local/records/cluster.h"
#include "local/reports/mapping_report.h"

// A mapping reports of itself by these lines of JSON, in AWS's shapes. None has a line break.
namespace penstock::local {

// Names a mapping and one of its pollers, as AWS does.
struct PollerIdentity {
  std::string uuid;              // Of the mapping.
  std::string region;            // As in "us-east-1".
  std::string event_source_arn;  // Empty for a self-managed Kafka, of which lines do not have it.
  int poller = 0;                // Counts from 0.
};

// Returns the metrics of the groups that `rules` has, as CloudWatch's embedded metric format: in
// the namespace AWS/Lambda, with the dimension EventSourceMappingUUID. As on AWS, a metric of
// errors is left out if there was none. The offset lags are of this poller's partitions.
[[nodiscard]] std::string metrics_line(const PollerIdentity& identity, const ReportRules& rules,
                                       const MappingReport& report, base::SystemTime now);

// These are the system log's lines (AWS, "Kafka event source mapping logging").

// Returns a line of the level WARN. AWS's codes are names of Kafka's classes in Java, and ours are
// those of metrics, such as "InvokeError", and the conditions of failure documents.
[[nodiscard]] std::string processing_line(const PollerIdentity& identity, std::string_view code,
                                          std::string_view message, base::SystemTime now);

// Describes how a poller reads.
struct PollerConnection {
  const Cluster& cluster;
  std::vector<std::string> topics;
  std::string group_id;
  int64_t generation = 0;  // The number of assignments so far.
  std::vector<TopicPartition> assigned;
};
// Returns a line of the level INFO.
[[nodiscard]] std::string poller_status_line(const PollerIdentity& identity,
                                             const PollerConnection& connection,
                                             base::SystemTime now);

// Returns a line of the level DEBUG. Offsets that are not known are left out.
[[nodiscard]] std::string kafka_status_line(const PollerIdentity& identity,
                                            const PartitionPosition& position,
                                            base::SystemTime now);

}  // namespace penstock::local
