#include "dynamodb/idempotency_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dynamodb/scripted_calls_testing.h"

// tests/judges/tables has the store's cases, with emulators of DynamoDB.
namespace penstock::dynamodb {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using State = idempotency::Entry::State;

constexpr const char* kUnmet = "ConditionalCheckFailedException";

class IdempotencyStoreTest : public testing::Test {
 protected:
  ~IdempotencyStoreTest() override { EXPECT_TRUE(calls_.is_done()); }

  State state() { return run(store_.begin(claim_, soon())).value().state; }
  void is_held(const std::string& holder, int64_t lease_ends, bool says_item = true) {
    const std::string item = R"({"Item":{"id":{"S":"key"},"fingerprint":{"S":"print"},"holder":)"
                             R"({"S":")" +
                             holder + R"("},"lease_ends":{"N":")" + std::to_string(lease_ends) +
                             "\"}}}";
    calls_.refuse(kUnmet, "", says_item ? item : "{}");
    if (!says_item) calls_.answer(item);
  }

  ScriptedCalls calls_;
  std::unique_ptr<Client> client_ = calls_.client();
  IdempotencyStore store_{*client_, "keys", [] {
                            return std::chrono::system_clock::time_point(std::chrono::seconds(100));
                          }};
  const idempotency::Claim claim_{.key = "key",
                                  .fingerprint = "print",
                                  .holder = "me",
                                  .lease = std::chrono::seconds(60),
                                  .keep = std::chrono::seconds(1000)};
};

TEST_F(IdempotencyStoreTest, AFreshKeyIsOneWrite) {
  calls_.answer("{}");
  EXPECT_EQ(state(), State::fresh);
  const std::string& body = calls_.requests().at(0).body;
  EXPECT_THAT(body, HasSubstr(R"("TableName":"test_keys")"));
  EXPECT_THAT(body, HasSubstr(R"("lease_ends":{"N":"160000"})"));
  EXPECT_THAT(body, HasSubstr(R"("expires_at":{"N":"1100"})"));
}

TEST_F(IdempotencyStoreTest, ALeaseEndsAtItsTime) {
  is_held("other", 100'001);
  EXPECT_EQ(state(), State::running);
  is_held("other", 100'001, false);
  EXPECT_EQ(state(), State::running);
  is_held("other", 100'000);
  calls_.answer("{}");  // It is taken.
  EXPECT_EQ(state(), State::unknown);
  is_held("me", 160'000);
  EXPECT_EQ(state(), State::fresh);
}

TEST_F(IdempotencyStoreTest, SomebodyElseMayBeQuicker) {
  is_held("other", 0);
  calls_.refuse(kUnmet);
  is_held("third", 160'000);
  EXPECT_EQ(state(), State::running);
  for (int i = 0; i < 4; ++i) {
    is_held("other", 0);
    calls_.refuse(kUnmet);
  }
  EXPECT_EQ(run(store_.begin(claim_, soon())).error().code, ErrorCode::unavailable);
}

TEST_F(IdempotencyStoreTest, WhoHasLostTheLeaseChangesNothing) {
  for (int i = 0; i < 3; ++i) calls_.refuse(kUnmet);
  EXPECT_TRUE(run(store_.finish(claim_, {}, soon())));
  EXPECT_TRUE(run(store_.release(claim_, idempotency::Store::Left::nothing, soon())));
  EXPECT_TRUE(run(store_.release(claim_, idempotency::Store::Left::unknown, soon())));
  calls_.fail(ErrorCode::unavailable, true);
  EXPECT_FALSE(run(store_.finish(claim_, {}, soon())));
}

}  // namespace
}  // namespace penstock::dynamodb
