// Writes that are done exactly once, and the store of idempotency keys, against an emulator.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "dynamodb/idempotency_store.h"
#include "dynamodb/write_once.h"
#include "judges/tables/judged_tables.h"

namespace penstock::dynamodb {
namespace {

using testing::HasSubstr;

class OnceTest : public JudgedTables {
 protected:
  static base::RecordIdentity record(int64_t offset, int partition = 0, std::string event_id = "",
                                     std::string topic = "orders.v1") {
    return {.event_id = std::move(event_id),
            .topic = std::move(topic),
            .partition = {partition},
            .offset = {offset}};
  }
  Applied put_once(const base::RecordIdentity& record, Item item, Expression condition = {},
                   Once once = {}) {
    return run(write_once(*client_, record, "orders", Put{std::move(item), std::move(condition)},
                          soon(), std::move(once)))
        .value();
  }
  Applied update_once(const base::RecordIdentity& record, const std::string& id, Expression changes,
                      Expression condition = {}, Once once = {}) {
    Update update{key(id), std::move(changes), std::move(condition)};
    return run(write_once(*client_, record, "orders", std::move(update), soon(), std::move(once)))
        .value();
  }
  Applied remove_once(const base::RecordIdentity& record, const std::string& id) {
    return run(write_once(*client_, record, "orders", Delete{key(id), {}}, soon())).value();
  }
  int64_t number(const std::string& id, const char* name) {
    const auto got = get(id);
    const auto* found = got ? find<Number>(*got, name) : nullptr;
    return found == nullptr ? -1 : found->to_int64().value();
  }
};

TEST_F(OnceTest, ARepeatedRecordChangesNothing) {
  EXPECT_EQ(update_once(record(5), "1", Changes().add("n", 1).set("s", "a")), Applied::now);
  EXPECT_EQ(update_once(record(5), "1", Changes().add("n", 1).set("s", "a")), Applied::before);
  EXPECT_EQ(update_once(record(6), "1", Changes().add("n", 1)), Applied::now);
  EXPECT_EQ(update_once(record(5), "1", Changes().add("n", 1)), Applied::before);
  EXPECT_EQ(number("1", "n"), 2);
  // The service must say what the item has, as the client does not know the key of a put.
  if (has("JUDGE_SAYS_ITEM")) {
    EXPECT_EQ(put_once(record(6), item("1", {{"n", 9}})), Applied::before);
  }
  EXPECT_EQ(put_once(record(7), item("1", {{"n", 9}})), Applied::now);
  Once named;
  named.key_names = {"owner", "id"};
  EXPECT_EQ(put_once(record(6), item("1", {{"n", 8}}), {}, named), Applied::before);
  EXPECT_EQ(number("1", "n"), 9);
}

TEST_F(OnceTest, ARemovalIsNotUndoneByAnEarlierRecord) {
  EXPECT_EQ(update_once(record(1), "1", Changes().set("n", 1)), Applied::now);
  EXPECT_EQ(remove_once(record(2), "1"), Applied::now);
  EXPECT_EQ(remove_once(record(2), "1"), Applied::before);
  EXPECT_FALSE(get("1"));
  EXPECT_EQ(update_once(record(1), "1", Changes().set("n", 1)), Applied::before);
  EXPECT_FALSE(get("1"));
  // A later one makes the item again, without what the removal has left.
  EXPECT_EQ(update_once(record(3), "1", Changes().set("m", 1)), Applied::now);
  const auto again = get("1");
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->contains("n"));
  EXPECT_FALSE(again->contains("expires_at"));
  EXPECT_FALSE(again->contains(kRemovedName));
  EXPECT_EQ(remove_once(record(4), "2"), Applied::now);
  EXPECT_FALSE(get("2"));
}

TEST_F(OnceTest, AnItemMayHaveSeveralSources) {
  EXPECT_EQ(update_once(record(5, 0), "1", Changes().add("n", 1)), Applied::now);
  EXPECT_EQ(update_once(record(2, 7), "1", Changes().add("n", 1)), Applied::now);
  EXPECT_EQ(update_once(record(2, 0, "", "payments"), "1", Changes().add("n", 1)), Applied::now);
  EXPECT_EQ(update_once(record(5, 0), "1", Changes().add("n", 1)), Applied::before);
  EXPECT_EQ(update_once(record(2, 7), "1", Changes().add("n", 1)), Applied::before);
  EXPECT_EQ(update_once(record(3, 7), "1", Changes().add("n", 1)), Applied::now);
  EXPECT_EQ(number("1", "n"), 4);
  Once named;
  named.key_names = {"owner", "id"};
  EXPECT_EQ(put_once(record(6, 0), item("1", {{"n", 0}}), {}, named), Applied::now);
  EXPECT_EQ(update_once(record(3, 7), "1", Changes().add("n", 1)), Applied::before);
  EXPECT_EQ(update_once(record(2, 0, "", "payments"), "1", Changes().add("n", 1)), Applied::before);
  EXPECT_EQ(number("1", "n"), 0);
}

TEST_F(OnceTest, ACallersConditionIsKeptApart) {
  EXPECT_EQ(update_once(record(1), "1", Changes().set("v", 1)), Applied::now);
  EXPECT_EQ(update_once(record(2), "1", Changes().set("v", 2), equals("v", 7)), Applied::unmet);
  EXPECT_EQ(update_once(record(2), "1", Changes().set("v", 2), equals("v", 1)), Applied::now);
  EXPECT_EQ(update_once(record(2), "1", Changes().set("v", 2), equals("v", 1)), Applied::before);
  EXPECT_EQ(update_once(record(3), "2", Changes().set("v", 2), attribute_exists("v")),
            Applied::unmet);
}

TEST_F(OnceTest, AnItemOfOthersIsGuardedFromNowOn) {
  put(item("1", {{"n", 10}}));
  EXPECT_EQ(update_once(record(3), "1", Changes().add("n", 1)), Applied::now);
  EXPECT_EQ(update_once(record(3), "1", Changes().add("n", 1)), Applied::before);
  EXPECT_EQ(number("1", "n"), 11);
}

TEST_F(OnceTest, ACopyOfAnEventIsKnownByItsId) {
  if (!has("JUDGE_TRANSACTIONS")) GTEST_SKIP() << "this emulator has no transactions";
  Once once;
  once.by_event_id = true;
  const Expression add = Changes().add("n", 1);
  EXPECT_EQ(update_once(record(1, 0, own_key() + "a"), "1", add, {}, once), Applied::now);
  EXPECT_EQ(update_once(record(1, 0, own_key() + "a"), "1", add, {}, once), Applied::before);
  EXPECT_EQ(update_once(record(2, 0, own_key() + "a"), "1", add, {}, once), Applied::before);
  EXPECT_EQ(update_once(record(9, 4, own_key() + "a"), "1", add, {}, once), Applied::before);
  // The same event may change another item, too.
  EXPECT_EQ(update_once(record(1, 0, own_key() + "a"), "2", add, {}, once), Applied::now);
  EXPECT_EQ(update_once(record(3, 0, own_key() + "b"), "1", add, {}, once), Applied::now);
  EXPECT_EQ(update_once(record(3, 1, own_key() + "c"), "1", add, {}, once), Applied::now);
  EXPECT_EQ(number("1", "n"), 3);
  const auto nameless =
      run(write_once(*client_, record(4, 0, "d"), "orders", Put{item("1", {}), {}}, soon(), once));
  EXPECT_THAT(nameless.error().message, HasSubstr("key_names"));
}

// Batches come again, and in another order; the view is that of each record once, without those
// that came behind a later one of their partition.
TEST_F(OnceTest, RandomBatchesLeaveWhatTheModelLeaves) {
  std::mt19937 random(11);
  const auto below = [&](int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random);
  };
  struct Model {
    std::map<int, int64_t> applied;
    int64_t sum = 0;
  };
  std::map<std::string, Model> models;
  for (int i = 0; i < 150; ++i) {
    const std::string id = std::to_string(below(3));
    const int partition = below(10) == 0 ? 1 : 0;
    const int64_t offset = i / 5 + below(6);
    Model& model = models[id];
    const auto last = model.applied.find(partition);
    const bool is_new = last == model.applied.end() || last->second < offset;
    if (is_new) {
      model.applied[partition] = offset;
      model.sum += offset + 1;
    }
    EXPECT_EQ(update_once(record(offset, partition), id, Changes().add("sum", Number(offset + 1))),
              is_new ? Applied::now : Applied::before);
  }
  for (const auto& [id, model] : models) EXPECT_EQ(number(id, "sum"), model.sum);
}

