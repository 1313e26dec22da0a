#include "dynamodb/dynamodb_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dynamodb/scripted_calls_testing.h"
#include "dynamodb/write_once.h"

namespace penstock::dynamodb {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

const Item kKey{{"id", "7"}};
constexpr const char* kUnmet = "ConditionalCheckFailedException";

class ClientTest : public testing::Test {
 protected:
  ~ClientTest() override { EXPECT_TRUE(calls_.is_done()); }

  base::Result<std::optional<Item>> get() { return run(client_->get("orders", {kKey}, soon())); }
  base::Result<Written> put(const Item& item, const Expression& condition = {}) {
    return run(client_->put("orders", {item, condition}, soon()));
  }
  std::string body(size_t index = 0) { return calls_.requests().at(index).body; }

  ScriptedCalls calls_;
  std::unique_ptr<Client> client_ = calls_.client();
};

TEST_F(ClientTest, GetsAnItem) {
  calls_.answer(R"({"Item":{"id":{"S":"7"},"n":{"N":"12345678901234567890123456789012345678"}}})");
  calls_.answer("{}");
  const auto item = get();
  ASSERT_TRUE(item && *item);
  EXPECT_EQ(find<Number>(**item, "n")->text(), "12345678901234567890123456789012345678");
  EXPECT_EQ(calls_.requests()[0].action, "GetItem");
  EXPECT_TRUE(calls_.requests()[0].repeatable);
  EXPECT_EQ(body(), R"({"TableName":"test_orders","Key":{"id":{"S":"7"}}})");
  Get consistent;
  consistent.key = kKey;
  consistent.consistent = true;
  EXPECT_EQ(run(client_->get("orders", consistent, soon())).value(), std::nullopt);
  EXPECT_THAT(body(1), HasSubstr(R"("ConsistentRead":true)"));
}

TEST_F(ClientTest, DoesNotShowWhatARemovalHasLeft) {
  const std::string left = R"({"id":{"S":"7"},"penstock_removed":{"BOOL":true}})";
  calls_.answer("{\"Item\":" + left + "}");
  EXPECT_EQ(get().value(), std::nullopt);
  calls_.answer("{\"Item\":" + left + "}");
  Get all;
  all.key = kKey;
  all.removed = true;
  EXPECT_TRUE(run(client_->get("orders", all, soon())).value());
  calls_.answer("{\"Items\":[" + left + R"(,{"id":{"S":"8"}}]})");
  EXPECT_EQ(run(client_->query("orders", {}, soon())).value().items.size(), 1u);
  calls_.answer(R"({"Responses":{"test_orders":[)" + left + "]}}");
  EXPECT_TRUE(run(client_->batch_get("orders", {Get{kKey}}, soon())).value().items.empty());
}

TEST_F(ClientTest, PutsWithACondition) {
  calls_.answer("{}");
  calls_.refuse(kUnmet, "", R"({"Item":{"id":{"S":"7"},"v":{"N":"3"}}})");
  calls_.refuse(kUnmet);
  EXPECT_TRUE(put({{"id", "7"}}, attribute_not_exists("id")).value().done);
  EXPECT_EQ(body(), R"({"TableName":"test_orders","Item":{"id":{"S":"7"}},)"
                    R"x("ConditionExpression":"attribute_not_exists(#n0)",)x"
                    R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD",)"
                    R"("ExpressionAttributeNames":{"#n0":"id"}})");
  EXPECT_FALSE(calls_.requests()[0].repeatable);
  const Written unmet = put({{"id", "7"}}, equals("v", 2)).value();
  EXPECT_FALSE(unmet.done || unmet.unsure);
  EXPECT_EQ(find<Number>(*unmet.item, "v")->text(), "3");
  const Written untold = put({{"id", "7"}}, equals("v", 2)).value();
  EXPECT_FALSE(untold.done || untold.unsure || untold.item);
}

TEST_F(ClientTest, APutWithoutAConditionMayBeRepeatedBeneath) {
  calls_.answer("{}");
  EXPECT_TRUE(put({{"id", "7"}}).value().done);
  EXPECT_TRUE(calls_.requests()[0].repeatable);
}

TEST_F(ClientTest, ALostPutWhoseItemIsThereIsDone) {
  calls_.fail(ErrorCode::timed_out);
  calls_.refuse(kUnmet, "", R"({"Item":{"id":{"S":"7"},"v":{"N":"1"}}})");
  const Written written = put({{"id", "7"}, {"v", 1}}, attribute_not_exists("id")).value();
  EXPECT_TRUE(written.done);
  EXPECT_FALSE(written.unsure);
  EXPECT_EQ(body(0), body(1));
}

TEST_F(ClientTest, ALostPutWithAnotherItemThereIsUnsure) {
  calls_.fail(ErrorCode::unavailable);  // Broken, and not surely before the service saw it.
  calls_.refuse(kUnmet, "", R"({"Item":{"id":{"S":"7"},"v":{"N":"2"}}})");
  const Written written = put({{"id", "7"}, {"v", 1}}, attribute_not_exists("id")).value();
  EXPECT_FALSE(written.done);
  EXPECT_TRUE(written.unsure);
  EXPECT_TRUE(written.item);
}

TEST_F(ClientTest, ALostUpdateIsRepeatedOnlyIfItMayBe) {
  calls_.fail(ErrorCode::timed_out);
  Update update{kKey, Changes().add("n", 1)};
  const auto lost = run(client_->update("orders", update, soon()));
  EXPECT_EQ(lost.error().code, ErrorCode::timed_out);
  EXPECT_FALSE(lost.error().retryable);
  EXPECT_FALSE(calls_.requests()[0].repeatable);

  update.update = Changes().set("n", 1);
  update.condition = equals("v", 1);
  update.repeatable = true;
  calls_.fail(ErrorCode::timed_out);
  calls_.refuse(kUnmet);
  const Written written = run(client_->update("orders", update, soon())).value();
  EXPECT_FALSE(written.done);
  EXPECT_TRUE(written.unsure);
  EXPECT_EQ(body(2), R"({"TableName":"test_orders","Key":{"id":{"S":"7"}},"UpdateExpression":)"
                     R"("SET #n0 = :v0","ConditionExpression":"#n0_0 = :v0",)"
                     R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD",)"
                     R"("ExpressionAttributeNames":{"#n0":"n","#n0_0":"v"},)"
                     R"("ExpressionAttributeValues":{":v0":{"N":"1"}}})");
}

TEST_F(ClientTest, AnAttemptThatDidNothingDoesNotSpeakForTheOneBefore) {
  calls_.fail(ErrorCode::timed_out);
  calls_.fail(ErrorCode::unavailable, true);
  const auto lost = put({{"id", "7"}}, attribute_not_exists("id"));
  EXPECT_EQ(lost.error().code, ErrorCode::timed_out);
  EXPECT_FALSE(lost.error().retryable);
  EXPECT_THAT(lost.error().message, HasSubstr("an attempt before it may have done it"));
}

TEST_F(ClientTest, ALostWriteIsSentThreeTimesAtMost) {
  for (int i = 0; i < Client::kAttemptsMax; ++i) calls_.fail(ErrorCode::timed_out);
  EXPECT_EQ(put({{"id", "7"}}, attribute_not_exists("id")).error().code, ErrorCode::timed_out);
  calls_.fail(ErrorCode::unavailable, true);
  const auto refused = put({{"id", "7"}}, attribute_not_exists("id"));
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(refused.error().retryable);
}

TEST_F(ClientTest, NothingIsRepeatedAfterTheDeadline) {
  calls_.fail(ErrorCode::timed_out);
  const auto lost = run(
      client_->put("orders", {kKey, attribute_not_exists("id")}, std::chrono::steady_clock::now()));
  EXPECT_EQ(lost.error().code, ErrorCode::timed_out);
}

TEST_F(ClientTest, Removes) {
  calls_.answer("{}");
  EXPECT_TRUE(run(client_->remove("orders", {kKey, equals("v", 1)}, soon())).value().done);
  EXPECT_EQ(calls_.requests()[0].action, "DeleteItem");
}

TEST_F(ClientTest, QueriesPages) {
  calls_.answer(R"({"Items":[{"id":{"S":"1"}}],"Count":1,"LastEvaluatedKey":{"id":{"S":"1"}}})");
  calls_.answer(R"({"Items":[],"Count":0})");
  Query query;
  query.key_condition = equals("owner", "ann") && begins_with("id", "2026");
  query.filter = greater("total", 5);
  query.index = "by_status";
  query.consistent = true;
  query.forward = false;
  query.limit = 20;
  const Page first = run(client_->query("orders", query, soon())).value();
  ASSERT_TRUE(first.next);
  query.start = first.next;
  const Page last = run(client_->query("orders", query, soon())).value();
  EXPECT_TRUE(last.items.empty());
  EXPECT_FALSE(last.next);
  EXPECT_EQ(body(1),
            R"({"TableName":"test_orders","IndexName":"by_status","KeyConditionExpression":)"
            R"x("(#n0 = :v0) AND (begins_with(#n0_0, :v0_0))","FilterExpression":"#n0_1 > :v0_1",)x"
            R"("ConsistentRead":true,"ScanIndexForward":false,"Limit":20,)"
            R"("ExclusiveStartKey":{"id":{"S":"1"}},)"
            R"("ExpressionAttributeNames":{"#n0":"owner","#n0_0":"id","#n0_1":"total"},)"
            R"("ExpressionAttributeValues":{":v0":{"S":"ann"},":v0_0":{"S":"2026"},)"
            R"(":v0_1":{"N":"5"}}})");
}

TEST_F(ClientTest, ABatchAsksAgainForWhatIsLeftOut) {
  calls_.answer(R"({"Responses":{"test_orders":[{"id":{"S":"1"}}]},"UnprocessedKeys":)"
                R"({"test_orders":{"Keys":[{"id":{"S":"2"}}]}}})");
  calls_.answer(R"({"Responses":{"test_orders":[{"id":{"S":"2"}}]},"UnprocessedKeys":{}})");
  const auto batch = run(client_->batch_get(
      "orders", {Get{{{"id", "1"}}}, Get{{{"id", "2"}}}, Get{{{"id", "1"}}}}, soon()));
  EXPECT_EQ(batch.value().items, (std::vector<Item>{{{"id", "1"}}, {{"id", "2"}}}));
  EXPECT_EQ(body(0),
            R"({"RequestItems":{"test_orders":{"Keys":[{"id":{"S":"1"}},{"id":{"S":"2"}}]}}})");
  EXPECT_EQ(body(1), R"({"RequestItems":{"test_orders":{"Keys":[{"id":{"S":"2"}}]}}})");
}

TEST_F(ClientTest, ABatchThatIsTooLargeIsAskedInParts) {
  calls_.fail(ErrorCode::too_large);
  calls_.answer(R"({"Responses":{"test_orders":[{"id":{"S":"1"}}]}})");
  calls_.answer(R"({"Responses":{"test_orders":[{"id":{"S":"2"}}]}})");
  const auto batch =
      run(client_->batch_get("orders", {Get{{{"id", "1"}}}, Get{{{"id", "2"}}}}, soon()));
  EXPECT_EQ(batch.value().items.size(), 2u);
  EXPECT_EQ(run(client_->batch_get("orders", std::vector<Get>(101), soon())).error().code,
            ErrorCode::invalid);
}

TEST_F(ClientTest, BatchesHaveABoundInSum) {
  // Is the answer of a batch with one item of so many MiB.
  const auto answer = [&](size_t mebibytes) {
    calls_.answer(R"({"Responses":{"test_orders":[{"id":{"S":")" +
                  std::string(mebibytes * 1024 * 1024, 'x') + R"("}}]}})");
  };
  const auto get = [&] { return run(client_->batch_get("orders", {Get{kKey}}, soon())); };
  answer(40);
  std::optional<Batch> first = get().value();
  EXPECT_EQ(first->items.size(), 1u);
  answer(40);
  const auto second = get();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(second.error().retryable);
  EXPECT_THAT(second.error().message, HasSubstr("table test_orders: the items of all"));
  first.reset();  // Its handler has ended.
  answer(40);
  EXPECT_TRUE(get());
  answer(65);
  const auto alone = get();
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, ErrorCode::too_large);
  EXPECT_THAT(alone.error().message, HasSubstr("ask for fewer keys"));
}

