#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "local/reports/mapping_reporter.h"
#include "local/reports/report_lines.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

const base::SteadyTime kStart{};
constexpr base::SystemTime kNow{milliseconds(1'546'347'650'000)};
const PollerIdentity kMsk{.uuid = "12345678-1234-1234-1234-123456789012",
                          .region = "us-east-1",
                          .event_source_arn = "arn:aws:kafka:us-east-1:123456789012:cluster/c/1"};

TopicPartition partition(int32_t number) {
  return {"test", {number}};
}

Record record(int32_t number, int64_t offset) {
  return {.topic_partition = partition(number), .offset = {offset}};
}

void polled(MappingReporter& reporter, const Record& record) {
  reporter.polled(record.topic_partition, record.offset);
}

TEST(MappingReporter, IsDueAfterEachPauseOrNever) {
  MappingReporter reporter(minutes(1), kStart);
  EXPECT_FALSE(reporter.is_due(kStart + seconds(59)));
  EXPECT_TRUE(reporter.is_due(kStart + minutes(1)));
  static_cast<void>(reporter.take(kStart + seconds(70), {}, {}));
  EXPECT_FALSE(reporter.is_due(kStart + seconds(129)));
  EXPECT_TRUE(reporter.is_due(kStart + seconds(130)));
  const MappingReporter silent(milliseconds(0), kStart);
  EXPECT_FALSE(silent.is_due(kStart + minutes(9)));
  EXPECT_FALSE(silent.is_on());
}

TEST(MappingReporter, CountsFromZeroAfterEachReport) {
  MappingReporter reporter(minutes(1), kStart);
  polled(reporter, record(0, 5));
  ++reporter.counts().dropped;
  const auto first = reporter.take(kStart, {}, {});
  EXPECT_EQ(first.counts.polled, 1);
  EXPECT_EQ(first.counts.dropped, 1);
  const auto second = reporter.take(kStart, {}, {});
  EXPECT_EQ(second.counts.polled, 0);
  EXPECT_EQ(second.counts.dropped, 0);
}

TEST(MappingReporter, AddsTheDifferencesOfStoredOffsets) {
  MappingReporter reporter(minutes(1), kStart);
  polled(reporter, record(0, 5));
  polled(reporter, record(0, 6));
  polled(reporter, record(1, 0));
  reporter.committed({{partition(0), {7}}, {partition(1), {1}}});
  // Markers of transactions have offsets, too.
  polled(reporter, record(0, 7));
  reporter.committed({{partition(0), {9}}});
  EXPECT_EQ(reporter.take(kStart, {}, {}).counts.committed, 5);
  // What another member of the group has stored meanwhile does not count.
  reporter.revoked({partition(0)});
  polled(reporter, record(0, 100));
  reporter.committed({{partition(0), {101}}});
  EXPECT_EQ(reporter.take(kStart, {}, {}).counts.committed, 1);
}

TEST(MappingReporter, KnowsHowFarEachPartitionIs) {
  MappingReporter reporter(minutes(1), kStart);
  polled(reporter, record(0, 5));
  polled(reporter, record(0, 6));
  polled(reporter, record(1, 0));
  const std::vector<RecordSource::Ends> ends{
      {partition(0), 2, 10, 5}, {partition(1), 0, 1, {}}, {partition(2), 3, 8, {}}};
  const auto report = reporter.take(kStart, ends, {{partition(0), {6}}});
  ASSERT_EQ(report.partitions.size(), 3u);
  EXPECT_EQ(report.partitions[0].consumed, 6);
  EXPECT_EQ(report.partitions[0].processed, 5);
  EXPECT_EQ(report.partitions[0].lag(), 5);
  EXPECT_EQ(report.partitions[1].processed, 0);
  EXPECT_EQ(report.partitions[1].lag(), 1);
  EXPECT_EQ(report.partitions[2].consumed, std::nullopt);
  EXPECT_EQ(report.partitions[2].lag(), 5) << "without an offset, all records are ahead";
}

