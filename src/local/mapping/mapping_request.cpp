#include "local/mapping/mapping_request.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "aws/services/s3.h"
#include "aws/services/service_client.h"
#include "aws/services/sqs.h"
#include "base/topic_name.h"
#include "json/parse.h"
#include "local/mapping/request_reader.h"
#include "local/mapping/source_rules.h"
#include "local/model/request_model.h"

namespace penstock::local {
namespace {

using std::chrono::seconds;

// These bounds are on AWS's pages, and not in its model.
constexpr size_t kPlainFunctionNameMax = 64;  // CreateEventSourceMapping, FunctionName.
constexpr int64_t kKafkaPollersMax = 2'000;   // ProvisionedPollerConfig, MaximumPollers.
constexpr int64_t kRecordAgeMin = 60;         // Configuring error handling controls for Kafka.
constexpr size_t kTagsMax = 50;               // Using tags on event source mappings.

// Returns the NAME in "arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER",
// "ACCOUNT:function:NAME" or "NAME".
std::string plain_name(const std::string& function) {
  const size_t marker = function.find("function:");
  std::string name = marker == std::string::npos ? function : function.substr(marker + 9);
  return name.substr(0, name.find(':'));
}

class Reader {
 public:
  Reader(const boost::json::object& root, base::SystemTime now) : root_(root), now_(now) {
    check_model(root, problems_);
    provisioned_ = root_.has("ProvisionedPollerConfig");
  }

  base::Result<MappingRequest> read() {
    function();
    check_source(root_, problems_);
    source();
    topics();
    batching();
    starting_position();
    filter();
    pollers();
    retries();
    destination();
    reports();
    remaining_members();
    if (!problems_.empty()) return base::Error{base::ErrorCode::invalid, problems_.text()};
    return std::move(request_);
  }

 private:
  void function() {
    const std::string function = root_.text("FunctionName").value_or("");
    const std::string source = root_.text("EventSourceArn").value_or("");
    for (const std::string& text : {function, source}) {
      const auto arn = aws::Arn::parse(text);
      if (arn && request_.region.empty()) request_.region = arn->region;
    }
    request_.function_name = plain_name(function);
    if (function == request_.function_name && function.size() > kPlainFunctionNameMax) {
      problems_.add("FunctionName", "must have 64 characters at most, unless it is an ARN (AWS)");
    }
  }

  void source() {
    request_.rules.envelope.event_source_arn = root_.text("EventSourceArn").value_or("");
    for (const auto& server :
         root_.texts("SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS")) {
      request_.bootstrap += (request_.bootstrap.empty() ? "" : ",") + server;
    }
    for (const auto* path : {"AmazonManagedKafkaEventSourceConfig.ConsumerGroupId",
                             "SelfManagedKafkaEventSourceConfig.ConsumerGroupId"}) {
      if (auto group = root_.text(path)) request_.consumer_group = std::move(*group);
    }
    if (root_.has("SourceAccessConfigurations")) {
      request_.notes.push_back(
          "SourceAccessConfigurations is ignored: it is for AWS. Use --property or --iam to "
          "authenticate here");
    }
  }

  void topics() {
    request_.topics = root_.texts("Topics");
    if (!root_.has("Topics")) problems_.add("Topics", "is required for Kafka (AWS)");
    for (const auto& topic : request_.topics) {
      const std::string problem = base::problem_of_topic(topic);
      if (!problem.empty() && !problems_.has("Topics")) problems_.add("Topics", ": " + problem);
    }
  }

  void batching() {
    if (const auto size = root_.whole("BatchSize")) request_.rules.batch_size = *size;
    if (const auto window = root_.whole("MaximumBatchingWindowInSeconds")) {
      request_.rules.batching_window = seconds(*window);
    }
  }

  void starting_position() {
    const auto position = root_.text("StartingPosition");
    const auto* time = root_.raw("StartingPositionTimestamp");
    if (!root_.has("StartingPosition")) {
      problems_.add("StartingPosition",
                    "is required for Kafka (AWS): TRIM_HORIZON, LATEST or AT_TIMESTAMP");
    }
    if (position == "LATEST") {
      request_.starting_position = StartingPosition::latest;
    } else if (position == "AT_TIMESTAMP") {
      request_.starting_position = StartingPosition::at_timestamp;
      if (time == nullptr) {
        problems_.add("StartingPositionTimestamp",
                      "must be set for AT_TIMESTAMP: seconds since 1970, or RFC 3339");
      }
    }
    if (time == nullptr) return;
    if (position != "AT_TIMESTAMP") {
      problems_.add("StartingPositionTimestamp",
                    "may be set only if StartingPosition is AT_TIMESTAMP");
    }
    request_.starting_timestamp_ms = model_time_ms(*time).value_or(0);
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch());
    if (request_.starting_timestamp_ms > now.count()) {
      problems_.add("StartingPositionTimestamp", "must not be in the future (AWS)");
    }
  }

  void filter() {
    const boost::json::value* criteria = root_.raw("FilterCriteria");
    if (criteria == nullptr || problems_.has("FilterCriteria")) return;
    auto filter = EventFilter::parse(*criteria);
    if (!filter) return problems_.add("FilterCriteria", ": " + filter.error().message);
    request_.rules.filter = std::move(*filter);
  }

