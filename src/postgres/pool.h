#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"
#include "base/wiped_text.h"
#include "resources/start.h"

// This room is a client of PostgreSQL for handlers that wait, by libpq without its blocking calls.
namespace penstock::postgres {

// A parameter or a column, in PostgreSQL's text format; nothing is NULL.
using Field = std::optional<std::string>;
using Row = std::vector<Field>;

struct Rows {
  std::vector<std::string> columns = {};
  std::vector<Row> rows = {};
  int64_t changed = 0;  // Rows that INSERT, UPDATE or DELETE has changed.
};

// An SQL text with $1, $2 … and its parameters. Each connection prepares a text once.
struct Statement {
  std::string sql = {};
  std::vector<Field> parameters = {};
  // Says whether it may be repeated if its outcome is unknown.
  bool repeatable = false;
};

struct Settings {
  size_t connections_max = 8;
  size_t waiting_max = 256;   // Requests that wait for a connection. A further one fails.
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::milliseconds statement_timeout{10'000};  // The server's own, too.
  std::chrono::milliseconds idle_time{60'000};
  size_t rows_bytes_max = 8 * 1024 * 1024;              // Of one answer.
  size_t prepared_max = 256;                            // Texts that a connection prepares.
};

// Is an error of the server that a handler may expect, such as "23505" (unique_violation), in
// base::Error::detail's first five characters.
[[nodiscard]] std::string_view sql_state(const base::Error& error);

// Sends statements within one transaction of one connection.
class Transaction {
 public:
  [[nodiscard]] async::Awaitable<base::Result<Rows>> query(Statement statement);
  // Sends the statements together (pipeline mode) and returns all rows; the first error ends it.
  [[nodiscard]] async::Awaitable<base::Result<std::vector<Rows>>> query_all(
      std::vector<Statement> statements);

 private:
  friend class Pool;
  struct State;
  State* state_ = nullptr;
};

// Keeps connections to one database. All calls are for the thread of Start::io, and end at their
// deadline: the statement is then cancelled at the server, and its connection is not used again
// until the server has said so. Fails with `unavailable` (no connection, too many wait; retryable
// if the server has not got the statement), `timed_out` (it may have been done), `refused` (an error
// of the server that repeating does not help: sql_state()), `too_large`.
class Pool {
 public:
  // `url` is a connection URI of libpq, with a password or without; it is never logged. Nothing is
  // connected yet. Fails with `invalid`.
  [[nodiscard]] static base::Result<std::unique_ptr<Pool>> make(const resources::Start& start,
                                                                const base::WipedText& url,
                                                                Settings settings = {});
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  [[nodiscard]] async::Awaitable<base::Result<Rows>> query(Statement statement,
                                                           async::SteadyTime deadline);
  // Runs `work` in a transaction, and commits if it returns a value, or rolls back. What is unknown
  // after a lost COMMIT is `timed_out`. `work` is a coroutine of a function or of a lambda that
  // outlives the call.
  [[nodiscard]] async::Awaitable<base::Result<>> transaction(
      const std::function<async::Awaitable<base::Result<>>(Transaction&)>& work,
      async::SteadyTime deadline);

 private:
  struct State;
  explicit Pool(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::postgres
