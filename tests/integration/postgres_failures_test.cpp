// These tests take a real PostgreSQL away in the middle.
#include "integration/postgres_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <string>
#include <vector>

#include "local/relay/relay.h"

namespace penstock::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class FailuresTest : public PostgresTest {
 protected:
  base::Result<Rows> query_until(Pool& pool, std::string sql, milliseconds time,
                                 bool repeatable = false) {
    Statement statement{std::move(sql), {}, repeatable};
    return run(pool.query(std::move(statement), in(time)));
  }
  // Waits until the server is at no statement with this text.
  void wait_until_ended(Pool& pool, const std::string& text) {
    const auto patience = in(seconds(60));
    while (std::chrono::steady_clock::now() < patience) {
      const std::string running = value_of(
          pool, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%" +
                    text + "%' AND pid <> pg_backend_pid()");
      if (running == "0") return;
    }
    ADD_FAILURE() << "the server is still at a statement like " << text;
  }
};

TEST_F(FailuresTest, AtTheDeadlineAStatementIsUnknownAndTheServerEndsIt) {
  const auto pool = make_pool({.connections_max = 1});
  const auto other = make_pool({.connections_max = 1});

  const auto late = query_until(*pool, "SELECT pg_sleep(50) -- the long one", milliseconds(300));

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::ErrorCode::timed_out);
  EXPECT_EQ(value_of(*pool, "SELECT 'goes on'"), "goes on");
  wait_until_ended(*other, "the long one");
}

TEST_F(FailuresTest, AtTheDeadlineAReadingIsRetryable) {
  const auto pool = make_pool();

  const auto late = run(pool->query(reading("SELECT pg_sleep(50)"), in(milliseconds(100))));

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::ErrorCode::unavailable);
  EXPECT_TRUE(late.error().retryable);
}

TEST_F(FailuresTest, AtTheDeadlineARepeatableChangeIsUnknown) {
  const auto pool = make_pool();
  ASSERT_TRUE(query(*pool, "SELECT 1"));  // It is connected before.

  const auto late = query_until(*pool, "SELECT pg_sleep(50)", milliseconds(100), true);

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::ErrorCode::timed_out);
}

TEST_F(FailuresTest, AStatementThatEndsSoonAfterItsDeadlineLeavesItsConnectionToOthers) {
  const auto pool = make_pool({.connections_max = 1});
  const std::string before = value_of(*pool, "SELECT pg_backend_pid()");

  const auto late = query_until(*pool, "SELECT pg_sleep(0.3)", milliseconds(50));

  EXPECT_FALSE(late);
  EXPECT_EQ(value_of(*pool, "SELECT pg_backend_pid()"), before);
}

TEST_F(FailuresTest, TheServerEndsAStatementAfterItsOwnTime) {
  const auto pool = make_pool({.statement_timeout = milliseconds(100)});

  const auto cancelled = query(*pool, "SELECT pg_sleep(50)");

  ASSERT_FALSE(cancelled);
  EXPECT_EQ(sql_state(cancelled.error()), "57014");
  EXPECT_EQ(cancelled.error().code, base::ErrorCode::unavailable);
}

TEST_F(FailuresTest, AnEmptyPoolIsUnavailableAtTheDeadlineAndAFullQueueAtOnce) {
  const auto pool = make_pool({.connections_max = 1, .waiting_max = 1});
  std::vector<base::Result<Rows>> ended;
  const auto start = [&](std::string sql, milliseconds time) {
    Statement statement{std::move(sql)};
    boost::asio::co_spawn(
        start_.io.get_executor(), pool->query(std::move(statement), in(time)),
        [&](std::exception_ptr, base::Result<Rows> rows) { ended.push_back(std::move(rows)); });
  };
  start("SELECT pg_sleep(0.5)", seconds(60));
  start("SELECT 'waits in vain'", milliseconds(200));
  start("SELECT 'finds the queue full'", seconds(60));
  start_.io.restart();
  while (ended.size() < 3) start_.io.run_one();

  ASSERT_FALSE(ended[0]);
  EXPECT_THAT(ended[0].error().detail, HasSubstr("waiting_max"));
  EXPECT_TRUE(ended[0].error().retryable);
  ASSERT_FALSE(ended[1]);
  EXPECT_THAT(ended[1].error().detail, HasSubstr("connections_max"));
  EXPECT_TRUE(ended[2]);
}

TEST_F(FailuresTest, ACancelledCallLeavesNothingInTheDatabase) {
  const auto pool = make_pool({.connections_max = 1});
  ASSERT_TRUE(query(*pool, "CREATE TABLE cancelled (id int)"));
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  const Work work = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    Statement insert{"INSERT INTO cancelled VALUES (1)"};
    static_cast<void>(co_await transaction.query(std::move(insert)));
    cancel.emit(boost::asio::cancellation_type::terminal);
    Statement sleep{"SELECT pg_sleep(0.2)"};
    static_cast<void>(co_await transaction.query(std::move(sleep)));
    co_return base::Result<>();
  };
  boost::asio::co_spawn(
      start_.io.get_executor(), pool->transaction(work, in(seconds(60))),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](std::exception_ptr, base::Result<>) { ended = true; }));
  start_.io.restart();
  while (!ended) start_.io.run_one();

  EXPECT_EQ(value_of(*pool, "SELECT count(*) FROM cancelled"), "0");
}

