// These tests keep promises in a real PostgreSQL: a record is applied once, and a key has one
// answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "integration/postgres_test.h"
#include "local/relay/relay.h"
#include "postgres/apply_once.h"
#include "postgres/postgres_idempotency.h"

namespace penstock::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class OnceTest : public PostgresTest {
 protected:
  void make_tables(Pool& pool) {
    // Texts with several statements are for psql. Each is a statement of its own here.
    for (const std::string_view schema : {kAppliedTable, kIdempotencyTable}) {
      std::string rest(schema);
      for (size_t end = rest.find(";\n"); end != std::string::npos; end = rest.find(";\n")) {
        ASSERT_TRUE(query(pool, rest.substr(0, end)));
        rest.erase(0, end + 2);
      }
    }
    ASSERT_TRUE(query(pool, "CREATE TABLE IF NOT EXISTS view (id int, event text)"));
    ASSERT_TRUE(query(pool, "TRUNCATE view, penstock_applied, penstock_idempotency"));
  }
  static base::RecordIdentity record(int number, const std::string& event_id) {
    return {
        .event_id = event_id, .topic = "orders", .partition = {number % 3}, .offset = {number / 3}};
  }
  // `before_commit` is called when all of the work but its COMMIT is done.
  base::Result<Applied> apply(
      Pool& pool, const base::RecordIdentity& which, int number,
      const std::function<void()>& before_commit = [] {}) {
    const Work work = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
      Statement insert{"INSERT INTO view VALUES ($1, $2)", {integer(number), which.event_id}};
      const auto done = co_await transaction.query(std::move(insert));
      if (!done) co_return done.error();
      before_commit();
      co_return base::Result<>();
    };
    return run(apply_once(pool, which, work, in(seconds(60))));
  }
};

TEST_F(OnceTest, ARecordIsAppliedOnceByItsPlaceOrItsEvent) {
  const auto pool = make_pool();
  make_tables(*pool);

  EXPECT_EQ(apply(*pool, record(7, "event-7"), 7).value(), Applied::now);
  EXPECT_EQ(apply(*pool, record(7, "event-7"), 7).value(), Applied::before);
  EXPECT_EQ(apply(*pool, record(700, "event-7"), 7).value(), Applied::before);
  EXPECT_EQ(apply(*pool, record(7, "another"), 7).value(), Applied::before);
  // Plain records have no event id, and an earlier offset is a record of its own.
  EXPECT_EQ(apply(*pool, record(4, ""), 4).value(), Applied::now);
  EXPECT_EQ(apply(*pool, record(1, ""), 1).value(), Applied::now);
  EXPECT_EQ(apply(*pool, record(1, ""), 1).value(), Applied::before);
  EXPECT_EQ(value_of(*pool, "SELECT string_agg(id::text, ',' ORDER BY id) FROM view"), "1,4,7");
}

TEST_F(OnceTest, AWorkThatFailsIsAppliedLater) {
  const auto pool = make_pool();
  make_tables(*pool);
  const Work failing = [&](Transaction&) -> async::Awaitable<base::Result<>> {
    co_return base::Error{base::ErrorCode::invalid, "not today"};
  };

  EXPECT_FALSE(run(apply_once(*pool, record(1, "event"), failing, in(seconds(60)))));
  EXPECT_EQ(apply(*pool, record(1, "event"), 1).value(), Applied::now);
}

TEST_F(OnceTest, NothingIsLostOrDoubledWhileTheServerIsKilledAndItsLinkIsCut) {
  constexpr int kRecords = 2'000;
  constexpr int kBatch = 50;
  local::Relay relay(start_.io, server().port());
  ASSERT_TRUE(relay.listen());
  const auto pool = make_pool({}, relay.port());
  make_tables(*pool);
  std::mt19937 random(25);  // NOLINT: the same each time.
  int unknown = 0;
  int repeated = 0;
  int kills = 0;
  // Batches come again, whole and in any order, until each record of one is applied.
  for (int first = 0; first < kRecords; first += kBatch) {
    std::vector<int> batch;
    for (int number = first; number < first + kBatch; ++number) batch.push_back(number);
    for (bool again = true; again;) {
      again = false;
      for (const int number : batch) {
        if (random() % 40 == 0) relay.set({.answers_cut = 1});
        if (random() % 400 == 0) {
          ++kills;
          server().kill9();
          ASSERT_TRUE(server().start()) << server().output();
        }
        const bool cuts_commit = random() % 40 == 0;
        const auto applied =
            apply(*pool, record(number, "event-" + std::to_string(number)), number, [&] {
              if (cuts_commit) relay.set({.answers_cut = 1});
            });
        if (applied) {
          repeated += *applied == Applied::before ? 1 : 0;
          continue;
        }
        unknown += applied.error().code == base::ErrorCode::timed_out ? 1 : 0;
        again = true;
        std::shuffle(batch.begin(), batch.end(), random);
        break;
      }
    }
  }
  relay.set({});

  EXPECT_EQ(value_of(*pool, "SELECT count(*) FROM view"), std::to_string(kRecords));
  EXPECT_EQ(value_of(*pool, "SELECT count(DISTINCT id) FROM view"), std::to_string(kRecords));
  // Without these the test has shown nothing.
  EXPECT_GT(unknown, 0);
  EXPECT_GT(repeated, 0);
  EXPECT_GT(kills, 0);
}

