#include "dynamodb/write_once.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dynamodb/scripted_calls_testing.h"

// tests/judges/tables does the same with emulators of DynamoDB.
namespace penstock::dynamodb {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

constexpr const char* kUnmet = "ConditionalCheckFailedException";
const base::RecordIdentity kRecord{"e1", "orders.v1", {3}, {7}};

class WriteOnceTest : public testing::Test {
 protected:
  ~WriteOnceTest() override { EXPECT_TRUE(calls_.is_done()); }

  base::Result<Applied> update(Expression changes, Expression condition = {}, Once once = {}) {
    Update update{{{"id", "1"}}, std::move(changes), std::move(condition)};
    return run(write_once(*client_, kRecord, "orders", std::move(update), soon(), once));
  }
  // The condition is not met by an item that has applied this.
  void is_unmet(const std::string& applied) {
    calls_.refuse(kUnmet, "",
                  R"({"Item":{"id":{"S":"1"},"penstock_applied":{"M":)" + applied + "}}}");
  }
  std::string body(size_t index) { return calls_.requests().at(index).body; }

  ScriptedCalls calls_;
  std::unique_ptr<Client> client_ = calls_.client();
};

TEST_F(WriteOnceTest, AnUpdateHasItsGuard) {
  calls_.answer("{}");
  EXPECT_EQ(update(Changes().set("s", "x").add("n", 1)).value(), Applied::now);
  EXPECT_THAT(body(0), HasSubstr(R"("SET #penstock_a = :penstock_a, #n0 = :v0 ADD #n1 :v1")"));
  EXPECT_THAT(body(0), HasSubstr("attribute_not_exists(#pa) OR (size(#pa) = :pn AND #pa.#ps < "));
  EXPECT_THAT(body(0), HasSubstr(R"("#ps":"orders.v1-3")"));
  EXPECT_THAT(body(0), HasSubstr(R"(":penstock_a":{"M":{"orders.v1-3":{"N":"7"}}})"));
}

TEST_F(WriteOnceTest, SaysWhatTheItemHas) {
  is_unmet(R"({"orders.v1-3":{"N":"7"}})");
  EXPECT_EQ(update(Changes().add("n", 1)).value(), Applied::before);
  is_unmet(R"({"orders.v1-3":{"N":"9"}})");
  EXPECT_EQ(update(Changes().add("n", 1)).value(), Applied::before);
  is_unmet(R"({"orders.v1-3":{"N":"6"}})");
  EXPECT_EQ(update(Changes().add("n", 1), equals("v", 1)).value(), Applied::unmet);
  calls_.refuse(kUnmet);
  calls_.answer("{}");  // It is read, and is not there.
  EXPECT_EQ(update(Changes().add("n", 1), equals("v", 1)).value(), Applied::unmet);
}

TEST_F(WriteOnceTest, KeepsTheOffsetsOfOtherSources) {
  is_unmet(R"({"orders.v1-2":{"N":"70"}})");
  calls_.answer("{}");
  EXPECT_EQ(update(Changes().add("n", 1)).value(), Applied::now);
  EXPECT_THAT(body(1), HasSubstr(R"("M":{"orders.v1-2":{"N":"70"},"orders.v1-3":{"N":"7"}})"));
  EXPECT_THAT(body(1), HasSubstr("size(#pa) = :pn AND (attribute_not_exists(#pa.#ps) OR "));
  EXPECT_THAT(body(1), HasSubstr("#pa.#ps0 = :po0"));
}

TEST_F(WriteOnceTest, IsTriedAgainIfNobodyKnows) {
  calls_.fail(ErrorCode::timed_out);
  is_unmet(R"({"orders.v1-3":{"N":"7"}})");
  EXPECT_EQ(update(Changes().add("n", 1)).value(), Applied::before);
  calls_.fail(ErrorCode::unavailable, true);
  const auto failed = update(Changes().add("n", 1));
  EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(failed.error().retryable);
}

TEST_F(WriteOnceTest, ChangesAllTheTimeAreAnError) {
  for (int i = 0; i < 6; ++i) {
    is_unmet(R"({"orders.v1-2":{"N":")" + std::to_string(i) + "\"}}");
  }
  EXPECT_EQ(update(Changes().add("n", 1)).error().code, ErrorCode::unavailable);
}

TEST_F(WriteOnceTest, ARemovalLeavesItsOffset) {
  calls_.answer("{}");
  const Delete remove{{{"id", "1"}}, equals("v", 1)};
  EXPECT_EQ(run(write_once(*client_, kRecord, "orders", remove, soon())).value(), Applied::now);
  EXPECT_EQ(calls_.requests()[0].action, "PutItem");
  EXPECT_THAT(body(0), HasSubstr(R"("penstock_removed":{"BOOL":true})"));
  EXPECT_THAT(body(0), HasSubstr(R"("expires_at":{"N":")"));
}

TEST_F(WriteOnceTest, AnUpdateBehindARemovalTakesTheRestAway) {
  calls_.refuse(kUnmet, "",
                R"({"Item":{"id":{"S":"1"},"penstock_applied":{"M":{"orders.v1-3":{"N":"6"}}},)"
                R"("penstock_removed":{"BOOL":true},"expires_at":{"N":"9"}}})");
  calls_.answer("{}");
  EXPECT_EQ(update(Changes().set("s", "x").remove("r")).value(), Applied::now);
  EXPECT_THAT(body(1), HasSubstr(" REMOVE #penstock_e, #penstock_r, #n1"));
  EXPECT_THAT(body(1), HasSubstr(R"("#penstock_e":"expires_at")"));
}

TEST_F(WriteOnceTest, AMarkerIsInTheSameTransaction) {
  Once once;
  once.by_event_id = true;
  calls_.answer("{}");
  EXPECT_EQ(update(Changes().add("n", 1), {}, once).value(), Applied::now);
  EXPECT_EQ(calls_.requests()[0].action, "TransactWriteItems");
  EXPECT_THAT(body(0), HasSubstr(R"("TableName":"test_markers")"));
  constexpr const char* kCanceled = "TransactionCanceledException";
  calls_.refuse(kCanceled, "",
                R"({"CancellationReasons":[{"Code":"None"},)"
                R"({"Code":"ConditionalCheckFailed"}]})");
  EXPECT_EQ(update(Changes().add("n", 1), {}, once).value(), Applied::before);
  calls_.fail(ErrorCode::timed_out);
  calls_.refuse(kCanceled, "",
                R"({"CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":{"id":)"
                R"({"S":"1"},"penstock_applied":{"M":{"orders.v1-3":{"N":"7"}}}}},{}]})");
  EXPECT_EQ(update(Changes().add("n", 1), {}, once).value(), Applied::before);
  const auto nameless = run(write_once(*client_, kRecord, "orders", Put{}, soon(), once));
  EXPECT_EQ(nameless.error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace penstock::dynamodb
