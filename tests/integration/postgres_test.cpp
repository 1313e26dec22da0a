// These tests ask a real PostgreSQL.
#include "integration/postgres_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "postgres/pool.h"

namespace penstock::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

using PoolTest = PostgresTest;

std::vector<Statement> statements_of(std::vector<std::string> texts) {
  std::vector<Statement> statements;
  for (std::string& text : texts) statements.push_back({std::move(text)});
  return statements;
}

TEST_F(PoolTest, AQueryReturnsRowsWithTheirColumns) {
  const auto pool = make_pool();

  const auto rows =
      query(*pool, "SELECT $1::int8 AS number, $2::text AS words, $3::bytea AS raw, NULL AS none",
            {integer(-7), "a 'quoted' text", bytes({"\0\xFF", 2})});

  ASSERT_TRUE(rows) << base::describe(rows.error());
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(read_integer(rows->at(0, "number")), -7);
  EXPECT_EQ(rows->at(0, "words"), "a 'quoted' text");
  EXPECT_EQ(read_bytes(rows->at(0, "raw")), std::string("\0\xFF", 2));
  EXPECT_EQ(rows->at(0, "none"), std::nullopt);
  EXPECT_EQ(rows->at(0, "another"), std::nullopt);
}

TEST_F(PoolTest, AChangeSaysHowManyRowsItHasChanged) {
  const auto pool = make_pool();
  ASSERT_TRUE(query(*pool, "CREATE TABLE changes (id int)"));

  const auto inserted = query(*pool, "INSERT INTO changes VALUES (1), (2), (3)");
  const auto updated = query(*pool, "UPDATE changes SET id = id + 1 WHERE id > 1 RETURNING id");

  ASSERT_TRUE(inserted && updated);
  EXPECT_EQ(inserted->changed, 3);
  EXPECT_EQ(updated->changed, 2);
  EXPECT_EQ(updated->size(), 2U);
}

TEST_F(PoolTest, AStatementIsPreparedOnceForEachConnection) {
  const auto pool = make_pool({.connections_max = 1, .prepared_max = 2});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(value_of(*pool, "SELECT 'first'"), "first");
    EXPECT_EQ(value_of(*pool, "SELECT 'third' WHERE true"), "third");
  }

  EXPECT_EQ(value_of(*pool, "SELECT count(*) FROM pg_prepared_statements"), "2");
}

TEST_F(PoolTest, APreparedStatementOutlivesAChangeOfItsTable) {
  const auto pool = make_pool({.connections_max = 1});
  ASSERT_TRUE(query(*pool, "CREATE TABLE grows (id int)"));
  ASSERT_TRUE(query(*pool, "SELECT * FROM grows"));
  ASSERT_TRUE(query(*pool, "ALTER TABLE grows ADD COLUMN name text"));

  const auto once = query(*pool, "SELECT * FROM grows");
  const auto again = query(*pool, "SELECT * FROM grows");

  ASSERT_FALSE(once);
  EXPECT_EQ(once.error().code, base::ErrorCode::unavailable);
  EXPECT_TRUE(once.error().retryable);
  ASSERT_TRUE(again) << base::describe(again.error());
  EXPECT_EQ(again->columns.size(), 2U);
}

TEST_F(PoolTest, AnErrorHasItsStateAndNoValue) {
  const auto pool = make_pool();
  ASSERT_TRUE(query(*pool, "CREATE TABLE people (name text UNIQUE CHECK (name <> 'nobody'))"));
  ASSERT_TRUE(query(*pool, "INSERT INTO people VALUES ($1)", {"confidential"}));

  const auto twice = query(*pool, "INSERT INTO people VALUES ($1)", {"confidential"});
  const auto number = query(*pool, "SELECT $1::int", {"confidential \"quoted\" number"});
  const auto raised = query(*pool, "DO $$ BEGIN RAISE 'confidential'; END $$");
  const auto syntax = query(*pool, "SELEC");

  ASSERT_FALSE(twice || number || raised || syntax);
  EXPECT_EQ(sql_state(twice.error()), "23505");
  EXPECT_EQ(twice.error().code, base::ErrorCode::refused);
  EXPECT_THAT(twice.error().detail, HasSubstr("people_name_key"));
  EXPECT_EQ(sql_state(number.error()), "22P02");
  EXPECT_EQ(sql_state(raised.error()), "P0001");
  EXPECT_EQ(sql_state(syntax.error()), "42601");
  for (const auto* failed : {&twice, &number, &raised}) {
    EXPECT_THAT(base::describe(failed->error()), Not(HasSubstr("confidential")));
    EXPECT_THAT(base::describe(failed->error()), Not(HasSubstr("quoted")));
  }
  EXPECT_THAT(start_.logged(), Not(HasSubstr("confidential")));
  EXPECT_EQ(value_of(*pool, "SELECT 'goes on'"), "goes on");
}

