#include "local/mapping/mapping_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::local {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string request(const std::string& members) {
  return R"({"FunctionName":"f","Topics":["events"])" + std::string(members.empty() ? "" : ",") +
         members + "}";
}

MappingRequest read(const std::string& members) {
  auto parsed = MappingRequest::parse(request(members));
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return std::move(*parsed);
}

std::string problem(const std::string& text) {
  const auto parsed = MappingRequest::parse(text);
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
  EXPECT_TRUE(plain.notes.empty());
}

TEST(MappingRequest, ReadsTheInputOfAwssCommandLine) {
  const auto parsed = MappingRequest::parse(R"({
    "EventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/c/1-2",
    "FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:greeter:live",
    "Topics": ["a", "b"], "BatchSize": 10000, "MaximumBatchingWindowInSeconds": 0,
    "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": "2026-11-26T10:00:00Z",
    "FilterCriteria": {"Filters": [{"Pattern": "{\"value\":{\"n\":[1]}}"}]},
    "MaximumRetryAttempts": 3, "MaximumRecordAgeInSeconds": 60, "BisectBatchOnFunctionError": true,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:dead"}},
    "ProvisionedPollerConfig": {"MinimumPollers": 1, "MaximumPollers": 3},
    "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "g"},
    "Enabled": true, "Tags": {"a": "b"}, "SourceAccessConfigurations": []})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->function_name, "greeter");
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
  EXPECT_EQ(parsed->notes.size(), 2u);  // Two topics; SourceAccessConfigurations.
}

TEST(MappingRequest, ReadsTheAddressOfASelfManagedKafka) {
  const auto own =
      read(R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["a:1","b:2"]}})");
  EXPECT_EQ(own.bootstrap, "a:1,b:2");
  EXPECT_TRUE(own.rules.envelope.event_source_arn.empty());
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
  const std::pair<std::string, const char*> rows[] = {
      {"[", "not a JSON object"},
      {"[]", "not a JSON object"},
      {"{}", "Topics must be a list of at least one topic"},
      {R"({"Topics":["a b"]})", "Topics has a name that Kafka does not allow: 'a b'"},
      {R"({"Topics":"a"})", "Topics must be a list of strings"},
      {request(R"("BatchSize":0)"), "BatchSize must be a whole number from 1 to 10000"},
      {request(R"("BatchSize":"10")"), "BatchSize must be a whole number"},
      {request(R"("MaximumBatchingWindowInSeconds":301)"), "from 0 to 300"},
      {request(R"("StartingPosition":"NOW")"),
       "StartingPosition must be TRIM_HORIZON, LATEST or AT_TIMESTAMP"},
      {request(R"("StartingPosition":"AT_TIMESTAMP")"), "StartingPositionTimestamp must be set"},
      {request(R"("StartingPositionTimestamp":1)"),
       "may be set only if StartingPosition is AT_TIMESTAMP"},
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
      {request(provisioned + R"("FunctionResponseTypes":["Other"])"),
       "FunctionResponseTypes must be [] or"},
      {request(R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://dead"}})"),
       "DestinationConfig needs provisioned mode"},
      {request(provisioned +
               R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://events"}})"),
       "DestinationConfig.OnFailure.Destination must not be a topic that the mapping reads"},
      {request(R"("DestinationConfig":{"OnFailure":)"
               R"({"Destination":"arn:aws:sns:us-east-1:123456789012:t"}})"),
       "is an SNS topic, which is not supported"},
      {request(R"("DestinationConfig":{"OnFailure":{"Destination":"queue"}})"),
       "must be the ARN of an SQS queue"},
      {request(R"("DestinationConfig":{"OnSuccess":{"Destination":"x"}})"),
       "OnSuccess is not available for event source"},
      {request(R"("ProvisionedPollerConfig":{"MinimumPollers":3,"MaximumPollers":2})"),
       "must not be larger than"},
      {request(R"("ProvisionedPollerConfig":{"Pollers":3})"),
       "ProvisionedPollerConfig.Pollers is not a member"},
      {request(R"("ParallelizationFactor":2)"),
       "is available for Kinesis and DynamoDB streams only (AWS)"},
      {request(R"("BatchSiz":2)"),
       "BatchSiz is not a member of CreateEventSourceMapping's request"},
      {request(R"("Enabled":false)"), "there is nothing to do"},
      {request(R"("AmazonManagedKafkaEventSourceConfig":{"ConsumerGroupId":""})"),
       "must have 1 to 200 characters"},
      {request(R"("EventSourceArn":"arn",)"
               R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["a:1"]}})"),
       "must not be there together with EventSourceArn"},
      {request(R"("SelfManagedEventSource":{})"), "needs Endpoints.KAFKA_BOOTSTRAP_SERVERS"},
  };
  for (const auto& [text, expected] : rows) EXPECT_THAT(problem(text), HasSubstr(expected)) << text;
}

TEST(MappingRequest, SaysEverythingThatIsWrong) {
  EXPECT_EQ(
      problem(R"({"Topics":"a","BatchSize":0,"MaximumRetryAttempts":1,"Enabled":1,"BatchSiz":2,
                        "ProvisionedPollerConfig":{"MinimumPollers":0,"Pollers":3}})"),
      "Topics must be a list of strings\n"
      "BatchSize must be a whole number from 1 to 10000\n"
      "ProvisionedPollerConfig.MinimumPollers must be a whole number from 1 to 200\n"
      "ProvisionedPollerConfig.Pollers is not a member of CreateEventSourceMapping's request\n"
      "Enabled must be true or false\n"
      "BatchSiz is not a member of CreateEventSourceMapping's request");
}

}  // namespace
}  // namespace penstock::local
