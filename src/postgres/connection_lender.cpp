#include "postgres/connection_lender.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "async/turn.h"

namespace penstock::postgres {

using std::chrono::steady_clock;

namespace {

// Says whether the server has refused the user or password, by SQLSTATE
// invalid_authorization_specification or invalid_password.
bool is_refused_login(const base::Error& error) {
  const std::string_view state = sql_state(error);
  return state == "28P01" || state == "28000";
}

base::Error no_connection(std::string detail) {
  return {base::ErrorCode::unavailable, "no connection to the database is free", std::move(detail),
          true};
}

}  // namespace

// Is a place in the queue for a connection. Whoever gives one sets either member.
class ConnectionLender::Waiting {
 public:
  explicit Waiting(ConnectionLender& lender)
      : lender_(lender),
        place_(lender.waiting_.insert(lender.waiting_.end(), this)),
        granted(lender.io_) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  // What was given and not taken goes to the next one.
  ~Waiting() {
    if (queued) lender_.waiting_.erase(place_);
    if (connection) lender_.give_back(std::move(connection));
    if (may_open) lender_.free_slot();
  }

 private:
  ConnectionLender& lender_;
  std::list<Waiting*>::iterator place_;

 public:
  bool queued = true;
  std::unique_ptr<Connection> connection = {};
  bool may_open = false;
  async::Latch granted;
};

// Counts as a connection until it is kept.
class ConnectionLender::Slot {
 public:
  explicit Slot(ConnectionLender& lender) : lender_(&lender) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    if (lender_ != nullptr) lender_->free_slot();
  }
  void keep() { lender_ = nullptr; }

 private:
  ConnectionLender* lender_;
};

ConnectionLender::ConnectionLender(boost::asio::io_context& io, log::Log& log,
                                   std::shared_ptr<UrlSource> url, Settings settings)
    : io_(io),
      log_(log),
      url_(std::move(url)),
      settings_(std::move(settings)),
      idle_timer_(io.get_executor()) {}

std::unique_ptr<Connection> ConnectionLender::take_idle() {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->still_open()) return connection;
    connection.reset();
    --total_;
  }
  return nullptr;
}

async::Awaitable<base::Result<std::unique_ptr<Connection>>> ConnectionLender::open(
    async::SteadyTime deadline) {
  const Connection::Limits limits{settings_.through_proxy ? 0 : settings_.prepared_max,
                                  settings_.rows_bytes_max};
  const std::shared_ptr<UrlSource> source = url_;
  auto found = co_await source->current(deadline);
  if (!found) co_return found.error();
  UrlSource::Shared url = std::move(*found);
  const async::SteadyTime until = async::at_most(deadline, settings_.connect_timeout);
  auto opened = co_await Connection::open(io_, *url, limits, log_, until);
  if (opened || !is_refused_login(opened.error())) co_return opened;
  url = co_await source->newer_than(url, deadline);
  if (!url) co_return opened;
  const async::SteadyTime again = async::at_most(deadline, settings_.connect_timeout);
  co_return co_await Connection::open(io_, *url, limits, log_, again);
}

async::Awaitable<base::Result<ConnectionLender::Lease>> ConnectionLender::borrow(
    async::SteadyTime deadline) {
  const std::shared_ptr<ConnectionLender> self = shared_from_this();
  if (closed_) co_return no_connection("the pool is closed");
  if (waiting_.empty()) {
    if (auto idle = take_idle()) co_return Lease(self, std::move(idle));
  }
  if (total_ >= settings_.connections_max) {
    if (waiting_.size() >= settings_.waiting_max) {
      ++counts_.timeouts;
      co_return no_connection("too many calls wait for one (waiting_max)");
    }
    Waiting place(*this);
    const bool granted = co_await place.granted.wait_until(async::turn_by(deadline));
    if (closed_) co_return no_connection("the pool is closed");
    if (place.connection) co_return Lease(self, std::move(place.connection));
    if (!granted || !place.may_open) {
      ++counts_.timeouts;
      co_return no_connection("all connections_max are in use, and none has become free in time");
    }
    place.may_open = false;
  } else {
    ++total_;
  }
  Slot slot(*this);
  auto opened = co_await open(deadline);
  if (!opened) {
    ++counts_.failed;
    problem_ = opened.error().message;
    co_return opened.error();
  }
  if (closed_) co_return no_connection("the pool is closed");
  ++counts_.opened;
  problem_.clear();
  slot.keep();
  co_return Lease(self, std::move(*opened));
}

void ConnectionLender::free_slot() {
  if (!waiting_.empty() && !closed_) {
    Waiting& next = *waiting_.front();
    waiting_.pop_front();
    next.queued = false;
    next.may_open = true;
    next.granted.set();
    return;
  }
  --total_;
}