  void pollers() {
    const auto least = root_.whole("ProvisionedPollerConfig.MinimumPollers").value_or(1);
    const auto most = root_.whole("ProvisionedPollerConfig.MaximumPollers").value_or(200);
    if (most > kKafkaPollersMax) {
      problems_.add("ProvisionedPollerConfig.MaximumPollers",
                    "must be a whole number from 1 to 2000 for Kafka (AWS)");
    }
    if (least > most) {
      problems_.add("ProvisionedPollerConfig.MinimumPollers",
                    "must not be larger than MaximumPollers");
    }
  }

  // Adds a problem if a member needs the provisioned mode and that is not set, as AWS does.
  bool only_provisioned(std::string_view name) {
    if (provisioned_) return true;
    problems_.add(
        name,
        "needs provisioned mode (AWS: \"only available for event source mappings with provisioned "
        "mode enabled\"): add \"ProvisionedPollerConfig\":{\"MinimumPollers\":1}");
    return false;
  }

  void retries() {
    RetryRules& rules = request_.rules.retries;
    if (const auto attempts = root_.whole("MaximumRetryAttempts"); attempts && *attempts >= 0) {
      if (only_provisioned("MaximumRetryAttempts")) rules.maximum_retry_attempts = *attempts;
    }
    if (const auto age = root_.whole("MaximumRecordAgeInSeconds"); age && *age != -1) {
      if (*age < kRecordAgeMin) {
        problems_.add("MaximumRecordAgeInSeconds", "must be from 60 to 604800, or -1 for no limit");
      } else if (only_provisioned("MaximumRecordAgeInSeconds")) {
        rules.maximum_record_age = seconds(*age);
      }
    }
    if (root_.boolean("BisectBatchOnFunctionError").value_or(false)) {
      rules.bisect_batch_on_function_error = only_provisioned("BisectBatchOnFunctionError");
    }
    if (!root_.texts("FunctionResponseTypes").empty()) {
      rules.report_batch_item_failures = only_provisioned("FunctionResponseTypes");
    }
  }

  void destination() {
    constexpr const char* kPath = "DestinationConfig.OnFailure.Destination";
    if (root_.has("DestinationConfig.OnSuccess")) {
      problems_.add("DestinationConfig.OnSuccess",
                    "is not available for event source mappings (AWS)");
    }
    const std::string to = root_.text(kPath).value_or("");
    if (to.empty()) return;
    if (to.starts_with("kafka://")) {
      const std::string topic = to.substr(8);
      if (const std::string problem = base::problem_of_topic(topic); !problem.empty()) {
        problems_.add(kPath, "must be kafka://TOPIC: " + problem);
      }
      const auto& read = request_.topics;
      if (std::find(read.begin(), read.end(), topic) != read.end()) {
        problems_.add(kPath,
                      "must not be a topic that the mapping reads: AWS refuses it, because each "
                      "failure would cause another one");
      }
      if (!only_provisioned("DestinationConfig")) return;
    } else if (const auto arn = aws::Arn::parse(to); arn && arn->service == "sns") {
      return problems_.add(
          kPath,
          "is an SNS topic, which is not supported: name the ARN of an SQS queue or an S3 bucket, "
          "or kafka://TOPIC");
    } else {
      const auto good =
          arn && arn->service == "s3" ? aws::S3Bucket::check(to) : aws::SqsQueue::check(to);
      if (!good) return problems_.add(kPath, ": " + good.error().message);
    }
    request_.destination = to;
    request_.rules.retries.has_destination = true;
  }

  void reports() {
    ReportRules& rules = request_.reports;
    for (const auto& group : root_.texts("MetricsConfig.Metrics")) {
      rules.event_count = rules.event_count || group == "EventCount";
      rules.error_count = rules.error_count || group == "ErrorCount";
      rules.kafka_metrics = rules.kafka_metrics || group == "KafkaMetrics";
    }
    if (root_.has("LoggingConfig") && !only_provisioned("LoggingConfig")) return;
    const auto level = root_.text("LoggingConfig.SystemLogLevel");
    if (level == "DEBUG") rules.log_level = ReportRules::LogLevel::debug;
    if (level == "INFO") rules.log_level = ReportRules::LogLevel::info;
    if (level == "WARN") rules.log_level = ReportRules::LogLevel::warn;
  }

  void remaining_members() {
    if (const auto enabled = root_.boolean("Enabled"); enabled && !*enabled) {
      problems_.add("Enabled", "is false, so there is nothing to do");
    }
    const auto* tags = root_.raw("Tags");
    if (tags == nullptr || !tags->is_object()) return;
    if (tags->get_object().size() > kTagsMax) {
      problems_.add("Tags", "must have 50 tags at most (AWS)");
    }
    for (const auto& tag : tags->get_object()) {
      if (std::string_view(tag.key()).starts_with("aws:")) {
        problems_.add("Tags", "must not have a key that begins with aws: (AWS)");
      }
    }
  }

  RequestReader root_;
  const base::SystemTime now_;
  RequestProblems problems_;
  bool provisioned_ = false;
  MappingRequest request_;
};

}  // namespace

base::Result<MappingRequest> MappingRequest::parse(std::string_view text, base::SystemTime now) {
  const auto value = json::parse(text);
  if (!value) {
    return base::Error{base::ErrorCode::invalid, "not a JSON object: " + value.error().message};
  }
  if (!value->is_object()) return base::Error{base::ErrorCode::invalid, "not a JSON object"};
  return Reader(value->get_object(), now).read();
}

}  // namespace penstock::local