class KeysTest : public JudgedTables {
 protected:
  using State = idempotency::Entry::State;
  using Left = idempotency::Store::Left;

  [[nodiscard]] static idempotency::Claim claim(std::string holder, const std::string& key = "key",
                                                std::string print = "print") {
    return {.key = own_key() + key,
            .fingerprint = std::move(print),
            .holder = std::move(holder),
            .lease = std::chrono::seconds(60),
            .keep = std::chrono::seconds(3600)};
  }
  idempotency::Entry begin(const idempotency::Claim& claim) {
    return run(store_->begin(claim, soon())).value();
  }
  State state(const idempotency::Claim& claim) { return begin(claim).state; }
  void finish(const idempotency::Claim& claim, std::string body = "first") {
    idempotency::StoredAnswer answer;
    answer.status = 201;
    answer.content_type = "application/json";
    answer.headers = {{"Location", "/orders/7"}};
    answer.body = std::move(body);
    ASSERT_TRUE(run(store_->finish(claim, answer, soon())));
  }
  void release(const idempotency::Claim& claim, Left left) {
    ASSERT_TRUE(run(store_->release(claim, left, soon())));
  }

  std::chrono::system_clock::time_point now_ = std::chrono::system_clock::now();
  std::unique_ptr<IdempotencyStore> store_ =
      std::make_unique<IdempotencyStore>(*client_, "idempotency", [this] { return now_; });
};

