#include "local/mapping/mapping_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::local {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string request(const std::string& members) {
  const bool has_position = members.find("\"StartingPosition\"") != std::string::npos;
  return R"({"FunctionName":"f","Topics":["events"])" +
         std::string(has_position ? "" : R"(,"StartingPosition":"LATEST")") +
         (members.empty() ? "" : ",") + members + "}";
}

MappingRequest read(const std::string& members) {
  auto parsed = MappingRequest::parse(request(members));
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return std::move(*parsed);
}

constexpr base::SystemTime kNow{seconds(1'795'687'200)};  // 2026-11-26T10:00:00Z.

std::string problem(const std::string& text) {
  const auto parsed = MappingRequest::parse(text, kNow);
  return parsed ? "" : parsed.error().message;
}

TEST(MappingRequest, HasTheDefaultsOfAws) {
  const MappingRequest plain = read("");
  EXPECT_EQ(plain.function_name, "f");
  EXPECT_THAT(plain.topics, ElementsAre("events"));
  EXPECT_EQ(plain.rules.batch_size, 100);
  EXPECT_EQ(plain.rules.batching_window, std::chrono::milliseconds(500));
  EXPECT_FALSE(plain.rules.retries.retries_max());
  EXPECT_FALSE(plain.rules.retries.report_batch_item_failures);
  EXPECT_TRUE(plain.destination.empty());
  EXPECT_FALSE(plain.reports.has_metrics());
  EXPECT_FALSE(plain.reports.log_level);
  EXPECT_TRUE(plain.notes.empty());
}

TEST(MappingRequest, ReadsTheInputOfAwssCommandLine) {
  const auto parsed = MappingRequest::parse(R"({
    "EventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/c/1-2",
    "FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:greeter:live",
    "Topics": ["orders"], "BatchSize": 10000, "MaximumBatchingWindowInSeconds": 0,
    "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": "2026-11-26T10:00:00Z",
    "FilterCriteria": {"Filters": [{"Pattern": "{\"value\":{\"n\":[1]}}"}]},
    "MaximumRetryAttempts": 3, "MaximumRecordAgeInSeconds": 60, "BisectBatchOnFunctionError": true,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:dead"}},
    "ProvisionedPollerConfig": {"MinimumPollers": 1, "MaximumPollers": 3},
    "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "g"},
    "MetricsConfig": {"Metrics": ["EventCount", "KafkaMetrics"]},
    "LoggingConfig": {"SystemLogLevel": "INFO"},
    "Enabled": true, "Tags": {"a": "b"}, "SourceAccessConfigurations": []})",
                                            kNow);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->function_name, "greeter");
  EXPECT_EQ(parsed->region, "us-east-1");
  EXPECT_EQ(parsed->rules.envelope.event_source_arn,
            "arn:aws:kafka:us-east-1:123456789012:cluster/c/1-2");
  EXPECT_EQ(parsed->rules.batch_size, 10'000);
  EXPECT_EQ(parsed->rules.batching_window, seconds(0));
  EXPECT_EQ(parsed->starting_position, StartingPosition::at_timestamp);
  EXPECT_EQ(parsed->starting_timestamp_ms, 1'795'687'200'000);
  EXPECT_TRUE(parsed->rules.filter.passes(R"({"n":1})"));
  EXPECT_FALSE(parsed->rules.filter.passes(R"({"n":2})"));
  EXPECT_EQ(parsed->rules.retries.retries_max(), 3);
  EXPECT_EQ(parsed->rules.retries.maximum_record_age, seconds(60));
  EXPECT_TRUE(parsed->rules.retries.bisect_batch_on_function_error);
  EXPECT_TRUE(parsed->rules.retries.report_batch_item_failures);
  EXPECT_EQ(parsed->destination, "arn:aws:sqs:us-east-1:123456789012:dead");
  EXPECT_EQ(parsed->consumer_group, "g");
  EXPECT_TRUE(parsed->reports.event_count);
  EXPECT_FALSE(parsed->reports.error_count);
  EXPECT_TRUE(parsed->reports.kafka_metrics);
  EXPECT_EQ(parsed->reports.log_level, ReportRules::LogLevel::info);
  EXPECT_EQ(parsed->notes.size(), 1u);  // SourceAccessConfigurations.
}

TEST(MappingRequest, ReadsTheAddressOfASelfManagedKafka) {
  const auto own =
      read(R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["a:1","b:2"]}})");
  EXPECT_EQ(own.bootstrap, "a:1,b:2");
  EXPECT_TRUE(own.rules.envelope.event_source_arn.empty());
}

