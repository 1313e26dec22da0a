#include "local/mapping/mapping_request.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "json/parse.h"
#include "local/mapping/request_reader.h"

namespace penstock::local {
namespace {

using std::chrono::seconds;

constexpr size_t kTopicMax = 249;  // Kafka's limit.
constexpr size_t kGroupMax = 200;  // AWS's limit for ConsumerGroupId.

// Names a member of AWS's request that is for other kinds of sources.
struct Foreign {
  std::string_view name;
  std::string_view whose;
};
constexpr Foreign kForeign[] = {
    {"ParallelizationFactor", "Kinesis and DynamoDB streams only"},
    {"TumblingWindowInSeconds", "Kinesis and DynamoDB streams only"},
    {"ScalingConfig", "Amazon SQS only"},
    {"Queues", "Amazon MQ only"},
    {"DocumentDBEventSourceConfig", "DocumentDB only"},
};
constexpr std::string_view kIgnored[] = {"Tags", "KMSKeyArn", "MetricsConfig", "LoggingConfig"};

bool is_topic(std::string_view name) {
  return !name.empty() && name.size() <= kTopicMax && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

// Returns the NAME in "arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER",
// "ACCOUNT:function:NAME" or "NAME".
std::string plain_name(const std::string& function) {
  const size_t marker = function.find("function:");
  std::string name = marker == std::string::npos ? function : function.substr(marker + 9);
  return name.substr(0, name.find(':'));
}

class Reader {
 public:
  explicit Reader(const boost::json::object& root) : root_(root) {}

  base::Result<MappingRequest> read() {
    source();
    topics();
    batching();
    starting_position();
    filter();
    const bool provisioned = root_.has("ProvisionedPollerConfig");
    if (provisioned) pollers();
    retries(provisioned);
    destination(provisioned);
    remaining_members();
    root_.refuse_unknown_members();
    if (!root_.is_sound()) return base::Error{base::ErrorCode::invalid, root_.problems()};
    return std::move(request_);
  }

 private:
  void source() {
    request_.function_name = plain_name(root_.text("FunctionName").value_or(""));
    request_.rules.envelope.event_source_arn = root_.text("EventSourceArn").value_or("");
    if (auto own = root_.object("SelfManagedEventSource")) {
      if (!request_.rules.envelope.event_source_arn.empty()) {
        root_.add_problem("SelfManagedEventSource",
                          "must not be there together with EventSourceArn");
      }
      auto endpoints = own->object("Endpoints");
      const auto servers = endpoints ? endpoints->texts("KAFKA_BOOTSTRAP_SERVERS") : std::nullopt;
      if (endpoints) endpoints->refuse_unknown_members();
      own->refuse_unknown_members();
      if (!servers || servers->empty()) {
        root_.add_problem("SelfManagedEventSource",
                          "needs Endpoints.KAFKA_BOOTSTRAP_SERVERS, a list of HOST:PORT");
      } else {
        for (const auto& server : *servers) {
          request_.bootstrap += (request_.bootstrap.empty() ? "" : ",") + server;
        }
      }
    }
    for (const std::string_view name :
         {"AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"}) {
      auto config = root_.object(name);
      if (!config) continue;
      if (auto group = config->text("ConsumerGroupId")) {
        if (group->empty() || group->size() > kGroupMax) {
          config->add_problem("ConsumerGroupId", "must have 1 to 200 characters");
        }
        request_.consumer_group = *group;
      }
      if (config->has("SchemaRegistryConfig")) {
        config->add_problem("SchemaRegistryConfig",
                            "is not supported: this program does not use a schema registry");
      }
      if (const auto mode = config->text("ConsumptionMode"); mode && *mode != "Stream") {
        config->add_problem("ConsumptionMode",
                            "must be \"Stream\": share groups are not supported");
      }
      config->refuse_unknown_members();
    }
  }

  void topics() {
    request_.topics = root_.texts("Topics").value_or(std::vector<std::string>{});
    if (request_.topics.empty()) {
      root_.add_problem("Topics", "must be a list of at least one topic");
    }
    for (const auto& topic : request_.topics) {
      if (!is_topic(topic)) {
        root_.add_problem("Topics",
                          "has a name that Kafka does not allow: '" + topic.substr(0, 64) + "'");
      }
    }
    if (request_.topics.size() > 1) {
      request_.notes.push_back("Topics: AWS allows one topic for a mapping; here all are read");
    }
  }

  void batching() {
    if (const auto size = root_.whole("BatchSize", 1, EventBatch::kRecordsMax)) {
      request_.rules.batch_size = *size;
    }
    if (const auto window = root_.whole("MaximumBatchingWindowInSeconds", 0, 300)) {
      request_.rules.batching_window = seconds(*window);
    }
  }

  void starting_position() {
    const auto position = root_.text("StartingPosition");
    const auto time = root_.time("StartingPositionTimestamp");
    if (!position || *position == "TRIM_HORIZON") {
      request_.starting_position = StartingPosition::trim_horizon;
    } else if (*position == "LATEST") {
      request_.starting_position = StartingPosition::latest;
    } else if (*position == "AT_TIMESTAMP") {
      request_.starting_position = StartingPosition::at_timestamp;
      if (!time) {
        root_.add_problem("StartingPositionTimestamp",
                          "must be set for AT_TIMESTAMP: seconds since 1970, or RFC 3339");
      }
    } else {
      return root_.add_problem("StartingPosition", "must be TRIM_HORIZON, LATEST or AT_TIMESTAMP");
    }
    if (time && request_.starting_position != StartingPosition::at_timestamp) {
      root_.add_problem("StartingPositionTimestamp",
                        "may be set only if StartingPosition is AT_TIMESTAMP");
    }
    request_.starting_timestamp_ms = time.value_or(0);
  }

  void filter() {
    const boost::json::value* criteria = root_.raw("FilterCriteria");
    if (criteria == nullptr) return;
    auto filter = EventFilter::parse(*criteria);
    if (!filter) return root_.add_problem("FilterCriteria", ": " + filter.error().message);
    request_.rules.filter = std::move(*filter);
  }

  void pollers() {
    auto config = root_.object("ProvisionedPollerConfig");
    if (!config) return;
    const auto least = config->whole("MinimumPollers", 1, 200).value_or(1);
    const auto most = config->whole("MaximumPollers", 1, 2000).value_or(200);
    static_cast<void>(config->text("PollerGroupName"));
    config->refuse_unknown_members();
    if (least > most) {
      config->add_problem("MinimumPollers", "must not be larger than MaximumPollers");
    }
  }

  // Adds a problem if a member needs the provisioned mode and that is not set, as AWS does.
  bool only_provisioned(std::string_view name, bool provisioned) {
    if (provisioned) return true;
    root_.add_problem(
        name,
        "needs provisioned mode (AWS: \"only available for event source mappings with provisioned "
        "mode enabled\"): add \"ProvisionedPollerConfig\":{\"MinimumPollers\":1}");
    return false;
  }

  void retries(bool provisioned) {
    RetryRules& rules = request_.rules.retries;
    if (const auto attempts = root_.whole("MaximumRetryAttempts", -1, 10'000);
        attempts && *attempts >= 0) {
      if (only_provisioned("MaximumRetryAttempts", provisioned)) {
        rules.maximum_retry_attempts = *attempts;
      }
    }
    if (const auto age = root_.whole("MaximumRecordAgeInSeconds", -1, 604'800); age && *age != -1) {
      if (*age < 60) {
        root_.add_problem("MaximumRecordAgeInSeconds",
                          "must be from 60 to 604800, or -1 for no limit");
      } else if (only_provisioned("MaximumRecordAgeInSeconds", provisioned)) {
        rules.maximum_record_age = seconds(*age);
      }
    }
    if (root_.boolean("BisectBatchOnFunctionError").value_or(false)) {
      rules.bisect_batch_on_function_error =
          only_provisioned("BisectBatchOnFunctionError", provisioned);
    }
    for (const auto& type :
         root_.texts("FunctionResponseTypes").value_or(std::vector<std::string>{})) {
      if (type != "ReportBatchItemFailures") {
        root_.add_problem("FunctionResponseTypes", "must be [] or [\"ReportBatchItemFailures\"]");
      } else {
        rules.report_batch_item_failures = only_provisioned("FunctionResponseTypes", provisioned);
      }
    }
  }

  void destination(bool provisioned) {
    auto config = root_.object("DestinationConfig");
    if (!config) return;
    if (config->has("OnSuccess")) {
      config->add_problem("OnSuccess", "is not available for event source mappings (AWS)");
    }
    auto failure = config->object("OnFailure");
    const std::string to = failure ? failure->text("Destination").value_or("") : "";
    if (failure) failure->refuse_unknown_members();
    config->refuse_unknown_members();
    if (to.empty()) return;
    if (to.starts_with("kafka://")) {
      const std::string topic = to.substr(8);
      if (!is_topic(topic)) {
        return failure->add_problem("Destination",
                                    "must be kafka://TOPIC with a name that Kafka allows");
      }
      if (std::find(request_.topics.begin(), request_.topics.end(), topic) !=
          request_.topics.end()) {
        return failure->add_problem(
            "Destination",
            "must not be a topic that the mapping reads: AWS refuses it, because each failure "
            "would cause another one");
      }
      if (!only_provisioned("DestinationConfig", provisioned)) return;
    } else if (to.find(":sns:") != std::string::npos) {
      return failure->add_problem(
          "Destination",
          "is an SNS topic, which is not supported: name the ARN of an SQS queue or an S3 bucket, "
          "or kafka://TOPIC");
    } else if (!to.starts_with("arn:") ||
               (to.find(":sqs:") == std::string::npos && to.find(":s3:::") == std::string::npos)) {
      return failure->add_problem("Destination",
                                  "must be the ARN of an SQS queue or an S3 bucket, or "
                                  "kafka://TOPIC");
    }
    request_.destination = to;
    request_.rules.retries.has_destination = true;
  }

  void remaining_members() {
    if (const auto enabled = root_.boolean("Enabled"); enabled && !*enabled) {
      root_.add_problem("Enabled", "is false, so there is nothing to do");
    }
    if (root_.has("SourceAccessConfigurations")) {
      request_.notes.push_back(
          "SourceAccessConfigurations is ignored: it is for AWS. Use --property or --iam to "
          "authenticate here");
    }
    for (const auto& [name, whose] : kForeign) {
      if (root_.has(name)) {
        root_.add_problem(name, "is available for " + std::string(whose) + " (AWS)");
      }
    }
    for (const std::string_view name : kIgnored) static_cast<void>(root_.has(name));
  }

  RequestReader root_;
  MappingRequest request_;
};

}  // namespace

base::Result<MappingRequest> MappingRequest::parse(std::string_view text) {
  const auto value = json::parse(text);
  if (!value) {
    return base::Error{base::ErrorCode::invalid, "not a JSON object: " + value.error().message};
  }
  if (!value->is_object()) return base::Error{base::ErrorCode::invalid, "not a JSON object"};
  return Reader(value->get_object()).read();
}

}  // namespace penstock::local
