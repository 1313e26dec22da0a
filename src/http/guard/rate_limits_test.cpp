#include "http/guard/rate_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using contract::RateLimit;

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
x-penstock-rate: {requests: 10, seconds: 60, burst: 20, by: address}
paths:
  /a: {get: {operationId: a, responses: {'200': {description: d}}}}
  /b: {get: {operationId: b, responses: {'200': {description: d}}}}
  /c:
    get:
      operationId: c
      x-penstock-rate: {requests: 1000, seconds: 1, by: everyone}
      responses: {'200': {description: d}}
)";

class RateLimitsTest : public testing::Test {
 protected:
  const RateLimit& limit(size_t path) { return *contract_.paths()[path].operations[0].rate; }
  RateLimits::Counted take(size_t path, std::string_view key) {
    return limits_.take(limit(path), key, now_);
  }
  static std::string headers(const RateLimits::Counted& counted) {
    ResponseMessage response;
    RateLimits::add_headers(counted, response);
    return response.headers;
  }

  contract::Contract contract_ = contract::Contract::parse(kContract, "t.yaml").value();
  RateLimits limits_{contract_};
  rates::TokenBuckets::Time now_{1000s};
};

TEST_F(RateLimitsTest, OperationsOfOneDeclarationShareTheCount) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(take(static_cast<size_t>(i % 2), "x").state.taken) << i;
  EXPECT_FALSE(take(0, "x").state.taken);
  EXPECT_FALSE(take(1, "x").state.taken);
  EXPECT_TRUE(take(0, "y").state.taken);
  EXPECT_TRUE(take(2, "x").state.taken);
  now_ += 6s;
  EXPECT_TRUE(take(1, "x").state.taken);
  EXPECT_FALSE(take(1, "x").state.taken);
  const auto all = limits_.statistics();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "c");
  EXPECT_EQ(all[0].clients, 1u);
  EXPECT_EQ(all[1].name, "default");
  EXPECT_EQ(all[1].clients, 2u);
  EXPECT_EQ(all[1].refused, 3u);
}

TEST_F(RateLimitsTest, TheHeadersSayWhatIsLeftAndWithinWhichTimeItLasts) {
  EXPECT_EQ(headers(take(0, "x")),
            "ratelimit-policy: \"default\";q=10;w=60\r\nratelimit: \"default\";r=19;t=114\r\n");
  for (int i = 0; i < 18; ++i) static_cast<void>(take(0, "x"));
  EXPECT_EQ(headers(take(0, "x")),
            "ratelimit-policy: \"default\";q=10;w=60\r\nratelimit: \"default\";r=0;t=6\r\n");
  now_ += 1500ms;
  const auto refused = take(0, "x");
  EXPECT_FALSE(refused.state.taken);
  EXPECT_EQ(RateLimits::retry_after(refused), 5s);
  EXPECT_EQ(headers(refused),
            "ratelimit-policy: \"default\";q=10;w=60\r\nratelimit: \"default\";r=0;t=5\r\n");
  // A second is the least that can be said.
  EXPECT_EQ(headers(take(2, {})),
            "ratelimit-policy: \"c\";q=1000;w=1\r\nratelimit: \"c\";r=999;t=1\r\n");
  EXPECT_EQ(headers({}), "");
}

TEST_F(RateLimitsTest, TheMemoryOfAllDeclarationsIsBounded) {
  for (int i = 0; i < 120'000; ++i) static_cast<void>(take(0, std::to_string(i)));
  size_t clients = 0;
  for (const auto& one : limits_.statistics()) clients += one.clients;
  EXPECT_LE(clients, RateLimits::kKeysMax);
  EXPECT_GE(clients, RateLimits::kKeysMax / 4);
}

TEST(RateLimits, AContractWithoutRatesUsesNone) {
  const auto contract = contract::Contract::parse(
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n", "t.yaml");
  EXPECT_FALSE(RateLimits(*contract).used());
}

}  // namespace
}  // namespace penstock::http