TEST_F(ClientTest, ATransactionIsSentOnce) {
  calls_.answer("{}");
  std::vector<Write> writes{{"orders", Put{kKey, attribute_not_exists("id")}},
                            {"lines", Update{kKey, Changes().add("n", 1)}},
                            {"lines", Delete{kKey}},
                            {"users", ConditionCheck{kKey, equals("open", true)}}};
  EXPECT_TRUE(run(client_->transact(writes, soon())).value().done);
  EXPECT_FALSE(calls_.requests()[0].repeatable);
  for (const char* part :
       {R"({"ClientRequestToken":")", R"("TransactItems":[{"Put":{"TableName":"test_orders",)",
        R"x("ConditionExpression":"attribute_not_exists(#n0)",)x", R"({"Update":{)",
        R"("UpdateExpression":"ADD #n0 :v0",)", R"({"Delete":{"TableName":"test_lines",)",
        R"({"ConditionCheck":{"TableName":"test_users",)"}) {
    EXPECT_THAT(body(), HasSubstr(part));
  }
  calls_.fail(ErrorCode::unavailable);
  const auto lost = run(client_->transact(writes, soon()));
  EXPECT_EQ(lost.error().code, ErrorCode::timed_out);
  EXPECT_EQ(run(client_->transact(std::vector<Write>(101), soon())).error().code,
            ErrorCode::invalid);
  EXPECT_TRUE(run(client_->transact({}, soon())).value().done);
}

TEST_F(ClientTest, ACanceledTransactionSaysWhy) {
  const std::vector<Write> writes(2, Write{"orders", Put{kKey, attribute_not_exists("id")}});
  constexpr const char* kCanceled = "TransactionCanceledException";
  calls_.refuse(kCanceled, "",
                R"({"CancellationReasons":[{"Code":"None"},)"
                R"({"Code":"ConditionalCheckFailed","Item":{"id":{"S":"7"}}}]})");
  const Transacted unmet = run(client_->transact(writes, soon())).value();
  EXPECT_FALSE(unmet.done);
  EXPECT_EQ(unmet.failed, (std::vector<bool>{false, true}));
  EXPECT_EQ(unmet.items[1], kKey);
  calls_.refuse(kCanceled, "",
                R"({"CancellationReasons":[{"Code":"TransactionConflict"},)"
                R"({"Code":"ConditionalCheckFailed"}]})");
  const auto conflict = run(client_->transact(writes, soon())).error();
  EXPECT_EQ(conflict.code, ErrorCode::unavailable);
  EXPECT_TRUE(conflict.retryable);
  calls_.refuse(kCanceled, "", R"({"CancellationReasons":[{"Code":"ValidationError"},{}]})");
  EXPECT_EQ(run(client_->transact(writes, soon())).error().code, ErrorCode::internal);
  calls_.refuse(kCanceled, "", R"({"CancellationReasons":[{}]})");
  EXPECT_EQ(run(client_->transact(writes, soon())).error().code, ErrorCode::invalid);
  calls_.refuse(kCanceled, "", R"({"CancellationReasons":[{},{}]})");
  EXPECT_EQ(run(client_->transact(writes, soon())).error().code, ErrorCode::internal);
}

TEST_F(ClientTest, SaysWhatAnErrorMeans) {
  struct Case {
    const char* error;
    const char* message;
    ErrorCode code;
    bool retryable;
    const char* sentence;
  };
  for (const Case& one :
       {Case{"ResourceNotFoundException", "x", ErrorCode::refused, false,
             "the table test_orders: there is no such table"},
        {"ProvisionedThroughputExceededException", "", ErrorCode::unavailable, true, "too much"},
        {"RequestLimitExceeded", "", ErrorCode::unavailable, true, "too much"},
        {"ThrottlingException", "", ErrorCode::unavailable, true, "too much"},
        {"TransactionConflictException", "", ErrorCode::unavailable, true, "too much"},
        {"ValidationException", "secret", ErrorCode::internal, false, "was refused"},
        {"ValidationException", "Item size has exceeded the maximum allowed size",
         ErrorCode::too_large, false, "400 KB"},
        {"ItemCollectionSizeLimitExceededException", "", ErrorCode::refused, false, "10 GB"},
        {"Novel\nException", "", ErrorCode::internal, false, "Novel\\x0aException"}}) {
    calls_.refuse(one.error, one.message);
    const auto error = put({{"id", "7"}}, attribute_not_exists("id")).error();
    EXPECT_EQ(error.code, one.code) << one.error;
    EXPECT_EQ(error.retryable, one.retryable) << one.error;
    EXPECT_THAT(error.message, HasSubstr(one.sentence));
    EXPECT_THAT(error.message, Not(HasSubstr("secret")));
  }
  calls_.refuse("InternalServerError", "", "{}", 500);
  EXPECT_TRUE(get().error().retryable);
  for (int i = 0; i < Client::kAttemptsMax; ++i) {
    calls_.refuse("InternalServerError", "", "{}", 500);
  }
  EXPECT_EQ(put(kKey, attribute_not_exists("id")).error().code, ErrorCode::timed_out);
}

TEST_F(ClientTest, AnAnswerThatIsNoneIsAnError) {
  for (const char* body : {"", "[]", "{", R"({"Item":7})", R"({"Item":{"id":"7"}})"}) {
    calls_.answer(body);
    EXPECT_EQ(get().error().code, ErrorCode::invalid) << body;
  }
  EXPECT_EQ(put({{"a", "\xff"}}).error().message, R"(in "a": a text is not UTF-8)");
}

}  // namespace
}  // namespace penstock::dynamodb