TEST_F(PoolTest, ANoticeIsLoggedWithoutItsWords) {
  const auto pool = make_pool();
  ASSERT_TRUE(query(*pool, "DO $$ BEGIN RAISE WARNING 'confidential'; END $$"));

  EXPECT_THAT(start_.logged(), HasSubstr(R"("sql_state":"01000")"));
  EXPECT_THAT(start_.logged(), Not(HasSubstr("confidential")));
}

TEST_F(PoolTest, StatementsThatAreSentTogetherAreAllDoneOrNone) {
  const auto pool = make_pool();
  ASSERT_TRUE(query(*pool, "CREATE TABLE together (id int PRIMARY KEY)"));

  auto good = statements_of({"INSERT INTO together VALUES (1)", "INSERT INTO together VALUES (2)",
                             "SELECT id FROM together ORDER BY id"});
  auto bad = statements_of({"INSERT INTO together VALUES (3)", "INSERT INTO together VALUES (1)",
                            "SELECT id FROM together"});
  const auto done = run(pool->query_all(std::move(good), in(seconds(60))));
  const auto refused = run(pool->query_all(std::move(bad), in(seconds(60))));

  ASSERT_TRUE(done) << base::describe(done.error());
  ASSERT_EQ(done->size(), 3U);
  EXPECT_EQ((*done)[2].size(), 2U);
  ASSERT_FALSE(refused);
  EXPECT_EQ(sql_state(refused.error()), "23505");
  EXPECT_EQ(value_of(*pool, "SELECT count(*) FROM together"), "2");
}

TEST_F(PoolTest, AConstraintThatIsCheckedAtTheEndIsAnError) {
  const auto pool = make_pool();
  ASSERT_TRUE(query(*pool, "CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)"));

  const auto refused = query(*pool, "INSERT INTO late VALUES (1), (1)");

  ASSERT_FALSE(refused);
  EXPECT_EQ(sql_state(refused.error()), "23505");
  EXPECT_EQ(value_of(*pool, "SELECT count(*) FROM late"), "0");
}

TEST_F(PoolTest, ATransactionIsCommittedOrRolledBack) {
  const auto pool = make_pool({.connections_max = 1});
  ASSERT_TRUE(query(*pool, "CREATE TABLE moves (id int)"));
  const auto insert = [](Transaction& transaction) -> async::Awaitable<base::Result<Rows>> {
    Statement statement{"INSERT INTO moves VALUES (1)"};
    co_return co_await transaction.query(std::move(statement));
  };
  const Work good = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    auto done = co_await insert(transaction);
    if (!done) co_return done.error();
    co_return base::Result<>();
  };
  const Work bad = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    auto done = co_await insert(transaction);
    co_return base::Error{base::ErrorCode::invalid, done ? "not today" : "not done"};
  };
  const Work throwing = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    auto done = co_await insert(transaction);
    throw std::runtime_error(done ? "thrown" : "not done");
  };
  const Work heedless = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    static_cast<void>(co_await insert(transaction));
    Statement wrong{"SELECT 1 / 0"};
    static_cast<void>(co_await transaction.query(std::move(wrong)));
    static_cast<void>(co_await insert(transaction));
    co_return base::Result<>();
  };

  const auto committed = run(pool->transaction(good, in(seconds(60))));
  const auto rolled_back = run(pool->transaction(bad, in(seconds(60))));
  const auto failed = run(pool->transaction(heedless, in(seconds(60))));

  EXPECT_TRUE(committed);
  ASSERT_FALSE(rolled_back);
  EXPECT_EQ(rolled_back.error().message, "not today");
  ASSERT_FALSE(failed);
  EXPECT_EQ(sql_state(failed.error()), "22012");
  EXPECT_THROW(static_cast<void>(run(pool->transaction(throwing, in(seconds(60))))),
               std::runtime_error);
  EXPECT_EQ(value_of(*pool, "SELECT count(*) FROM moves"), "1");
}

