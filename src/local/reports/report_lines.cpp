#include "local/reports/report_lines.h"

#include <algorithm>
#include <chrono>

#include "json/object_writer.h"
#include "json/text.h"

namespace penstock::local {
namespace {

int64_t milliseconds_of(base::SystemTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

struct Metric {
  std::string_view name;
  int64_t value;
};

std::vector<Metric> metrics_of(const ReportRules& rules, const MappingReport& report) {
  const MappingCounts& counts = report.counts;
  std::vector<Metric> metrics;
  if (rules.event_count) {
    metrics = {{"PolledEventCount", counts.polled},
               {"FilteredOutEventCount", counts.filtered_out},
               {"InvokedEventCount", counts.invoked},
               {"FailedInvokeEventCount", counts.failed_invokes},
               {"DroppedEventCount", counts.dropped},
               {"OnFailureDestinationDeliveredEventCount", counts.delivered},
               {"CommittedEventCount", counts.committed}};
  }
  if (rules.error_count) {
    for (const Metric& error : {Metric{"PollingErrorCount", counts.polling_errors},
                                {"InvokeErrorCount", counts.invoke_errors},
                                {"OnFailureDestinationDeliveryErrorCount", counts.delivery_errors},
                                {"CommitErrorCount", counts.commit_errors}}) {
      if (error.value > 0) metrics.push_back(error);
    }
  }
  if (rules.kafka_metrics && !report.partitions.empty()) {
    int64_t max = 0;
    int64_t sum = 0;
    for (const PartitionPosition& partition : report.partitions) {
      max = std::max(max, partition.lag());
      sum += partition.lag();
    }
    metrics.insert(metrics.end(), {{"MaxOffsetLag", max}, {"SumOffsetLag", sum}});
  }
  return metrics;
}

// Appends the members that every line of the system log has.
void begin_line(json::ObjectWriter& line, const PollerIdentity& identity, std::string_view type,
                std::string_view level, base::SystemTime now) {
  line.member("eventType", type)
      .member("timestamp", milliseconds_of(now))
      .member("resourceArn", "arn:aws:lambda:" + identity.region +
                                 ":000000000000:event-source-mapping:" + identity.uuid);
  if (!identity.event_source_arn.empty()) line.member("eventSourceArn", identity.event_source_arn);
  line.member("eventProcessorId", identity.uuid + "/" + std::to_string(identity.poller))
      .member("logLevel", level);
}

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  json::ArrayWriter array(out);
  for (const std::string& text : texts) json::append_string(array.element(), text);
  array.end();
}

// Returns librdkafka's property, or what is true without it.
std::string property(const Cluster& cluster, std::string_view name, std::string otherwise) {
  for (const auto& [known, value] : cluster.properties) {
    if (known == name) otherwise = value;
  }
  return otherwise;
}

}  // namespace

std::string metrics_line(const PollerIdentity& identity, const ReportRules& rules,
                         const MappingReport& report, base::SystemTime now) {
  const auto metrics = metrics_of(rules, report);
  std::string text;
  json::ObjectWriter line(text);
  json::ObjectWriter aws(line.key("_aws"));
  aws.member("Timestamp", milliseconds_of(now));
  json::ArrayWriter directives(aws.key("CloudWatchMetrics"));
  json::ObjectWriter directive(directives.element());
  directive.member("Namespace", "AWS/Lambda").json("Dimensions", R"([["EventSourceMappingUUID"]])");
  json::ArrayWriter names(directive.key("Metrics"));
  for (const Metric& metric : metrics) {
    json::ObjectWriter(names.element()).member("Name", metric.name).member("Unit", "Count").end();
  }
  names.end();
  directive.end();
  directives.end();
  aws.end();
  line.member("EventSourceMappingUUID", identity.uuid);
  for (const Metric& metric : metrics) line.member(metric.name, metric.value);
  line.end();
  return text;
}

std::string processing_line(const PollerIdentity& identity, std::string_view code,
                            std::string_view message, base::SystemTime now) {
  std::string text;
  json::ObjectWriter line(text);
  begin_line(line, identity, "ESM_PROCESSING_EVENT", "WARN", now);
  json::ObjectWriter(line.key("error"))
      .member("errorMessage", message)
      .member("errorCode", code)
      .end();
  line.end();
  return text;
}

std::string poller_status_line(const PollerIdentity& identity, const PollerConnection& connection,
                               base::SystemTime now) {
  const bool has_tokens = connection.cluster.tokens != nullptr;
  std::vector<std::string> assigned;
  for (const TopicPartition& partition : connection.assigned) assigned.push_back(partition.text());
  std::string text;
  json::ObjectWriter line(text);
  begin_line(line, identity, "POLLER_STATUS_EVENT", "INFO", now);
  json::ObjectWriter about(line.key("kafkaEventSourceConnection"));
  about.member("brokerEndpoints", connection.cluster.bootstrap)
      .member("consumerId", identity.uuid + "-" + std::to_string(identity.poller));
  append_texts(about.key("topics"), connection.topics);
  about.member("consumerGroupId", connection.group_id)
      .member("securityProtocol", property(connection.cluster, "security.protocol",
                                           has_tokens ? "SASL_SSL" : "PLAINTEXT"));
  const std::string mechanism =
      property(connection.cluster, "sasl.mechanism",
               property(connection.cluster, "sasl.mechanisms", has_tokens ? "OAUTHBEARER" : ""));
  if (!mechanism.empty()) about.member("saslMechanism", mechanism);
  about.member("assignedPartitionCount", assigned.size())
      .member("partitionsAssignmentGeneration", connection.generation);
  append_texts(about.key("assignedPartitions"), assigned);
  about.end();
  line.end();
  return text;
}

std::string kafka_status_line(const PollerIdentity& identity, const PartitionPosition& position,
                              base::SystemTime now) {
  std::string text;
  json::ObjectWriter line(text);
  begin_line(line, identity, "KAFKA_STATUS_EVENT", "DEBUG", now);
  json::ObjectWriter offsets(line.key("kafkaPartitionOffsets"));
  offsets.member("partition", position.topic_partition.text()).member("endOffset", position.end);
  if (position.consumed) offsets.member("consumedOffset", *position.consumed);
  if (position.processed) offsets.member("processedOffset", *position.processed);
  if (position.committed) offsets.member("committedOffset", *position.committed);
  offsets.end();
  line.end();
  return text;
}

}  // namespace penstock::local
