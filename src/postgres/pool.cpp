#include "postgres/pool.h"

#include <utility>

#include "postgres/connection_lender.h"
#include "postgres/server_connection.h"
#include "postgres/server_error.h"

namespace penstock::postgres {
namespace {

using How = Ended::How;
using Lease = ConnectionLender::Lease;

constexpr size_t kParametersMax = 65'535;  // The protocol counts them in 16 bits.

base::Result<> check(const std::vector<Statement>& statements) {
  const auto invalid = [](const char* message) {
    return base::Error{base::ErrorCode::invalid, message};
  };
  for (const Statement& statement : statements) {
    if (statement.sql.find('\0') != std::string::npos) return invalid("an SQL text has a NUL");
    if (statement.parameters.size() > kParametersMax) {
      return invalid("a statement of PostgreSQL has at most 65535 parameters");
    }
    for (const Field& parameter : statement.parameters) {
      if (parameter && parameter->find('\0') != std::string::npos) {
        return invalid("a parameter has a NUL, which a text of PostgreSQL cannot have");
      }
    }
  }
  return {};
}

// Says what an end that is not `done` means if the statements were surely not done, or only read.
base::Error not_done(const Ended& ended) {
  switch (ended.how) {
    case How::refused:
      return to_error(ended.error);
    case How::too_large:
      return {base::ErrorCode::too_large, "the rows of the database are more than rows_bytes_max",
              ended.problem};
    case How::late:
      return {
          base::ErrorCode::unavailable, "the database has not answered by the deadline", {}, true};
    default:
      return {base::ErrorCode::unavailable, "the connection to the database has ended",
              ended.problem, true};
  }
}

// Says what it means if they may have been done.
base::Error perhaps_done(const Ended& ended, ConnectionLender& lender) {
  if (ended.how != How::late && ended.how != How::lost) return not_done(ended);
  ++lender.counts().unknown;
  return {base::ErrorCode::timed_out,
          ended.how == How::late ? "the database has not answered by the deadline"
                                 : "the connection to the database has ended before its answer",
          ended.problem};
}

// Says what the error of a repetition means, whose first attempt may have been done.
base::Error after_loss(base::Error error, ConnectionLender& lender) {
  if (error.code != base::ErrorCode::unavailable) return error;
  ++lender.counts().unknown;
  error.code = base::ErrorCode::timed_out;
  error.message += ", and the attempt before may have been done";
  error.retryable = false;
  return error;
}

bool is_conflict(std::string_view state) {
  return state == "40001" || state == "40P01";
}

Statement begin_of(const TransactionOptions& options) {
  Statement begin;
  begin.sql = "BEGIN";
  if (options.isolation == Isolation::repeatable_read) {
    begin.sql += " ISOLATION LEVEL REPEATABLE READ";
  }
  if (options.isolation == Isolation::serializable) begin.sql += " ISOLATION LEVEL SERIALIZABLE";
  if (options.read_only) begin.sql += " READ ONLY";
  return begin;
}

ServerUrl::Session session_of(const resources::Start& start, const Settings& settings) {
  ServerUrl::Session session{std::string(start.program)};
  if (!settings.through_proxy) {
    session.server_options =
        "-c statement_timeout=" + std::to_string(settings.statement_timeout.count()) +
        " -c client_connection_check_interval=1000";
  }
  return session;
}

}  // namespace

std::string_view sql_state(const base::Error& error) {
  const std::string_view detail = error.detail;
  return detail.size() > 5 && detail[5] == ':' ? detail.substr(0, 5) : std::string_view();
}

class Pool::State : public ConnectionLender {
 public:
  using ConnectionLender::ConnectionLender;
};

struct TransactionState {
  ConnectionLender& lender;
  Lease lease;
  async::SteadyTime deadline;
  Statement begin;
  bool begun = false;
  // The first failure: nothing of the transaction is done.
  std::optional<base::Error> failed = std::nullopt;
};

base::Result<std::unique_ptr<Pool>> Pool::make(const resources::Start& start,
                                               const base::WipedText& url, Settings settings) {
  auto source = UrlSource::fixed(start, url, session_of(start, settings), settings.name);
  if (!source) return source.error();
  return make_of(start, std::move(*source), std::move(settings));
}

base::Result<std::unique_ptr<Pool>> Pool::make_of(const resources::Start& start,
                                                  std::shared_ptr<UrlSource> source,
                                                  Settings settings) {
  if (settings.connections_max == 0) {
    return base::Error{base::ErrorCode::invalid, "a pool has at least one connection"};
  }
  const auto state =
      std::make_shared<State>(start.io, start.log, std::move(source), std::move(settings));
  const std::weak_ptr<State> lives = state;
  start.registry.add_metrics([lives](std::string& out) {
    if (const auto pool = lives.lock()) pool->write_metrics(out);
  });
  start.registry.add_check(state->settings().name, [lives] {
    const auto pool = lives.lock();
    return pool ? pool->problem() : std::string();
  });
  return std::unique_ptr<Pool>(new Pool(state));
}

base::Result<std::unique_ptr<Pool>> Pool::make(const resources::Start& start, Settings settings) {
  const auto given = [&](const char* name) -> std::string_view {
    const auto variable = start.environment.find(name);
    return variable == start.environment.end() ? std::string_view() : variable->second;
  };
  if (const std::string_view url = given("DATABASE_URL"); !url.empty()) {
    return make(start, base::WipedText(url), std::move(settings));
  }
  const std::string_view secret = given("DATABASE_URL_SECRET");
  if (secret.empty()) {
    return base::Error{base::ErrorCode::invalid,
                       "neither the variable DATABASE_URL nor DATABASE_URL_SECRET says where the "
                       "database is. ./penstock up sets the first one for a service with a "
                       "DATABASE in its service.env"};
  }
  auto source =
      UrlSource::stored(start, std::string(secret), session_of(start, settings), settings.name);
  if (!source) return source.error();
  return make_of(start, std::move(*source), std::move(settings));
}

Pool::Pool(std::shared_ptr<State> state) : state_(std::move(state)) {}

Pool::~Pool() {
  state_->close();
}

async::Awaitable<base::Result<std::vector<Rows>>> Pool::query_all(std::vector<Statement> statements,
                                                                  async::SteadyTime deadline) {
  const std::shared_ptr<State> state = state_;
  if (const auto valid = check(statements); !valid) co_return valid.error();
  bool repeatable = true;
  bool only_reads = true;
  for (const Statement& statement : statements) {
    repeatable = repeatable && statement.repeatable;
    only_reads = only_reads && statement.only_reads;
  }
  bool lost_before = false;
  for (int attempt = 1;; ++attempt) {
    auto lease = co_await state->borrow(deadline);
    if (!lease) co_return lost_before ? after_loss(lease.error(), *state) : lease.error();
    state->counts().statements += statements.size();
    Ended ended = co_await (*lease)->run(statements, deadline);
    if (ended.how == How::done) co_return std::move(ended.rows);
    // A server that was restarted is noticed by the first statement, at the latest.
    const bool repeats = ended.how == How::not_sent || (ended.how == How::lost && repeatable);
    if (repeats && attempt == 1) {
      lost_before = ended.how == How::lost && !only_reads;
      continue;
    }
    if (only_reads) co_return not_done(ended);
    base::Error error = perhaps_done(ended, *state);
    co_return lost_before ? after_loss(std::move(error), *state) : error;
  }
}

async::Awaitable<base::Result<Rows>> Pool::query(Statement statement, async::SteadyTime deadline) {
  std::vector<Statement> statements;
  statements.push_back(std::move(statement));
  auto all = co_await query_all(std::move(statements), deadline);
  if (!all) co_return all.error();
  co_return std::move(all->front());
}

async::Awaitable<base::Result<std::vector<Rows>>> Transaction::query_all(
    std::vector<Statement> statements) {
  if (const auto valid = check(statements); !valid) co_return valid.error();
  if (state_.failed) co_return *state_.failed;
  const bool begins = !state_.begun;
  if (begins) statements.insert(statements.begin(), state_.begin);
  state_.begun = true;
  state_.lender.counts().statements += statements.size();
  Ended ended = co_await state_.lease->run(statements, state_.deadline);
  if (ended.how != How::done) {
    state_.failed = not_done(ended);
    co_return *state_.failed;
  }
  if (begins) ended.rows.erase(ended.rows.begin());
  co_return std::move(ended.rows);
}

async::Awaitable<base::Result<Rows>> Transaction::query(Statement statement) {
  std::vector<Statement> statements;
  statements.push_back(std::move(statement));
  auto all = co_await query_all(std::move(statements));
  if (!all) co_return all.error();
  co_return std::move(all->front());
}

namespace {

async::Awaitable<base::Result<>> commit(TransactionState& state) {
  static const std::vector<Statement> kCommit{{"COMMIT"}};
  const Ended ended = co_await state.lease->run(kCommit, state.deadline);
  if (ended.how != How::done) co_return perhaps_done(ended, state.lender);
  if (ended.command != "COMMIT") {
    co_return base::Error{base::ErrorCode::refused, "the database has rolled the transaction back"};
  }
  co_return base::Result<>();
}

}  // namespace

async::Awaitable<base::Result<>> Pool::transaction(const Work& work, async::SteadyTime deadline,
                                                   TransactionOptions options) {
  const std::shared_ptr<State> pool = state_;
  for (int attempt = 1;; ++attempt) {
    auto lease = co_await pool->borrow(deadline);
    if (!lease) co_return lease.error();
    TransactionState state{*pool, std::move(*lease), deadline, begin_of(options)};
    Transaction transaction(state);
    base::Result<> done = co_await work(transaction);
    if (state.failed) {
      // Nothing that the work does after a failure can take it back.
      if (done) done = *state.failed;
    } else if (done && state.begun) {
      done = co_await commit(state);
    }
    if (done) co_return done;
    const bool conflict = is_conflict(sql_state(done.error()));
    if (!conflict || attempt >= options.attempts) co_return done;
  }
}

}  // namespace penstock::postgres