void ConnectionLender::give_back(std::unique_ptr<Connection> connection) {
  if (closed_ || !connection->usable()) {
    connection.reset();
    return free_slot();
  }
  if (connection->busy() || connection->in_transaction()) {
    boost::asio::co_spawn(io_.get_executor(), mend(shared_from_this(), std::move(connection)),
                          boost::asio::detached);
    return;
  }
  keep(std::move(connection));
}

void ConnectionLender::keep(std::unique_ptr<Connection> connection) {
  if (!waiting_.empty()) {
    Waiting& next = *waiting_.front();
    waiting_.pop_front();
    next.queued = false;
    next.connection = std::move(connection);
    next.granted.set();
    return;
  }
  connection->idle_since = steady_clock::now();
  Connection* const kept = connection.get();
  idle_.push_back(std::move(connection));
  kept->watch_idle([this, kept] {
    const auto found = std::find_if(idle_.begin(), idle_.end(),
                                    [&](const auto& idle) { return idle.get() == kept; });
    if (found == idle_.end()) return;
    const std::unique_ptr<Connection> ended = std::move(*found);
    idle_.erase(found);
    free_slot();
  });
  close_idle();
}

async::Awaitable<> ConnectionLender::mend(
    [[maybe_unused]] std::shared_ptr<ConnectionLender> self,  // Lives as long as the coroutine.
    std::unique_ptr<Connection> connection) {
  static const std::vector<Statement> kRollback{{"ROLLBACK"}};
  Slot slot(*this);
  const async::SteadyTime deadline = steady_clock::now() + kMendingMax;
  bool clean = co_await connection->drain(deadline);
  if (clean && connection->in_transaction()) {
    const Ended ended = co_await connection->run(kRollback, deadline);
    clean = ended.how == Ended::How::done && connection->usable() && !connection->in_transaction();
  }
  if (clean && !closed_) {
    slot.keep();
    keep(std::move(connection));
    co_return;
  }
  const bool at_work = connection->busy();
  connection.reset();
  if (!at_work || closed_) co_return;
  ++counts_.abandoned;
  async::Timer timer(io_.get_executor());
  timer.expires_after(kServerNotices);
  co_await timer.async_wait(async::use_awaitable_tuple);
}

void ConnectionLender::close_idle() {
  const auto old = steady_clock::now() - settings_.idle_time;
  while (!idle_.empty() && idle_.front()->idle_since <= old) {
    idle_.erase(idle_.begin());
    free_slot();
  }
  if (idle_.empty() || idle_timer_runs_ || closed_) return;
  idle_timer_runs_ = true;
  idle_timer_.expires_at(idle_.front()->idle_since + settings_.idle_time);
  idle_timer_.async_wait(lifetime_.guard([this](const boost::system::error_code& cancelled) {
    idle_timer_runs_ = false;
    if (!cancelled) close_idle();
  }));
}

void ConnectionLender::close() {
  closed_ = true;
  total_ -= idle_.size();
  idle_.clear();
  idle_timer_.cancel();
  for (Waiting* waiting : waiting_) waiting->granted.set();
}

std::string ConnectionLender::problem() const {
  return total_ == 0 || idle_.empty() ? problem_ : "";
}

void ConnectionLender::write_metrics(std::string& out) const {
  const std::string pool = "{db_client_connection_pool_name=\"" + settings_.name + "\"";
  const auto write = [&](std::string_view name, std::string_view type, std::string_view help,
                         uint64_t value) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
    out.append(name).append(pool).append("} ").append(std::to_string(value)).append("\n");
  };
  constexpr std::string_view kConnections = "db_client_connection_count";
  out.append("# HELP ").append(kConnections).append(" Connections to the database.\n# TYPE ");
  out.append(kConnections).append(" gauge\n");
  const auto state = [&](std::string_view name, size_t value) {
    out.append(kConnections).append(pool).append(",db_client_connection_state=\"").append(name);
    out.append("\"} ").append(std::to_string(value)).append("\n");
  };
  state("idle", idle_.size());
  state("used", total_ - idle_.size());
  write("db_client_connection_max", "gauge", "Connections that the pool may have.",
        settings_.connections_max);
  write("db_client_connection_pending_requests", "gauge", "Calls that wait for a connection.",
        waiting_.size());
  write("db_client_connection_timeouts_total", "counter", "Calls that have not got a connection.",
        counts_.timeouts);
  write("penstock_postgres_connections_opened_total", "counter", "Connections that were opened.",
        counts_.opened);
  write("penstock_postgres_connections_failed_total", "counter",
        "Attempts to connect that have failed.", counts_.failed);
  write("penstock_postgres_connections_abandoned_total", "counter",
        "Connections that were closed while the server was at a statement.", counts_.abandoned);
  write("penstock_postgres_statements_total", "counter", "Statements that were sent.",
        counts_.statements);
  write("penstock_postgres_unknown_total", "counter",
        "Statements and transactions whose outcome is unknown.", counts_.unknown);
}

}  // namespace penstock::postgres
