#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"
#include "base/wiped_text.h"
#include "postgres/rows.h"
#include "resources/start.h"

// This room is a client of PostgreSQL for handlers that wait, by libpq without its blocking calls.
namespace penstock::postgres {

struct Settings {
  std::string name = "database";  // In metrics and of the check in /readiness.
  // All tasks and functions together must not have more than the server's max_connections.
  size_t connections_max = 8;
  size_t waiting_max = 256;  // Calls that wait for a connection, in sum. A further one fails.
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::milliseconds statement_timeout{10'000};  // The server's own, for each statement.
  std::chrono::milliseconds idle_time{60'000};          // After it a connection is closed.
  size_t rows_bytes_max = 8 * 1024 * 1024;              // Of all rows of one call.
  size_t prepared_max = 256;  // Texts that a connection prepares. Others are parsed each time.
  // Between the program and the server is a proxy that gives each transaction another session
  // (pgbouncer's transaction mode, RDS Proxy). Then nothing is prepared, and no session has
  // settings: statement_timeout must be set at the server.
  bool through_proxy = false;
};

// Returns the SQLSTATE of an error of the server, such as "23505" (unique_violation), or an empty
// text. It is the beginning of base::Error::detail.
[[nodiscard]] std::string_view sql_state(const base::Error& error);

struct TransactionState;
class UrlSource;

// Sends statements within one transaction of one connection.
class Transaction {
 public:
  [[nodiscard]] async::Awaitable<base::Result<Rows>> query(Statement statement);
  // Sends the statements together (pipeline mode) and returns all rows. The first error ends it.
  // After an error of the server the whole transaction can only be rolled back.
  [[nodiscard]] async::Awaitable<base::Result<std::vector<Rows>>> query_all(
      std::vector<Statement> statements);

 private:
  friend class Pool;
  explicit Transaction(TransactionState& state) : state_(state) {}
  TransactionState& state_;
};

enum class Isolation { read_committed, repeatable_read, serializable };

struct TransactionOptions {
  Isolation isolation = Isolation::read_committed;
  bool read_only = false;
  // So often the work is done in all, if the server ends it because of another transaction (40001,
  // 40P01). What it does outside of the database is then done again, too.
  int attempts = 1;
};

using Work = std::function<async::Awaitable<base::Result<>>(Transaction&)>;

// Keeps connections to one database. All calls are for the thread of Start::io, and end at their
// deadline or when their coroutine is cancelled. A connection whose statement has not ended by then
// is used again when the server has answered within a second. Otherwise it is closed, and the
// server ends the statement when it notices that, within a second
// (client_connection_check_interval; it must be PostgreSQL 14 or later). Until then the connection
// counts.
//
// These are the errors:
// - `unavailable`, retryable: the statement or transaction was surely not done, or only reads.
// There
//   is no connection, too many calls wait, the server is starting or ending, a deadlock.
// - `timed_out`: it may have been done, or will be. The deadline has passed, or the connection has
//   ended after the statement, or COMMIT, was sent.
// - `refused`: the server has refused it, and would do so again: sql_state().
// - `too_large`: the rows are more than rows_bytes_max. A statement that changes and returns rows
//   may have been done.
// - `invalid`: a text has a NUL, or there are too many parameters.
// No error has a value of a statement.
class Pool {
 public:
  // `url` is a connection URI of libpq, with a password or without; it is never logged. Nothing is
  // connected yet. Fails with `invalid`. Adds metrics and a check to the registry.
  [[nodiscard]] static base::Result<std::unique_ptr<Pool>> make(const resources::Start& start,
                                                                const base::WipedText& url,
                                                                Settings settings = {});
  // Does the same with the URL of the variable DATABASE_URL, by which `up` and Terraform say where
  // the service's database is. Without it, DATABASE_URL_SECRET is the ARN of a secret of AWS
  // Secrets Manager with the URL: it is read for the first connection, and again when the server
  // refuses the password, at most each 5 s. Without both fails with `invalid`.
  [[nodiscard]] static base::Result<std::unique_ptr<Pool>> make(const resources::Start& start,
                                                                Settings settings = {});
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  // Closes the connections. A call that has not ended fails then.
  ~Pool();

  [[nodiscard]] async::Awaitable<base::Result<Rows>> query(Statement statement,
                                                           async::SteadyTime deadline);
  // Sends the statements together, as one transaction: all are done or none.
  [[nodiscard]] async::Awaitable<base::Result<std::vector<Rows>>> query_all(
      std::vector<Statement> statements, async::SteadyTime deadline);
  // Runs `work` in a transaction, and commits if it returns a value, or rolls back. An exception
  // rolls back, too. What is unknown after a lost COMMIT is `timed_out`. `work` must outlive the
  // call: name it before `co_await`.
  [[nodiscard]] async::Awaitable<base::Result<>> transaction(const Work& work,
                                                             async::SteadyTime deadline,
                                                             TransactionOptions options = {});

 private:
  class State;
  friend struct TransactionState;
  explicit Pool(std::shared_ptr<State> state);
  [[nodiscard]] static base::Result<std::unique_ptr<Pool>> make_of(
      const resources::Start& start, std::shared_ptr<UrlSource> source, Settings settings);
  std::shared_ptr<State> state_;
};

}  // namespace penstock::postgres
