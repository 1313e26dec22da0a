#include "local/model/request_model.h"

#include <gtest/gtest.h>
#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string>
#include <utility>

namespace penstock::local {
namespace {

bool has_shape(std::string_view name) {
  const auto shapes = model_shapes();
  return std::any_of(shapes.begin(), shapes.end(),
                     [&](const ModelShape& shape) { return shape.name == name; });
}

// Returns what is wrong with a request that has this member besides those that are required.
std::string problem(const std::string& member) {
  const auto request =
      boost::json::parse(R"({"FunctionName":"f")" + (member.empty() ? "" : "," + member) + "}");
  RequestProblems problems;
  check_model(request.as_object(), problems);
  return problems.text();
}

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + text;
  return all;
}

TEST(RequestModel, HasEveryShapeThatItNames) {
  for (const ModelShape& shape : model_shapes()) {
    EXPECT_TRUE(shape.key.empty() || has_shape(shape.key)) << shape.key;
    EXPECT_TRUE(shape.element.empty() || has_shape(shape.element)) << shape.element;
    EXPECT_EQ(shape.pattern.empty(), shape.form.empty()) << shape.name;
  }
  for (const ModelMember& member : model_members()) {
    EXPECT_TRUE(has_shape(member.structure)) << member.structure;
    EXPECT_TRUE(has_shape(member.shape)) << member.shape;
  }
}

TEST(RequestModel, HasPatternsThatRe2Understands) {
  for (const ModelShape& shape : model_shapes()) {
    const RE2 regex(re2::StringPiece(shape.pattern.data(), shape.pattern.size()), RE2::Quiet);
    EXPECT_TRUE(regex.ok()) << shape.name << ": " << regex.error();
  }
}

TEST(RequestModel, AcceptsWhatFits) {
  for (const std::string member : {
           R"("EventSourceArn":"arn:aws:kafka:us-east-1:123456789012:cluster/c/1-2")",
           R"("EventSourceArn":"arn:aws-eusc:kafka:eusc-de-east-1:123456789012:cluster/c/1-2")",
           R"("BatchSize":10000)",
           R"("Enabled":false)",
           R"("KMSKeyArn":"")",
           R"("Tags":{"größe 1":"äö +-=._:/@"})",
           R"("MetricsConfig":{"Metrics":["EventCount","ErrorCount","KafkaMetrics"]})",
           R"("StartingPositionTimestamp":1795687200.5)",
           R"("StartingPositionTimestamp":"2026-11-26T10:00:00Z")",
           R"("DestinationConfig":{"OnFailure":{"Destination":""}})",
           R"("ProvisionedPollerConfig":{"PollerGroupName":"a-B_9"})",
           R"("SelfManagedKafkaEventSourceConfig":{"ConsumptionMode":"Queue"})",
       }) {
    EXPECT_EQ(problem(member), "") << member;
  }
}

TEST(RequestModel, SaysWhatDoesNotFit) {
  const std::pair<std::string, std::string> rows[] = {
      {R"("BatchSiz":1)", "BatchSiz is not a member of CreateEventSourceMapping's request"},
      {R"("Queues":["q"])", "Queues is available for Amazon MQ only (AWS)"},
      {R"("BatchSize":10001)", "BatchSize must be a whole number from 1 to 10000"},
      {R"("BatchSize":1.0)", "BatchSize must be a whole number from 1 to 10000"},
      {R"("BatchSize":18446744073709551615)", "BatchSize must be a whole number from 1 to 10000"},
      {R"("BatchSize":null)", "BatchSize must be a whole number from 1 to 10000"},
      {R"("Enabled":"true")", "Enabled must be true or false"},
      {R"("MetricsConfig":5)", "MetricsConfig must be an object"},
      {R"("MetricsConfig":{"Metrics":["Count"]})",
       "MetricsConfig.Metrics[0] must be EventCount, ErrorCount or KafkaMetrics"},
      {R"("MetricsConfig":{"Metrics":["EventCount ErrorCount"]})",
       "MetricsConfig.Metrics[0] must be EventCount, ErrorCount or KafkaMetrics"},
      {R"("MetricsConfig":{"Metrics":[)" + repeated("\"EventCount\"", 4) + "]}",
       "MetricsConfig.Metrics must have 0 to 3 elements"},
      {R"("LoggingConfig":{"SystemLogLevel":"TRACE"})",
       "LoggingConfig.SystemLogLevel must be DEBUG, INFO or WARN"},
      {R"("Topics":["a","b"])", "Topics must have 1 element"},
      {R"("Topics":[7])", "Topics[0] must be a string"},
      {R"("Topics":[".orders"])",
       "Topics[0] must have two or more of a-z, A-Z, 0-9, '.', '_' and '-', and not begin with "
       "'.'"},
      {R"("Tags":["a"])", "Tags must be an object"},
      {R"("Tags":{"a":1})", "Tags.a must be a string"},
      {R"("Tags":{"a!":"b"})", "Tags.a! must have only letters, digits, spaces and _.:/=+-@"},
      {R"("Tags":{"":"b"})", "Tags. must have 1 to 128 characters"},
      {R"("KMSKeyArn":"key")", "KMSKeyArn must be the ARN of a KMS key"},
      {R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":[)" +
           repeated("\"a:1\"", 11) + "]}}",
       "SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS must have 1 to 10 elements"},
      {R"("SelfManagedEventSource":{"Endpoints":{"SERVERS":["a:1"]}})",
       "SelfManagedEventSource.Endpoints.SERVERS must be KAFKA_BOOTSTRAP_SERVERS"},
      {R"("SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["a"]}})",
       "SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS[0] must be HOST:PORT"},
      {R"("AmazonManagedKafkaEventSourceConfig":{"ConsumptionMode":"Stream"})",
       "AmazonManagedKafkaEventSourceConfig.ConsumptionMode is not a member of "
       "CreateEventSourceMapping's request"},
      {R"("StartingPositionTimestamp":"tomorrow")",
       "StartingPositionTimestamp must be a number of seconds since 1970, or a time in the format "
       "of RFC 3339"},
      {R"("StartingPositionTimestamp":-1)",
       "StartingPositionTimestamp must be a number of seconds since 1970, or a time in the format "
       "of RFC 3339"},
      {R"("FunctionResponseTypes":)" + std::string("[") +
           repeated("\"ReportBatchItemFailures\"", 2) + "]",
       "FunctionResponseTypes must have 0 to 1 element"},
      {R"("ProvisionedPollerConfig":{"PollerGroupName":"a b"})",
       "ProvisionedPollerConfig.PollerGroupName must have only letters, digits, - and _"},
  };
  for (const auto& [member, expected] : rows) EXPECT_EQ(problem(member), expected) << member;
}

