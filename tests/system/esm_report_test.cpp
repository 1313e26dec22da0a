// `penstock_local esm` reports of itself as MetricsConfig and LoggingConfig say.
#include <boost/json/parse.hpp>
#include <sstream>

#include "support/esm_test.h"

namespace penstock {
namespace {

using test::EsmRun;
using test::EsmTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Returns the JSON objects among the mapping's lines that have this member.
std::vector<boost::json::object> lines_with(const std::string& output, const std::string& member) {
  std::vector<boost::json::object> found;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const size_t brace = line.find("| {");
    if (!line.starts_with("mapping") || brace == std::string::npos) continue;
    auto object = boost::json::parse(line.substr(brace + 2)).as_object();
    if (object.contains(member)) found.push_back(std::move(object));
  }
  return found;
}

TEST_F(EsmTest, CountsWhatAwsCounts) {
  make_topic("counted");
  make_topic("counted-dead");
  store("counted", {{.value = R"({"n":1})"},
                    {.value = R"({"n":0})"},
                    {.value = "poison"},
                    {.value = R"({"n":2})"}});
  EsmRun esm = start(
      mapping("counted",
              std::string(kProvisioned) +
                  R"(,"BatchSize":1,"MaximumRetryAttempts":1,)"
                  R"("FilterCriteria":{"Filters":[{"Pattern":)"
                  R"("{\"value\":[{\"anything-but\":\"x\"}]}"},)"
                  R"({"Pattern":"{\"value\":{\"n\":[1,2]}}"}]},)"
                  R"("MetricsConfig":{"Metrics":["EventCount","ErrorCount","KafkaMetrics"]},)"
                  R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://counted-dead"}})"));
  EXPECT_TRUE(goes_on_at("counted", {{0, 4}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  const auto metrics = lines_with(esm.output(), "_aws");
  ASSERT_EQ(metrics.size(), 1u) << esm.output();
  const boost::json::object& counts = metrics.front();
  EXPECT_EQ(counts.at("PolledEventCount"), 4);
  EXPECT_EQ(counts.at("FilteredOutEventCount"), 1);
  EXPECT_EQ(counts.at("InvokedEventCount"), 4) << "the poison is invoked twice";
  EXPECT_EQ(counts.at("FailedInvokeEventCount"), 2);
  EXPECT_EQ(counts.at("InvokeErrorCount"), 2);
  EXPECT_EQ(counts.at("DroppedEventCount"), 0);
  EXPECT_EQ(counts.at("OnFailureDestinationDeliveredEventCount"), 1);
  EXPECT_EQ(counts.at("CommittedEventCount"), 4);
  EXPECT_EQ(counts.at("MaxOffsetLag"), 0);
  EXPECT_EQ(counts.at("SumOffsetLag"), 0);
  EXPECT_FALSE(counts.contains("CommitErrorCount")) << "AWS has it only if there was an error";
}

TEST_F(EsmTest, LogsWhatAwsLogs) {
  make_topic("logged");
  store("logged", {{.value = "good"}, {.value = "poison"}});
  EsmRun esm = start(mapping("logged", std::string(kProvisioned) +
                                           R"(,"BatchSize":1,"MaximumRetryAttempts":0,)"
                                           R"("EventSourceArn":"arn:aws:kafka:eu-west-1:)"
                                           R"(123456789012:cluster/c/1-2",)"
                                           R"("LoggingConfig":{"SystemLogLevel":"DEBUG"})"));
  EXPECT_TRUE(goes_on_at("logged", {{0, 2}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  EXPECT_THAT(lines_with(esm.output(), "_aws"), IsEmpty()) << "the mapping asks for no metrics";

  const auto errors = lines_with(esm.output(), "error");
  ASSERT_EQ(errors.size(), 2u) << esm.output();
  EXPECT_EQ(errors[0].at("logLevel"), "WARN");
  EXPECT_EQ(errors[0].at("error").at("errorMessage"), "logged-0 1: Test.Poison: it is poison");
  EXPECT_THAT(std::string(errors[0].at("resourceArn").as_string()),
              HasSubstr(":eu-west-1:000000000000:event-source-mapping:"));
  EXPECT_EQ(errors[1].at("error").at("errorCode"), "RetryAttemptsExhausted");

  const auto status = lines_with(esm.output(), "kafkaEventSourceConnection");
  ASSERT_FALSE(status.empty()) << esm.output();
  const auto& connection = status[0].at("kafkaEventSourceConnection");
  EXPECT_EQ(connection.at("brokerEndpoints").as_string(), kafka().bootstrap());
  EXPECT_EQ(connection.at("consumerGroupId"), "logged");
  EXPECT_EQ(connection.at("assignedPartitions"), boost::json::parse(R"(["logged-0"])"));

  const auto offsets = lines_with(esm.output(), "kafkaPartitionOffsets");
  ASSERT_EQ(offsets.size(), 1u) << esm.output();
  EXPECT_EQ(offsets[0].at("kafkaPartitionOffsets"),
            boost::json::parse(R"({"partition":"logged-0","endOffset":2,"consumedOffset":1,
                                   "processedOffset":1,"committedOffset":2})"));
}

TEST_F(EsmTest, AHigherLevelLogsLess) {
  make_topic("terse");
  store("terse", {{.value = "poison"}});
  EsmRun esm = start(mapping("terse", std::string(kProvisioned) +
                                          R"(,"MaximumRetryAttempts":0,)"
                                          R"("LoggingConfig":{"SystemLogLevel":"WARN"})"));
  EXPECT_TRUE(goes_on_at("terse", {{0, 1}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  EXPECT_EQ(lines_with(esm.output(), "eventType").size(), 2u) << esm.output();
  EXPECT_THAT(esm.output(), HasSubstr(R"("logLevel":"WARN")"));
  EXPECT_THAT(esm.output(), Not(HasSubstr(R"("logLevel":"INFO")")));
}

}  // namespace
}  // namespace penstock