TEST_F(FailuresTest, AKilledServerIsFoundAgain) {
  const auto pool = make_pool({.connections_max = 2});
  ASSERT_TRUE(query(*pool, "CREATE TABLE kept AS SELECT 1 AS id"));
  server().kill9();

  const auto down = query_until(*pool, "INSERT INTO kept VALUES (2)", seconds(20));
  ASSERT_TRUE(server().start());
  const auto up = query(*pool, "SELECT id FROM kept");

  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().code, base::ErrorCode::unavailable);
  EXPECT_TRUE(down.error().retryable);
  ASSERT_TRUE(up) << base::describe(up.error());
  EXPECT_EQ(up->size(), 1U);
}

TEST_F(FailuresTest, AStatementThatAKillMeetsIsUnknown) {
  const auto pool = make_pool({.connections_max = 1});
  ASSERT_TRUE(query(*pool, "SELECT 1"));
  async::Timer kill(start_.io.get_executor());
  kill.expires_after(milliseconds(300));
  kill.async_wait([](const auto&) { server().kill9(); });

  const auto killed = query(*pool, "SELECT pg_sleep(50)");
  ASSERT_TRUE(server().start());

  ASSERT_FALSE(killed);
  EXPECT_EQ(killed.error().code, base::ErrorCode::timed_out);
}

TEST_F(FailuresTest, AFrozenServerIsUnknownOrUnavailableByTheDeadline) {
  const auto pool = make_pool({.connections_max = 2, .connect_timeout = seconds(2)});
  ASSERT_TRUE(query(*pool, "SELECT 1"));
  server().freeze();

  const auto sent = query_until(*pool, "SELECT 1", milliseconds(200));
  const auto connecting = query_until(*pool, "SELECT 1", seconds(60));
  const std::string problem = start_.registry.checks().at(0).second();
  server().thaw();

  ASSERT_FALSE(sent || connecting);
  EXPECT_EQ(sent.error().code, base::ErrorCode::timed_out);
  EXPECT_EQ(connecting.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(problem, HasSubstr("cannot be reached"));
  EXPECT_EQ(value_of(*pool, "SELECT 'goes on'"), "goes on");
}

TEST_F(FailuresTest, ALostAnswerToCommitIsUnknownAndTheWorkIsDone) {
  local::Relay relay(start_.io, server().port());
  ASSERT_TRUE(relay.listen());
  const auto straight = make_pool();
  const auto pool = make_pool({.connections_max = 1}, relay.port());
  ASSERT_TRUE(query(*straight, "CREATE TABLE commits (id int)"));
  ASSERT_TRUE(query(*pool, "SELECT 1"));
  const Work work = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    Statement insert{"INSERT INTO commits VALUES (1)"};
    const auto done = co_await transaction.query(std::move(insert));
    relay.set({.answers_cut = 1});
    if (!done) co_return done.error();
    co_return base::Result<>();
  };
  const Work before = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    relay.set({.answers_cut = 1});
    Statement insert{"INSERT INTO commits VALUES (2)"};
    const auto done = co_await transaction.query(std::move(insert));
    if (!done) co_return done.error();
    co_return base::Result<>();
  };

  const auto unknown = run(pool->transaction(work, in(seconds(60))));
  ASSERT_TRUE(query(*pool, "SELECT 1"));
  const auto not_done = run(pool->transaction(before, in(seconds(60))));

  ASSERT_FALSE(unknown || not_done);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::timed_out);
  EXPECT_EQ(not_done.error().code, base::ErrorCode::unavailable);
  EXPECT_EQ(value_of(*straight, "SELECT string_agg(id::text, ',') FROM commits"), "1");
}

TEST_F(FailuresTest, AWrongPasswordIsSaidWithoutIt) {
  base::WipedText url = server().url();
  const size_t at = url.find('@');
  url.insert(at, "0123456789");
  const auto pool = std::move(Pool::make(start_.start, url).value());

  const auto refused = query(*pool, "SELECT 1");

  ASSERT_FALSE(refused);
  EXPECT_THAT(base::describe(refused.error()), HasSubstr("password authentication failed"));
  EXPECT_THAT(base::describe(refused.error()), Not(HasSubstr("0123456789")));
  EXPECT_THAT(start_.logged(), Not(HasSubstr("0123456789")));
}

TEST_F(FailuresTest, AnIdleConnectionIsClosedAndOneThatTheServerEndsIsForgotten) {
  const auto pool = make_pool({.connections_max = 4, .idle_time = milliseconds(200)});
  const auto other = make_pool();
  const std::string pid = value_of(*pool, "SELECT pg_backend_pid()");
  const std::string ended = value_of(*other, "SELECT pg_backend_pid()");
  ASSERT_TRUE(query(*pool, "SELECT pg_terminate_backend(" + ended + ")"));

  EXPECT_NE(value_of(*other, "SELECT pg_backend_pid()"), ended);
  const auto patience = in(seconds(60));
  std::string left;
  do {
    left = value_of(*other, "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid);
  } while (left != "0" && std::chrono::steady_clock::now() < patience);
  EXPECT_EQ(left, "0");
}

}  // namespace
}  // namespace penstock::postgres