TEST_F(KeysTest, GivesTheFirstAnswerAgain) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_EQ(state(claim("a")), State::fresh);  // It is the same claim.
  EXPECT_EQ(state(claim("b")), State::running);
  EXPECT_EQ(state(claim("b", "other")), State::fresh);
  const std::string body("\0\xff\"first\"", 9);
  finish(claim("a"), body);
  const auto entry = begin(claim("b"));
  EXPECT_EQ(entry.state, State::finished);
  ASSERT_TRUE(entry.answer);
  EXPECT_EQ(entry.answer->status, 201u);
  EXPECT_EQ(entry.answer->content_type, "application/json");
  EXPECT_EQ(entry.answer->headers.size(), 1u);
  EXPECT_EQ(entry.answer->body, body);
}

TEST_F(KeysTest, RefusesAnotherRequest) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  now_ += std::chrono::seconds(61);
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  finish(claim("a"));
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  EXPECT_EQ(state(claim("b")), State::finished);
}

TEST_F(KeysTest, GivesALeaseThatHasEndedToTheNext) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  now_ += std::chrono::seconds(60);
  EXPECT_EQ(state(claim("b")), State::unknown);
  EXPECT_EQ(state(claim("c")), State::running);
  finish(claim("a"), "late");
  release(claim("a"), Left::nothing);
  release(claim("a"), Left::unknown);
  EXPECT_EQ(state(claim("c")), State::running);
  finish(claim("b"), "second");
  EXPECT_EQ(begin(claim("c")).answer->body, "second");
}

TEST_F(KeysTest, ReleasesAsNothingOrUnknown) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  release(claim("a"), Left::nothing);
  EXPECT_EQ(state(claim("b", "key", "other")), State::fresh);
  release(claim("b"), Left::unknown);
  EXPECT_EQ(state(claim("c")), State::different);
  EXPECT_EQ(state(claim("c", "key", "other")), State::unknown);
  EXPECT_EQ(state(claim("d", "key", "other")), State::running);
}

TEST_F(KeysTest, ForgetsAnEntryAtItsTime) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  now_ += std::chrono::seconds(50);
  finish(claim("a"));
  now_ += std::chrono::seconds(3599);
  EXPECT_EQ(state(claim("b")), State::finished);
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(state(claim("b", "key", "other")), State::fresh);
}

}  // namespace
}  // namespace penstock::dynamodb
