#include "rates/token_buckets.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

using namespace std::chrono_literals;

namespace penstock::rates {
namespace {

using Time = TokenBuckets::Time;

constexpr Time kStart = Time(1'000'000s);

TEST(TokenBuckets, GivesABurstAndThenTheRate) {
  TokenBuckets buckets({.tokens = 1, .period = 1s, .burst = 3}, 10);
  EXPECT_EQ(buckets.take("a", kStart).left, 2);
  EXPECT_EQ(buckets.take("a", kStart).left, 1);
  EXPECT_EQ(buckets.take("a", kStart).left, 0);
  const auto refused = buckets.take("a", kStart);
  EXPECT_FALSE(refused.taken);
  EXPECT_EQ(refused.until_next, 1s);
  EXPECT_EQ(refused.until_full, 3s);
  EXPECT_FALSE(buckets.take("a", kStart + 1s - 1ns).taken);
  EXPECT_TRUE(buckets.take("a", kStart + 1s).taken);
  EXPECT_FALSE(buckets.take("a", kStart + 1s).taken);
  EXPECT_TRUE(buckets.take("b", kStart + 1s).taken) << "another key has a bucket of its own";
}

// Three tokens in ten seconds: one each 3.33… seconds, and no nanosecond is lost or won.
TEST(TokenBuckets, IsExactWhereAPeriodCannotBeDivided) {
  TokenBuckets buckets({.tokens = 3, .period = 10s, .burst = 1}, 10);
  EXPECT_TRUE(buckets.take("a", kStart).taken);
  EXPECT_EQ(buckets.take("a", kStart).until_next, 3334ms);
  EXPECT_FALSE(buckets.take("a", kStart + 3'333'333'333ns).taken);
  EXPECT_TRUE(buckets.take("a", kStart + 3'333'333'334ns).taken);
  // The bucket was full a fraction of a nanosecond before it was taken, so the next token counts
  // from the take.
  EXPECT_FALSE(buckets.take("a", kStart + 6'666'666'667ns).taken);
  EXPECT_TRUE(buckets.take("a", kStart + 6'666'666'668ns).taken);
}

TEST(TokenBuckets, GivesExactlyTheRateOverALongTime) {
  TokenBuckets buckets({.tokens = 7, .period = 1s, .burst = 5}, 10);
  int taken = 0;
  for (int i = 0; i <= 100'000; ++i) taken += buckets.take("a", kStart + i * 1ms).taken ? 1 : 0;
  EXPECT_EQ(taken, 5 + 7 * 100);
}

// The model keeps whole fractions of a token, which is slower and needs no thought.
TEST(TokenBuckets, AgreesWithAModel) {
  constexpr int64_t kTokens = 3;
  constexpr int64_t kBurst = 4;
  constexpr int64_t kCost = 7'000'000;  // Nanoseconds of a period; a token is so many parts.
  struct Model {
    int64_t parts = kBurst * kCost;
    Time at = kStart;
  };
  std::map<std::string, Model> models;
  TokenBuckets buckets({.tokens = kTokens, .period = 7ms, .burst = kBurst}, 100);
  std::mt19937 random(1);
  Time now = kStart;
  for (int i = 0; i < 20'000; ++i) {
    now += std::chrono::nanoseconds(random() % 400'000);
    const std::string key = std::to_string(random() % 5);
    Model& model = models.try_emplace(key, Model{kBurst * kCost, now}).first->second;
    model.parts = std::min(model.parts + (now - model.at).count() * kTokens, kBurst * kCost);
    model.at = now;
    const bool taken = model.parts >= kCost;
    ASSERT_EQ(buckets.look(key, now).taken, taken) << i;
    if (taken) model.parts -= kCost;
    const auto state = buckets.take(key, now);
    ASSERT_EQ(state.taken, taken) << i;
    ASSERT_EQ(state.left, model.parts / kCost) << i;
  }
}

TEST(TokenBuckets, LooksWithoutTaking) {
  TokenBuckets buckets({.tokens = 1, .period = 1s, .burst = 2}, 10);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(buckets.look("a", kStart).left, 2);
  EXPECT_EQ(buckets.size(), 0U);
  static_cast<void>(buckets.take("a", kStart));
  EXPECT_EQ(buckets.look("a", kStart).left, 1);
  EXPECT_TRUE(buckets.look("a", kStart).taken);
  static_cast<void>(buckets.take("a", kStart));
  EXPECT_FALSE(buckets.look("a", kStart).taken);
  EXPECT_EQ(buckets.look("a", kStart).until_next, 1s);
}

TEST(TokenBuckets, ForgetsBucketsThatAreFullAgain) {
  TokenBuckets buckets({.tokens = 1, .period = 1s, .burst = 2}, 1000);
  for (int i = 0; i < 500; ++i) static_cast<void>(buckets.take(std::to_string(i), kStart));
  EXPECT_EQ(buckets.size(), 500U);
  for (int i = 0; i < 400; ++i) {
    static_cast<void>(buckets.take("new" + std::to_string(i), kStart + 1s));
  }
  EXPECT_EQ(buckets.size(), 400U);
}

TEST(TokenBuckets, DoesNotForgiveWhoIsRefusedBecauseOthersCome) {
  TokenBuckets buckets({.tokens = 1, .period = 60s, .burst = 3}, 100);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(buckets.take("guesser", kStart).taken);
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(buckets.take(std::to_string(i), kStart + i * 1ns).taken);
  }
  EXPECT_EQ(buckets.size(), 100U);
  EXPECT_FALSE(buckets.take("guesser", kStart + 1s).taken);
}

TEST(TokenBuckets, LetsNewKeysShareOneBucketIfAllAreEmpty) {
  TokenBuckets buckets({.tokens = 1, .period = 1s, .burst = 1}, 3);
  for (const char* key : {"a", "b", "c"}) EXPECT_TRUE(buckets.take(key, kStart).taken);
  EXPECT_TRUE(buckets.look("d", kStart).taken);
  EXPECT_TRUE(buckets.take("d", kStart).taken);
  EXPECT_FALSE(buckets.look("e", kStart).taken);
  EXPECT_FALSE(buckets.take("e", kStart).taken);
  EXPECT_FALSE(buckets.take("a", kStart).taken);
  EXPECT_EQ(buckets.size(), 3U);
  EXPECT_TRUE(buckets.take("e", kStart + 1s).taken) << "the others are full again";
}

TEST(TokenBuckets, SharesByGroupSoThatOneGroupDoesNotShutOutAll) {
  TokenBuckets buckets({.tokens = 1, .period = 60s, .burst = 2}, 100);
  for (int i = 0; i < 1000; ++i) {
    for (int n = 0; n < 2; ++n) {
      static_cast<void>(buckets.take("attacker" + std::to_string(i), kStart, "attacker"));
    }
  }
  EXPECT_FALSE(buckets.take("attacker-new", kStart, "attacker").taken);
  // By chance a few groups have the attacker's bucket.
  int refused = 0;
  for (int i = 0; i < 50; ++i) {
    const std::string group = std::to_string(i);
    const bool looked = buckets.look("client", kStart, group).taken;
    EXPECT_EQ(buckets.take("client", kStart, group).taken, looked);
    if (!looked) ++refused;
  }
  EXPECT_LE(refused, 10);
}

TEST(TokenBuckets, TakesTheLargestNumbers) {
  TokenBuckets buckets({.tokens = 1'000'000'000, .period = 24h, .burst = 1'000'000'000}, 2);
  EXPECT_EQ(buckets.take("a", Time::max()).left, 999'999'999);
  TokenBuckets slow({.tokens = 1, .period = 24h * 365, .burst = 100}, 2);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(slow.take("a", kStart).taken);
  EXPECT_EQ(slow.take("a", kStart).until_full, 24h * 36'500);
}

}  // namespace
}  // namespace penstock::rates