TEST(RequestModel, CountsCharactersAndNotBytes) {
  std::string value(510, ' ');
  for (size_t i = 0; i < value.size(); i += 2) value.replace(i, 2, "ü");
  EXPECT_EQ(problem(R"("Tags":{"a":")" + value + "\"}"), "");
  EXPECT_EQ(problem(R"("Tags":{"a":")" + value + "üü\"}"), "Tags.a must have 0 to 256 characters");
}

TEST(RequestModel, ShowsAKeyThatATerminalMaySee) {
  const std::string unknown = " is not a member of CreateEventSourceMapping's request";
  EXPECT_EQ(problem(R"("a\u001b[2J\nb\"":1)"), R"(a\u001b[2J\nb\")" + unknown);
  const std::string long_key(63, 'a');
  EXPECT_EQ(problem("\"" + long_key + "üü\":1"), long_key + unknown);
  EXPECT_EQ(problem("\"" + long_key + "aü\":1"), long_key + "a" + unknown);
  EXPECT_EQ(problem(R"("Tags":{"\u001b":1})"),
            R"(Tags.\u001b must have only letters, digits, spaces and _.:/=+-@)");
}

TEST(RequestModel, NamesWhatIsMissing) {
  RequestProblems problems;
  check_model({}, problems);
  EXPECT_EQ(problems.text(), "FunctionName is required");
}

TEST(RequestModel, KeepsABoundedNumberOfProblems) {
  boost::json::object request;
  for (int i = 0; i < 10'000; ++i) request["member" + std::to_string(i)] = i;
  RequestProblems problems;
  check_model(request, problems);
  const std::string text = problems.text();
  EXPECT_EQ(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1,
            RequestProblems::kMax);
}

}  // namespace
}  // namespace penstock::local