TEST_F(PoolTest, ATransactionIsDoneAgainAfterAConflict) {
  const auto pool = make_pool();
  ASSERT_TRUE(query(*pool, "CREATE TABLE counter AS SELECT 0 AS value"));
  int works = 0;
  // Another transaction changes the row between the reading and the writing of the first attempt.
  const Work work = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    Statement read{"SELECT value FROM counter"};
    const auto rows = co_await transaction.query(std::move(read));
    if (!rows) co_return rows.error();
    if (++works == 1) {
      Statement other{"UPDATE counter SET value = value + 10"};
      const auto changed = co_await pool->query(std::move(other), in(seconds(60)));
      if (!changed) co_return changed.error();
    }
    Statement write{"UPDATE counter SET value = $1",
                    {integer(read_integer(rows->at(0, "value")).value_or(0) + 1)}};
    const auto done = co_await transaction.query(std::move(write));
    if (!done) co_return done.error();
    co_return base::Result<>();
  };
  TransactionOptions options{.isolation = Isolation::serializable};

  const auto once = run(pool->transaction(work, in(seconds(60)), options));
  works = 0;
  options.attempts = 3;
  const auto again = run(pool->transaction(work, in(seconds(60)), options));

  ASSERT_FALSE(once);
  EXPECT_EQ(sql_state(once.error()), "40001");
  EXPECT_TRUE(once.error().retryable);
  EXPECT_TRUE(again);
  EXPECT_EQ(works, 2);
  EXPECT_EQ(value_of(*pool, "SELECT value FROM counter"), "21");
}

TEST_F(PoolTest, WhatPostgresqlCannotTakeIsInvalid) {
  const auto pool = make_pool();

  const auto nul = query(*pool, "SELECT $1", {std::string("a\0b", 3)});
  const auto many = query(*pool, "SELECT 1", std::vector<Field>(65'536));

  ASSERT_FALSE(nul || many);
  EXPECT_EQ(nul.error().code, base::ErrorCode::invalid);
  EXPECT_EQ(many.error().code, base::ErrorCode::invalid);
}

TEST_F(PoolTest, CopyIsRefusedAndNothingIsLeftOfIt) {
  const auto pool = make_pool({.connections_max = 1});

  const auto copied = query(*pool, "COPY (SELECT 1) TO STDOUT");

  EXPECT_FALSE(copied);
  EXPECT_EQ(value_of(*pool, "SELECT 'goes on'"), "goes on");
}

TEST_F(PoolTest, MoreRowsThanTheBoundAreTooLarge) {
  const auto pool = make_pool({.connections_max = 1, .rows_bytes_max = 100'000});

  const auto many = query(*pool, "SELECT repeat('x', 1000) FROM generate_series(1, 100000)");
  const auto wide = query(*pool, "SELECT repeat('x', 20000000)");

  ASSERT_FALSE(many || wide);
  EXPECT_EQ(many.error().code, base::ErrorCode::too_large);
  EXPECT_EQ(wide.error().code, base::ErrorCode::too_large);
  EXPECT_EQ(value_of(*pool, "SELECT 'goes on'"), "goes on");
}

TEST_F(PoolTest, ManyBytesPassInBothDirections) {
  const auto pool = make_pool({.rows_bytes_max = 100'000'000});
  const std::string large(5'000'000, 'x');
  std::vector<Statement> statements;
  for (int i = 0; i < 4; ++i) statements.push_back({"SELECT $1::text", {large}});

  const auto rows = run(pool->query_all(std::move(statements), in(seconds(60))));

  ASSERT_TRUE(rows) << base::describe(rows.error());
  for (const Rows& each : *rows) EXPECT_EQ(each.rows.at(0).at(0), large);
}

TEST_F(PoolTest, TheMetricsShowTheConnections) {
  const auto pool = make_pool({.name = "orders", .connections_max = 3});
  ASSERT_TRUE(query(*pool, "SELECT 1"));

  std::string metrics;
  start_.registry.metrics().at(0)(metrics);

  EXPECT_THAT(metrics, HasSubstr("db_client_connection_count{db_client_connection_pool_name="
                                 "\"orders\",db_client_connection_state=\"idle\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("penstock_postgres_statements_total{"
                                 "db_client_connection_pool_name=\"orders\"} 1\n"));
  EXPECT_EQ(start_.registry.checks().at(0).first, "orders");
  EXPECT_EQ(start_.registry.checks().at(0).second(), "");
}

}  // namespace
}  // namespace penstock::postgres
