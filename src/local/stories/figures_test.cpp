#include "local/stories/figures.h"

#include <gtest/gtest.h>

#include <chrono>

#include "json/parse.h"

namespace penstock::local {
namespace {

using namespace std::chrono_literals;

boost::json::value json_of(const Figures& figures) {
  std::string text;
  figures.append_json(text);
  return json::parse(text).value();
}

TEST(DurationCounts, KnowsQuantilesToThreePercent) {
  for (const int64_t us : {1, 7, 31, 32, 33, 100, 999, 1234, 50'000, 1'000'000, 700'000'000}) {
    DurationCounts counts;
    counts.add(std::chrono::microseconds(us));
    const double ms = static_cast<double>(us) / 1000;
    EXPECT_NEAR(counts.quantile_ms(0.5).value(), ms, ms * 0.032) << us;
    EXPECT_EQ(counts.quantile_ms(0.5), counts.quantile_ms(0.99));
  }
}

TEST(DurationCounts, TellsTheMedianFromTheTail) {
  DurationCounts counts;
  EXPECT_EQ(counts.quantile_ms(0.5), std::nullopt);
  for (int i = 0; i < 98; ++i) counts.add(1ms);
  counts.add(500ms);
  counts.add(500ms);
  EXPECT_NEAR(counts.quantile_ms(0.5).value(), 1, 0.032);
  EXPECT_NEAR(counts.quantile_ms(0.99).value(), 500, 16);
  counts.clear();
  EXPECT_EQ(counts.quantile_ms(0.99), std::nullopt);
}

TEST(DurationCounts, TakesAnyDuration) {
  DurationCounts counts;
  counts.add(std::chrono::microseconds(-5));
  EXPECT_EQ(counts.quantile_ms(0.5), 0);
  counts.clear();
  counts.add(std::chrono::microseconds(std::numeric_limits<int64_t>::max()));
  EXPECT_GT(counts.quantile_ms(0.5).value(), 60'000'000);
}

TEST(RecentCount, CountsTheSecondsBefore) {
  RecentCount count;
  for (int64_t second = 100; second < 130; ++second) count.add(second, 5);
  EXPECT_EQ(count.sum(129), 50);
  EXPECT_EQ(count.per_second(129, 0), 5);
  EXPECT_EQ(count.sum(134), 5 * 6);
  EXPECT_EQ(count.sum(200), 0);
  // There are fewer seconds shortly after the start.
  EXPECT_EQ(count.per_second(129, 127), 25);
}

TEST(Figures, HasARowForEachSecondThatIsOver) {
  Figures figures(1000);
  figures.at(1000).requests = 3;
  figures.add_request(2ms);
  figures.at(1000).lag = 7;
  figures.at(1002).requests = 1;
  const auto json = json_of(figures);
  EXPECT_EQ(json.at("at_s"), boost::json::value({1000, 1001}));
  EXPECT_EQ(json.at("requests"), boost::json::value({3, 0}));
  EXPECT_EQ(json.at("lag"), boost::json::value({7, 7}));
  EXPECT_TRUE(json.at("p50_ms").at(0).is_number());
  EXPECT_TRUE(json.at("p50_ms").at(1).is_null());
}

TEST(Figures, ForgetsWhatIsOlderThanItsLength) {
  Figures figures(0);
  for (int64_t second = 0; second < 5000; ++second) figures.at(second).events = second;
  const auto json = json_of(figures);
  const auto& at = json.at("at_s").as_array();
  ASSERT_EQ(at.size(), Figures::kSeconds);
  EXPECT_EQ(at.front(), 4999 - 900);
  EXPECT_EQ(at.back(), 4998);
  EXPECT_EQ(json.at("events").as_array().back(), 4998);
}

TEST(Figures, TakesAClockThatJumps) {
  Figures figures(1000);
  figures.at(1000).requests = 1;
  figures.at(900).requests += 1;  // It was set back.
  EXPECT_EQ(figures.second(), 1000);
  figures.at(1'000'000'000);
  const auto& at = json_of(figures).at("at_s").as_array();
  EXPECT_LE(at.size(), Figures::kSeconds);
  EXPECT_EQ(at.back(), 999'999'999);
}

TEST(Figures, HasTheMeanOfTheLastTenSeconds) {
  Figures figures(0);
  for (int64_t second = 0; second < 100; ++second) {
    figures.at(second).requests = 20;
    figures.at(second).invocations = second < 95 ? 0 : 4;
    figures.add_request(1ms);
  }
  figures.at(100);
  const Figures::Recent recent = figures.recent();
  EXPECT_EQ(recent.requests_per_s, 20);
  EXPECT_EQ(recent.invocations_per_s, 2);
  EXPECT_EQ(recent.errors_per_s, 0);
  EXPECT_NEAR(recent.request_p50_ms.value(), 1, 0.032);
  EXPECT_EQ(recent.invocation_p50_ms, std::nullopt);
  figures.at(200);
  EXPECT_EQ(figures.recent().requests_per_s, 0);
  EXPECT_EQ(figures.recent().request_p50_ms, std::nullopt);
}

}  // namespace
}  // namespace penstock::local