TEST(MappingRequest, IsInTheRegionOfItsArns) {
  EXPECT_EQ(read(R"("EventSourceArn":"arn:aws:kafka:eu-west-1:123456789012:cluster/c/1")").region,
            "eu-west-1");
  const auto none =
      read(R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["a:1"]}})");
  EXPECT_EQ(none.region, "");
}

TEST(MappingRequest, LimitsEndlessRetriesToTenIfThereIsADestination) {
  const auto queue = read(R"("DestinationConfig":{"OnFailure":)"
                          R"({"Destination":"arn:aws:sqs:us-east-1:123456789012:q"}})");
  EXPECT_EQ(queue.rules.retries.retries_max(), 10);
  EXPECT_EQ(read(R"("MaximumRetryAttempts":-1,"MaximumRecordAgeInSeconds":-1)")
                .rules.retries.retries_max(),
            std::nullopt);
}

TEST(MappingRequest, SaysWhatIsWrong) {
  const std::string provisioned = R"("ProvisionedPollerConfig":{"MinimumPollers":1},)";
  const std::string msk = R"("EventSourceArn":"arn:aws:kafka:us-east-1:123456789012:cluster/c/1")";
  const std::string own =
      R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["a:1"]}})";
  const std::pair<std::string, const char*> rows[] = {
      {"[", "not a JSON object"},
      {"[]", "not a JSON object"},
      {"{}", "FunctionName is required"},
      {"{}", "Topics is required for Kafka (AWS)"},
      {"{}", "StartingPosition is required for Kafka (AWS): TRIM_HORIZON, LATEST or AT_TIMESTAMP"},
      {R"({"FunctionName":")" + std::string(65, 'f') + "\"}", "must have 64 characters at most"},
      {R"({"Topics":["a b"]})", "Topics[0] must have two or more of a-z"},
      {R"({"Topics":["äb"]})", "Topics: Kafka can have no topic 'äb': a name has only the"},
      {R"({"Topics":[".."]})", "Topics"},
      {request(R"("ProvisionedPollerConfig":{"MinimumPollers":1},)"
               R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://äb"}})"),
       "DestinationConfig.OnFailure.Destination must be kafka://TOPIC: Kafka can have no topic"},
      {R"({"Topics":["a","b"]})", "Topics must have 1 element"},
      {request(R"("StartingPosition":"NOW")"),
       "StartingPosition must be TRIM_HORIZON, LATEST or AT_TIMESTAMP"},
      {request(R"("StartingPosition":"AT_TIMESTAMP")"), "StartingPositionTimestamp must be set"},
      {request(R"("StartingPositionTimestamp":1)"),
       "may be set only if StartingPosition is AT_TIMESTAMP"},
      {request(R"("StartingPosition":"AT_TIMESTAMP","StartingPositionTimestamp":1795687201)"),
       "StartingPositionTimestamp must not be in the future (AWS)"},
      {request(R"("StartingPosition":"AT_TIMESTAMP",)"
               R"("StartingPositionTimestamp":"2100-01-01T00:00:00Z")"),
       "StartingPositionTimestamp must not be in the future (AWS)"},
      {request(R"("EventSourceArn":"arn:aws:sqs:us-east-1:123456789012:q")"),
       "EventSourceArn names a source of 'sqs', which is not played yet: only Kafka is"},
      {request(R"("EventSourceArn":"arn:aws:kinesis:us-east-1:123456789012:stream/s")"),
       "EventSourceArn names a source of 'kinesis', which is not played yet"},
      {request(R"("EventSourceArn":"arn:aws:kafka:us-east-1:123456789012:topic/t")"),
       "must be the ARN of a cluster or of a VPC connection"},
      {request(msk + "," + own), "must not be there together with EventSourceArn"},
      {request(R"("SelfManagedEventSource":{})"), "needs Endpoints.KAFKA_BOOTSTRAP_SERVERS"},
      {request(
           R"("AmazonManagedKafkaEventSourceConfig":{},"SelfManagedKafkaEventSourceConfig":{})"),
       "SelfManagedKafkaEventSourceConfig must not be there together with AmazonManagedKafka"},
      {request(own + R"(,"AmazonManagedKafkaEventSourceConfig":{})"),
       "AmazonManagedKafkaEventSourceConfig is for a source with an EventSourceArn"},
      {request(msk + R"(,"SelfManagedKafkaEventSourceConfig":{})"),
       "SelfManagedKafkaEventSourceConfig is for a source with SelfManagedEventSource"},
      {request(R"("SelfManagedKafkaEventSourceConfig":{"ConsumptionMode":"Queue"})"),
       "ConsumptionMode must be \"Stream\": share groups are not supported"},
      {request(R"("SelfManagedKafkaEventSourceConfig":{"SchemaRegistryConfig":{}})"),
       "SchemaRegistryConfig is not supported"},
      {request(R"("SourceAccessConfigurations":[{}])"),
       "SourceAccessConfigurations[0] needs a Type"},
      {request(R"("SourceAccessConfigurations":[{"Type":"BASIC_AUTH"}])"),
       "SourceAccessConfigurations[0].URI is required"},
      {request(R"("SourceAccessConfigurations":[{"Type":"IAM_AUTH","URI":"a"}])"),
       "SourceAccessConfigurations[0].URI must not be there with this Type"},
      {request(R"("SourceAccessConfigurations":[{"Type":"VIRTUAL_HOST","URI":"a"}])"),
       "SourceAccessConfigurations[0].Type is available for Amazon MQ only"},
      {request(msk + R"(,"SourceAccessConfigurations":[{"Type":"BASIC_AUTH","URI":"a"}])"),
       "SourceAccessConfigurations[0].Type is for a self-managed Kafka (AWS)"},
      {request(R"("FilterCriteria":{"Filters":[{"Pattern":"{\"key\":[1]}"}]})"),
       "FilterCriteria: filter 1: "},
      {request(R"("MaximumRetryAttempts":1)"), "MaximumRetryAttempts needs provisioned mode"},
      {request(R"("MaximumRecordAgeInSeconds":60)"),
       "MaximumRecordAgeInSeconds needs provisioned mode"},
      {request(provisioned + R"("MaximumRecordAgeInSeconds":59)"), "must be from 60 to 604800"},
      {request(R"("BisectBatchOnFunctionError":true)"),
       "BisectBatchOnFunctionError needs provisioned mode"},
      {request(R"("FunctionResponseTypes":["ReportBatchItemFailures"])"),
       "FunctionResponseTypes needs provisioned"},
      {request(R"("LoggingConfig":{"SystemLogLevel":"WARN"})"),
       "LoggingConfig needs provisioned mode"},
      {request(R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://dead"}})"),
       "DestinationConfig needs provisioned mode"},
      {request(provisioned +
               R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://events"}})"),
       "DestinationConfig.OnFailure.Destination must not be a topic that the mapping reads"},
      {request(R"("DestinationConfig":{"OnFailure":)"
               R"({"Destination":"arn:aws:sns:us-east-1:123456789012:t"}})"),
       "is an SNS topic, which is not supported"},
      {request(R"("DestinationConfig":{"OnFailure":)"
               R"({"Destination":"arn:aws:kinesis:us-east-1:123456789012:t"}})"),
       "Destination: 'arn:aws:kinesis:us-east-1:123456789012:t' is not the ARN of a queue"},
      {request(R"("DestinationConfig":{"OnFailure":{"Destination":"arn:aws:s3:::a/b"}})"),
       "Destination: 'arn:aws:s3:::a/b' is not the ARN of a bucket"},
      {request(R"("DestinationConfig":{"OnFailure":{"Destination":"queue"}})"),
       "must be the ARN of an SQS queue"},
      {request(R"("DestinationConfig":{"OnSuccess":{"Destination":""}})"),
       "OnSuccess is not available for event source"},
      {request(R"("ProvisionedPollerConfig":{"MinimumPollers":3,"MaximumPollers":2})"),
       "must not be larger than"},
      {request(R"("ProvisionedPollerConfig":{"MaximumPollers":2001})"),
       "MaximumPollers must be a whole number from 1 to 2000 for Kafka (AWS)"},
      {request(R"("Tags":{"aws:name":"a"})"), "must not have a key that begins with aws:"},
      {request(R"("Enabled":false)"), "there is nothing to do"},
  };
  for (const auto& [text, expected] : rows) EXPECT_THAT(problem(text), HasSubstr(expected)) << text;
}

TEST(MappingRequest, SaysEverythingThatIsWrong) {
  EXPECT_EQ(
      problem(R"({"FunctionName":"f","StartingPosition":"LATEST","Topics":"a","BatchSize":0,
                  "MaximumRetryAttempts":1,"LoggingConfig":{},"Enabled":1,"BatchSiz":2})"),
      "Topics must be a list\n"
      "BatchSize must be a whole number from 1 to 10000\n"
      "Enabled must be true or false\n"
      "BatchSiz is not a member of CreateEventSourceMapping's request\n"
      "MaximumRetryAttempts needs provisioned mode (AWS: \"only available for event source "
      "mappings with provisioned mode enabled\"): add "
      "\"ProvisionedPollerConfig\":{\"MinimumPollers\":1}\n"
      "LoggingConfig needs provisioned mode (AWS: \"only available for event source mappings with "
      "provisioned mode enabled\"): add \"ProvisionedPollerConfig\":{\"MinimumPollers\":1}");
}

}  // namespace
}  // namespace penstock::local
