#include "auth/schemes/token_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::auth {
namespace {

using namespace std::chrono_literals;

constexpr base::SystemTime kNow = base::SystemTime(1000s);
constexpr base::SystemTime kEnd = kNow + 60s;

Caller::Shared principal(std::string subject) {
  auto one = std::make_shared<Principal>();
  one->subject = std::move(subject);
  return one;
}

TEST(TokenCache, KnowsATokenUntilItsEnd) {
  TokenCache cache({});
  EXPECT_EQ(cache.find("a", kNow), nullptr);
  const Caller::Shared ann = principal("ann");
  cache.add("a", ann, 0, kEnd);
  EXPECT_EQ(cache.find("a", kNow), ann) << "it is shared, not copied";
  EXPECT_EQ(cache.find("b", kNow), nullptr);
  EXPECT_EQ(cache.find("", kNow), nullptr);
  EXPECT_TRUE(cache.has("a", kEnd - 1ns));
  EXPECT_FALSE(cache.has("a", kEnd));
  EXPECT_EQ(cache.find("a", kEnd), nullptr);
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(cache.bytes(), 0U);
  EXPECT_EQ(cache.hits(), 1U);
  EXPECT_EQ(cache.misses(), 4U);
}

TEST(TokenCache, ReplacesAToken) {
  TokenCache cache({});
  cache.add("a", principal("ann"), 10, kEnd);
  const size_t bytes = cache.bytes();
  cache.add("a", principal("bob"), 10, kEnd);
  EXPECT_EQ(cache.find("a", kNow)->subject, "bob");
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.bytes(), bytes);
}

TEST(TokenCache, ForgetsAll) {
  TokenCache cache({});
  cache.add("a", principal("ann"), 10, kEnd);
  cache.clear();
  EXPECT_EQ(cache.find("a", kNow), nullptr);
  EXPECT_EQ(cache.bytes(), 0U);
  cache.add("b", principal("bob"), 10, kEnd);
  EXPECT_NE(cache.find("b", kNow), nullptr);
}

TEST(TokenCache, IsBoundedInTokensAndBytes) {
  TokenCache few({.tokens = 10, .bytes = 1 << 20});
  for (int i = 0; i < 1000; ++i) few.add(std::to_string(i), principal("x"), 0, kEnd);
  EXPECT_EQ(few.size(), 10U);
  TokenCache small({.tokens = 1000, .bytes = 10'000});
  for (int i = 0; i < 1000; ++i) {
    small.add(std::to_string(i), principal("x"), 500, kEnd);
    ASSERT_LE(small.bytes(), 10'000U);
  }
  EXPECT_GT(small.size(), 10U);
  const size_t size = small.size();
  small.add("large", principal("x"), 10'001, kEnd);
  EXPECT_EQ(small.size(), size) << "what is larger than the cache pushes out nothing";
  EXPECT_EQ(small.find("large", kNow), nullptr);
}

TEST(TokenCache, KeepsWhatIsUsedInAFloodOfNewTokens) {
  TokenCache cache({.tokens = 100, .bytes = 1 << 20});
  for (int i = 0; i < 50; ++i) cache.add("used" + std::to_string(i), principal("x"), 0, kEnd);
  for (int i = 0; i < 10'000; ++i) {
    cache.add("once" + std::to_string(i), principal("x"), 0, kEnd);
    // Each token that is used is seen once in 50 requests.
    ASSERT_NE(cache.find("used" + std::to_string(i % 50), kNow), nullptr) << i;
  }
  EXPECT_EQ(cache.size(), 100U);
}

TEST(TokenCache, ForgetsInAnyOrder) {
  TokenCache cache({.tokens = 3, .bytes = 1 << 20});
  for (int i = 0; i < 1000; ++i) {
    const std::string token = std::to_string(i % 7);
    const base::SystemTime now = kNow + std::chrono::seconds(i);
    if (cache.find(token, now) == nullptr) {
      cache.add(token, principal(token), 0, now + std::chrono::seconds(i % 5));
    }
    ASSERT_LE(cache.size(), 3U);
    if (cache.has(token, now)) {
      ASSERT_EQ(cache.find(token, now)->subject, token);
    }
  }
}

}  // namespace
}  // namespace penstock::auth
