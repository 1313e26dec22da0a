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

TEST(Statistics, ReturnsNothingForGarbage) {
  EXPECT_FALSE(parse_statistics("{"));
  EXPECT_FALSE(parse_statistics("[]"));
  EXPECT_FALSE(parse_statistics("{}{}"));
  EXPECT_EQ(parse_statistics(R"({"brokers":[{"b":{"state":"UP"}}]})")->brokers_up, 0);
  EXPECT_EQ(parse_statistics(R"({"brokers":[1],"msg_cnt":"x"})")->brokers_up, 0);
}

}  // namespace
}  // namespace penstock::kafka