TEST(ReportLines, HaveTheMetricsThatTheMappingAsksFor) {
  MappingReport report;
  report.counts.polled = 7;
  report.counts.committed = 6;
  report.counts.invoke_errors = 2;
  report.partitions = {{.topic_partition = partition(0), .committed = 5, .end = 8},
                       {.topic_partition = partition(1), .committed = 5, .end = 9}};
  EXPECT_EQ(metrics_line(kMsk, {.kafka_metrics = true}, report, kNow),
            R"({"_aws":{"Timestamp":1546347650000,"CloudWatchMetrics":[{"Namespace":"AWS/Lambda",)"
            R"("Dimensions":[["EventSourceMappingUUID"]],"Metrics":[)"
            R"({"Name":"MaxOffsetLag","Unit":"Count"},{"Name":"SumOffsetLag","Unit":"Count"}]}]},)"
            R"("EventSourceMappingUUID":"12345678-1234-1234-1234-123456789012",)"
            R"("MaxOffsetLag":4,"SumOffsetLag":7})");
  const std::string events = metrics_line(kMsk, {.event_count = true}, report, kNow);
  EXPECT_THAT(events, HasSubstr(R"("PolledEventCount":7,"FilteredOutEventCount":0,)"));
  EXPECT_THAT(events, HasSubstr(R"("CommittedEventCount":6)"));
  EXPECT_THAT(events, Not(HasSubstr("InvokeErrorCount")));
  const std::string errors = metrics_line(kMsk, {.error_count = true}, report, kNow);
  EXPECT_THAT(errors, HasSubstr(R"("InvokeErrorCount":2)"));
  EXPECT_THAT(errors, Not(HasSubstr("CommitErrorCount"))) << "there was no such error";
  EXPECT_THAT(errors, Not(HasSubstr("PolledEventCount")));
}

// These lines are those of AWS's page "Kafka event source mapping logging", as far as a mapping on
// one machine has their members.
TEST(ReportLines, AreLikeThoseOfAwssSystemLog) {
  EXPECT_EQ(processing_line(kMsk, "PollerError", "no broker answers", kNow),
            R"({"eventType":"ESM_PROCESSING_EVENT","timestamp":1546347650000,"resourceArn":)"
            R"("arn:aws:lambda:us-east-1:000000000000:event-source-mapping:)"
            R"(12345678-1234-1234-1234-123456789012",)"
            R"("eventSourceArn":"arn:aws:kafka:us-east-1:123456789012:cluster/c/1",)"
            R"("eventProcessorId":"12345678-1234-1234-1234-123456789012/0","logLevel":"WARN",)"
            R"("error":{"errorMessage":"no broker answers","errorCode":"PollerError"}})");
  const Cluster cluster{.bootstrap = "b:9098", .properties = {{"security.protocol", "SSL"}}};
  const auto status =
      boost::json::parse(poller_status_line(kMsk,
                                            {.cluster = cluster,
                                             .topics = {"test"},
                                             .group_id = "group",
                                             .generation = 5,
                                             .assigned = {partition(0), partition(1)}},
                                            kNow));
  EXPECT_EQ(status.at("eventType"), "POLLER_STATUS_EVENT");
  EXPECT_EQ(status.at("logLevel"), "INFO");
  EXPECT_EQ(status.at("kafkaEventSourceConnection"),
            boost::json::parse(R"({"brokerEndpoints":"b:9098",
                "consumerId":"12345678-1234-1234-1234-123456789012-0","topics":["test"],
                "consumerGroupId":"group","securityProtocol":"SSL","assignedPartitionCount":2,
                "partitionsAssignmentGeneration":5,"assignedPartitions":["test-0","test-1"]})"));
  const auto offsets = boost::json::parse(kafka_status_line(
      {.uuid = "u", .region = "us-east-1", .event_source_arn = "", .poller = 1},
      {.topic_partition = partition(1), .consumed = 5003, .committed = 5004, .end = 5004}, kNow));
  EXPECT_EQ(offsets.at("logLevel"), "DEBUG");
  EXPECT_FALSE(offsets.as_object().contains("eventSourceArn"));
  EXPECT_EQ(offsets.at("eventProcessorId"), "u/1");
  EXPECT_EQ(offsets.at("kafkaPartitionOffsets"),
            boost::json::parse(R"({"partition":"test-1","endOffset":5004,
                "consumedOffset":5003,"committedOffset":5004})"));
}

TEST(ReportRules, ALevelHasTheLinesOfThoseAfterIt) {
  using Level = ReportRules::LogLevel;
  const ReportRules info{.log_level = Level::info};
  EXPECT_FALSE(info.logs(Level::debug));
  EXPECT_TRUE(info.logs(Level::info));
  EXPECT_TRUE(info.logs(Level::warn));
  EXPECT_FALSE(ReportRules{}.logs(Level::warn));
}

}  // namespace
}  // namespace penstock::local
