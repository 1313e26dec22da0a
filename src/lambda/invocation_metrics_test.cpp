#include "lambda/invocation_metrics.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace penstock::lambda {
namespace {

constexpr base::SystemTime kNow{std::chrono::milliseconds(1'700'000'002'500)};

Record record_at(int64_t timestamp) {
  Record record;
  record.timestamp = std::chrono::milliseconds(timestamp);
  record.key = "key";
  record.value = "value";
  record.headers = {{"a", "bc"}};
  return record;
}

boost::json::object metrics_of(const InvocationMetrics& metrics) {
  return boost::json::parse(metrics.json("hello", "id-1", kNow)).as_object();
}

TEST(InvocationMetrics, FollowCloudwatchsEmbeddedMetricFormat) {
  InvocationMetrics metrics;
  metrics.add(record_at(1'700'000'002'000));
  metrics.add(record_at(1'700'000'001'000));
  metrics.poison = 1;
  const auto found = metrics_of(metrics);
  const auto& directive = found.at("_aws").at("CloudWatchMetrics").at(0);
  EXPECT_EQ(found.at("_aws").at("Timestamp"), 1'700'000'002'500);
  EXPECT_EQ(directive.at("Namespace"), "Penstock");
  EXPECT_EQ(directive.at("Dimensions"), boost::json::parse(R"([["FunctionName"]])"));
  EXPECT_EQ(found.at("FunctionName"), "hello");
  for (const auto& metric : directive.at("Metrics").as_array()) {
    EXPECT_TRUE(found.at(metric.at("Name").as_string()).is_int64()) << metric;
  }
  EXPECT_EQ(directive.at("Metrics").as_array().size(), 6u);
  EXPECT_EQ(found.at("Records"), 2);
  EXPECT_EQ(found.at("RecordBytes"), 22);
  EXPECT_EQ(found.at("BatchAge"), 1500);
  EXPECT_EQ(found.at("PoisonRecords"), 1);
}

TEST(InvocationMetrics, HaveNoAgeWithoutTimestampsAndNoNegativeOne) {
  InvocationMetrics metrics;
  metrics.add(record_at(-1));
  EXPECT_FALSE(metrics_of(metrics).contains("BatchAge"));
  metrics.add(record_at(1'700'000'009'000));
  EXPECT_EQ(metrics_of(metrics).at("BatchAge"), 0);
}

}  // namespace
}  // namespace penstock::lambda