using State = idempotency::Entry::State;
using Left = idempotency::Store::Left;

class IdempotencyTest : public OnceTest {
 protected:
  void SetUp() override {
    OnceTest::SetUp();
    pool = make_pool();
    make_tables(*pool);
    store.emplace(*pool);
  }
  static idempotency::Claim claim(std::string holder, std::string key = "key",
                                  std::string print = "print") {
    return {.key = std::move(key),
            .fingerprint = std::move(print),
            .holder = std::move(holder),
            .lease = seconds(60),
            .keep = seconds(3600)};
  }
  base::Result<idempotency::Entry> begin(const idempotency::Claim& claimed) {
    return run(store->begin(claimed, in(seconds(60))));
  }
  State state(const idempotency::Claim& claimed) { return begin(claimed).value().state; }
  void finish(const idempotency::Claim& claimed, std::string body = "first") {
    const idempotency::StoredAnswer answer{.status = 201, .body = std::move(body)};
    ASSERT_TRUE(run(store->finish(claimed, answer, in(seconds(60)))));
  }
  void release(const idempotency::Claim& claimed, Left left) {
    ASSERT_TRUE(run(store->release(claimed, left, in(seconds(60)))));
  }
  // Moves the times of all entries back, as if so many seconds had passed.
  void pass(int time) {
    ASSERT_TRUE(query(*pool,
                      "UPDATE penstock_idempotency SET lease_end = lease_end - $1::int8 * interval "
                      "'1 second', forget_at = forget_at - $1::int8 * interval '1 second'",
                      {integer(time)}));
  }

  std::unique_ptr<Pool> pool;
  std::optional<IdempotencyStore> store;
};

TEST_F(IdempotencyTest, GivesTheFirstAnswerAgain) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_EQ(state(claim("b")), State::running);
  EXPECT_EQ(state(claim("b", "other")), State::fresh);
  const std::string body("\0\xFF \"quoted\"", 11);
  finish(claim("a"), body);
  const auto entry = begin(claim("b"));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->state, State::finished);
  ASSERT_TRUE(entry->answer);
  EXPECT_EQ(entry->answer->status, 201U);
  EXPECT_EQ(entry->answer->body, body);
}

TEST_F(IdempotencyTest, RefusesAnotherRequestAndLeavesTheEntryAsItIs) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  pass(61);
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  finish(claim("a"));
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  EXPECT_EQ(state(claim("b")), State::finished);
}

TEST_F(IdempotencyTest, GivesALeaseThatHasEndedToTheNext) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_NE(state(claim("a")), State::running);
  pass(60);
  EXPECT_EQ(state(claim("b")), State::unknown);
  EXPECT_EQ(state(claim("c")), State::running);
  // The first one comes back too late.
  finish(claim("a"), "late");
  release(claim("a"), Left::nothing);
  EXPECT_EQ(state(claim("c")), State::running);
  finish(claim("b"), "second");
  EXPECT_EQ(begin(claim("c"))->answer->body, "second");
}

TEST_F(IdempotencyTest, ForgetsOrRemembersWhatIsReleased) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  release(claim("a"), Left::nothing);
  EXPECT_EQ(state(claim("b", "key", "other")), State::fresh);
  release(claim("b", "key", "other"), Left::unknown);
  EXPECT_EQ(state(claim("c")), State::different);
  EXPECT_EQ(state(claim("c", "key", "other")), State::unknown);
  EXPECT_EQ(state(claim("d", "key", "other")), State::running);
}

TEST_F(IdempotencyTest, ForgetsAnEntryAtItsTime) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  finish(claim("a"));
  pass(3590);
  EXPECT_EQ(state(claim("b")), State::finished);
  pass(10);
  EXPECT_EQ(state(claim("b", "key", "other")), State::fresh);
  EXPECT_EQ(state(claim("c", "key", "other")), State::running);
}

TEST_F(IdempotencyTest, DeletesWhatItHasForgotten) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  pass(3601);
  store.emplace(*pool);  // It sweeps with its first call.
  EXPECT_EQ(state(claim("b", "other")), State::fresh);
  EXPECT_EQ(value_of(*pool, "SELECT count(*) FROM penstock_idempotency"), "1");
}

}  // namespace
}  // namespace penstock::postgres
