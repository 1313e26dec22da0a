#include "kafka/statistics.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

TEST(Statistics, ReadsBrokersAndQueue) {
  const auto statistics = parse_statistics(
      R"({"msg_cnt":3,"msg_size":180,"brokers":{"a":{"state":"UP","rtt":{"avg":700}},)"
      R"("b":{"state":"DOWN","rtt":{"avg":0}}}})");
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->brokers_up, 1);
  EXPECT_EQ(statistics->queued_messages, 3);
  EXPECT_EQ(statistics->queued_bytes, 180);
  EXPECT_EQ(statistics->round_trip_us, 700);
}

TEST(Statistics, CountsOnlyMembersInTheirPlaces) {
  const auto statistics = parse_statistics(
      R"({"state":"UP","avg":9,"rtt":{"avg":9},"topics":{"brokers":{"a":{"state":"UP"}},)"
      R"("msg_cnt":{"msg_cnt":9},"x":[{"state":"UP","rtt":{"avg":9}}]},)"
      R"("brokers":{"rtt":{"avg":9,"state":"UP","req":{"avg":9},"toppars":{"state":"UP",)"
      R"("rtt":{"avg":9}}},"msg_cnt":{"msg_cnt":9,"rtt":[{"avg":9}]},"avg":9},"msg_size":7})");
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->brokers_up, 1) << "a broker may have any name";
  EXPECT_EQ(statistics->queued_messages, 0);
  EXPECT_EQ(statistics->queued_bytes, 7);
  EXPECT_EQ(statistics->round_trip_us, 0);
}

TEST(Statistics, AddsUpWhatBrokersCount) {
  const auto statistics = parse_statistics(
      R"({"txmsgs":40,"brokers":{)"
      R"("a":{"waitresp_cnt":2,"txretries":3,"req_timeouts":1,"throttle":{"avg":50,"sum":100}},)"
      R"("b":{"waitresp_cnt":1,"txretries":4,"req_timeouts":5,"throttle":{"sum":7}}},)"
      R"("topics":{"throttle":{"sum":9}},"txretries":9,"waitresp_cnt":9})");
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->records_sent, 40);
  EXPECT_EQ(statistics->requests_in_flight, 3);
  EXPECT_EQ(statistics->requests_repeated, 7);
  EXPECT_EQ(statistics->requests_timed_out, 6);
  EXPECT_EQ(statistics->throttled_ms, 107);
}

TEST(Statistics, SumsAreDefinedForAllNumbers) {
  const auto statistics = parse_statistics(
      R"({"txmsgs":-1,"brokers":{"a":{"txretries":9223372036854775807},)"
      R"("b":{"txretries":9223372036854775807},"c":{"txretries":-9223372036854775808}}})");
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->records_sent, 0);
  EXPECT_GT(statistics->requests_repeated, 0);
}

TEST(StatisticsTotals, GoOnWithANewProducer) {
  StatisticsTotals totals;
  totals.take({.requests_repeated = 3, .records_sent = 10, .throttled_ms = 5});
  totals.take({.requests_repeated = 4, .records_sent = 10, .throttled_ms = 5});
  totals.restart();
  totals.take({.requests_repeated = 2, .requests_timed_out = 1, .records_sent = 7});
  EXPECT_EQ(totals.requests_repeated(), 6);
  EXPECT_EQ(totals.requests_timed_out(), 1);
  EXPECT_EQ(totals.records_sent(), 17);
  EXPECT_EQ(totals.throttled_ms(), 10);
  totals.take({});  // A broker that was left out takes its counts with it.
  EXPECT_EQ(totals.records_sent(), 17);
}

TEST(Statistics, ReturnsNothingForGarbage) {
  EXPECT_FALSE(parse_statistics("{"));
  EXPECT_FALSE(parse_statistics("[]"));
  EXPECT_FALSE(parse_statistics("{}{}"));
  EXPECT_EQ(parse_statistics(R"({"brokers":[{"b":{"state":"UP"}}]})")->brokers_up, 0);
  EXPECT_EQ(parse_statistics(R"({"brokers":[1],"msg_cnt":"x"})")->brokers_up, 0);
}

}  // namespace
}  // namespace penstock::kafka
