#include "postgres/server_connection.h"

#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <utility>

#include "base/number_text.h"

namespace penstock::postgres {
namespace {

using How = Ended::How;

// Libpq keeps these bytes of an answer beyond its texts, and may have read so much ahead.
constexpr size_t kFieldBytes = sizeof(Field);
constexpr size_t kReadAheadMax = 1024 * 1024;

bool has_failed(const PGresult* result) {
  return PQresultStatus(result) == PGRES_FATAL_ERROR;
}

}  // namespace

Connection::Connection(boost::asio::io_context& io, Limits limits, log::Log& log)
    : io_(io), limits_(limits), log_(log), socket_(io.get_executor()), wake_(io) {}

Connection::~Connection() {
  if (socket_.is_open()) socket_.release();
}

void Connection::note(void* log, const PGresult* notice) {
  const ServerError said = ServerError::of(notice);
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const bool warns = severity != nullptr && std::string_view(severity) == "WARNING";
  log::Line(*static_cast<log::Log*>(log), warns ? log::Level::warning : log::Level::debug,
            "PostgreSQL has sent a notice")
      .field("sql_state", said.state);
}

async::Awaitable<base::Result<std::unique_ptr<Connection>>> Connection::open(
    boost::asio::io_context& io, const ServerUrl& url, Limits limits, log::Log& log,
    async::SteadyTime deadline) {
  auto places = co_await url.find(io, deadline);
  if (!places) co_return places.error();
  std::string problem;
  for (size_t i = 0; i < places->size(); ++i) {
    // One that hangs leaves time for the others.
    const auto left = deadline - std::chrono::steady_clock::now();
    const auto share = left / static_cast<int64_t>(places->size() - i);
    const async::SteadyTime until = async::at_most(deadline, share);
    std::unique_ptr<Connection> connection(new Connection(io, limits, log));
    const bool connected = co_await connection->connect(url, (*places)[i], until, problem);
    if (connected) co_return connection;
  }
  co_return base::Error{base::ErrorCode::unavailable, "the database cannot be reached",
                        url.redaction.shown(problem), true};
}

async::Awaitable<bool> Connection::connect(const ServerUrl& url, const Place& place,
                                           async::SteadyTime deadline, std::string& problem) {
  std::vector<const char*> keys;
  std::vector<const char*> values;
  const auto add = [&](const std::string& key, const char* value) {
    keys.push_back(key.c_str());
    values.push_back(value);
  };
  static const std::string kHost = "host";
  static const std::string kAddress = "hostaddr";
  static const std::string kPort = "port";
  if (!place.host.empty()) add(kHost, place.host.c_str());
  if (!place.address.empty()) add(kAddress, place.address.c_str());
  add(kPort, place.port.c_str());
  for (const auto& [key, value] : url.options) add(key, value.c_str());
  keys.push_back(nullptr);
  values.push_back(nullptr);
  handle_.reset(PQconnectStartParams(keys.data(), values.data(), 0));
  if (!handle_) throw std::bad_alloc();
  PQsetNoticeReceiver(handle_.get(), note, &log_);
  // Until a connection is made only its text has the SQLSTATE.
  PQsetErrorVerbosity(handle_.get(), PQERRORS_VERBOSE);
  PostgresPollingStatusType state =
      PQstatus(handle_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    // Libpq may go on with another socket, so this one is watched for one wait alone.
    socket_.assign(PQsocket(handle_.get()));
    wake_.reset();
    const auto wait = state == PGRES_POLLING_WRITING ? Socket::wait_write : Socket::wait_read;
    socket_.async_wait(wait, lifetime_.guard([this](const auto&) { wake_.set(); }));
    const bool in_time = co_await wake_.wait_until(deadline);
    socket_.release();
    if (!in_time) {
      problem = "no connection by the deadline";
      handle_.reset();
      co_return false;
    }
    state = PQconnectPoll(handle_.get());
  }
  PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
  if (state != PGRES_POLLING_OK || PQsetnonblocking(handle_.get(), 1) != 0 ||
      PQenterPipelineMode(handle_.get()) != 1) {
    problem = login_problem(PQerrorMessage(handle_.get()));
    co_return false;
  }
  socket_.assign(PQsocket(handle_.get()));
  co_return true;
}

bool Connection::usable() const {
  return handle_ && PQstatus(handle_.get()) == CONNECTION_OK && !spoilt_;
}

bool Connection::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(handle_.get());
  return status != PQTRANS_IDLE;
}

bool Connection::still_open() {
  if (!usable()) return false;
  char byte = 0;
  const ssize_t count = ::recv(PQsocket(handle_.get()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (count == 0) return false;
  // It is a notice, a session ticket, or the server's farewell, behind which the end may stand.
  for (int i = 0; i < 2; ++i) {
    if (PQconsumeInput(handle_.get()) == 0) return false;
    static_cast<void>(PQisBusy(handle_.get()));  // Takes notices out of the buffer.
  }
  return usable();
}

void Connection::watch_idle(std::function<void()> idle_end) {
  idle_end_ = std::move(idle_end);
  watch_reading();
}

void Connection::watch_reading() {
  if (reading_ || !socket_.is_open()) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read, lifetime_.guard([this](const boost::system::error_code&) {
    reading_ = false;
    arrived_ = true;
    if (busy() || !idle_end_) return wake_.set();
    if (still_open()) return watch_reading();
    const auto idle_end = std::exchange(idle_end_, nullptr);
    idle_end();
  }));
}

async::Awaitable<bool> Connection::ready(bool for_writing, async::SteadyTime deadline) {
  wake_.reset();
  if (arrived_) co_return true;
  watch_reading();
  if (for_writing && !writing_) {
    writing_ = true;
    auto written = [this](const boost::system::error_code&) {
      writing_ = false;
      wake_.set();
    };
    socket_.async_wait(Socket::wait_write, lifetime_.guard(std::move(written)));
  }
  co_return co_await wake_.wait_until(deadline);
}

bool Connection::send(const Statement& statement) {
  std::vector<const char*> values;
  values.reserve(statement.parameters.size());
  for (const Field& parameter : statement.parameters) {
    values.push_back(parameter ? parameter->c_str() : nullptr);
  }
  const auto count = static_cast<int>(values.size());
  auto known = prepared_.find(statement.sql);
  std::string name;
  if (known != prepared_.end()) {
    name = known->second;
  } else {
    for (const auto& [being, sql] : preparing_) {
      if (sql == statement.sql) name = being;
    }
  }
  if (name.empty() && prepared_.size() + preparing_.size() < limits_.prepared_max) {
    name = "penstock_" + std::to_string(++names_);
    if (PQsendPrepare(handle_.get(), name.c_str(), statement.sql.c_str(), count, nullptr) != 1) {
      return false;
    }
    preparing_.emplace(name, statement.sql);
    expected_.push_back({Expected::What::preparation, name});
  }
  const int sent = name.empty() ? PQsendQueryParams(handle_.get(), statement.sql.c_str(), count,
                                                    nullptr, values.data(), nullptr, nullptr, 0)
                                : PQsendQueryPrepared(handle_.get(), name.c_str(), count,
                                                      values.data(), nullptr, nullptr, 0);
  expected_.push_back({Expected::What::rows});
  return sent == 1;
}

bool Connection::send(std::span<const Statement> statements) {
  for (const Statement& statement : statements) {
    if (!send(statement)) return false;
  }
  expected_.push_back({Expected::What::end});
  return PQpipelineSync(handle_.get()) == 1;
}

async::Awaitable<Ended> Connection::run(std::span<const Statement> statements,
                                        async::SteadyTime deadline) {
  Ended ended;
  idle_end_ = nullptr;
  rows_bytes_ = 0;
  unshown_bytes_ = 0;
  if (!usable() || !send(statements)) {
    // Libpq may have sent a part, without the end that would make the server do it.
    ended.problem = one_line(PQerrorMessage(handle_.get()));
    ended.how = How::not_sent;
    expected_.clear();
    spoilt_ = true;
    co_return ended;
  }
  ended.rows.reserve(statements.size());
  while (!advance(ended)) {
    const bool in_time = co_await ready(unsent_, deadline);
    if (!in_time) {
      ended.how = How::late;
      break;
    }
  }
  co_return ended;
}

async::Awaitable<bool> Connection::drain(async::SteadyTime deadline) {
  Ended dropped;
  dropped.how = How::too_large;  // So that no row is kept.
  while (busy() && !advance(dropped)) {
    const bool in_time = co_await ready(unsent_, deadline);
    if (!in_time) co_return false;
  }
  co_return usable();
}

void Connection::lose(Ended& ended) {
  if (ended.problem.empty()) ended.problem = one_line(PQerrorMessage(handle_.get()));
  ended.how = How::lost;
  spoilt_ = true;
  expected_.clear();
  if (socket_.is_open()) socket_.release();  // libpq may have closed it.
}

void Connection::read_arrived() {
  if (!std::exchange(arrived_, false)) return;
  for (;;) {
    int waiting = 0;
    if (::ioctl(PQsocket(handle_.get()), FIONREAD, &waiting) == 0 && waiting > 0) {
      unshown_bytes_ += static_cast<size_t>(waiting);
    }
    if (PQconsumeInput(handle_.get()) == 0) return;
    // What OpenSSL has decrypted already does not make the socket readable.
    auto* tls = static_cast<SSL*>(PQsslStruct(handle_.get(), "OpenSSL"));
    if (tls == nullptr || SSL_pending(tls) == 0) return;
  }
}

bool Connection::advance(Ended& ended) {
  // If writing has failed, reading says why.
  unsent_ = PQflush(handle_.get()) == 1;
  read_arrived();
  int nothing = 0;
  while (!expected_.empty()) {
    if (expected_.front().what == Expected::What::rows && !std::exchange(rows_begun_, true)) {
      PQsetSingleRowMode(handle_.get());
    }
    if (PQstatus(handle_.get()) != CONNECTION_BAD && PQisBusy(handle_.get()) != 0) {
      if (unshown_bytes_ <= limits_.rows_bytes_max + kReadAheadMax) return false;
      ended.problem = "an answer is larger than rows_bytes_max";
      lose(ended);
      ended.how = How::too_large;
      return true;
    }
    const ResultHandle result(PQgetResult(handle_.get()));
    unshown_bytes_ = 0;
    if (result) {
      take(result.get(), ended);
      if (expected_.empty()) break;
    } else if (PQstatus(handle_.get()) == CONNECTION_BAD) {
      lose(ended);
    } else if (expected_.front().what != Expected::What::end) {
      expected_.pop_front();
      rows_begun_ = false;
    } else if (++nothing > 1) {
      return false;
    }  // After an error of the commit libpq has nothing, and then the end.
    if (ended.how == How::too_large && rows_bytes_ > limits_.rows_bytes_max) {
      rows_bytes_ = 0;
      return true;  // Stays busy: the pool drains it.
    }
  }
  return true;
}

void Connection::take(const PGresult* result, Ended& ended) {
  const ExecStatusType status = PQresultStatus(result);
  const Expected& expected = expected_.front();
  if (status == PGRES_PIPELINE_SYNC) {
    expected_.clear();
    rows_begun_ = false;
    preparing_.clear();
    return;
  }
  if (has_failed(result)) {
    ServerError error = ServerError::of(result);
    if (error.state.empty()) {
      if (PQstatus(handle_.get()) == CONNECTION_BAD) return lose(ended);
      error.state = "XX000";  // libpq has not understood the server.
      spoilt_ = true;
    }
    spoilt_ = spoilt_ || spoils_connection(error);
    if (error.fatal) {
      ended.problem = error.state + ": " + error.message;
      return lose(ended);
    }
    if (ended.how != How::done) return;
    ended.how = How::refused;
    ended.error = std::move(error);
    ended.rows.clear();
    return;
  }
  if (status == PGRES_PIPELINE_ABORTED) return;
  if (expected.what == Expected::What::preparation) {
    const auto being = preparing_.find(expected.name);
    if (being == preparing_.end()) return;
    prepared_.emplace(std::move(being->second), being->first);
    preparing_.erase(being);
    return;
  }
  if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
    // Libpq does not allow it in pipeline mode.
    ended.problem = "COPY is not supported";
    return lose(ended);
  }
  take_row(result, ended);
}

void Connection::take_row(const PGresult* result, Ended& ended) {
  if (ended.how != How::done) return;
  const bool more = PQresultStatus(result) == PGRES_SINGLE_TUPLE;
  // The first row of a statement begins its Rows, which the last result completes.
  const bool begun = !expected_.front().name.empty();
  if (!begun) {
    expected_.front().name = "rows";
    Rows& rows = ended.rows.emplace_back();
    const int columns = PQnfields(result);
    for (int column = 0; column < columns; ++column) {
      rows.columns.emplace_back(PQfname(result, column));
    }
  }
  Rows& rows = ended.rows.back();
  const int columns = PQnfields(result);
  for (int row = 0; row < PQntuples(result); ++row) {
    Row& fields = rows.rows.emplace_back();
    fields.reserve(static_cast<size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      const auto length = static_cast<size_t>(PQgetlength(result, row, column));
      rows_bytes_ += length + kFieldBytes;
      if (PQgetisnull(result, row, column) != 0) {
        fields.emplace_back();
      } else {
        fields.emplace_back(std::string(PQgetvalue(result, row, column), length));
      }
    }
  }
  if (rows_bytes_ > limits_.rows_bytes_max) {
    ended.how = How::too_large;
    ended.rows.clear();
    return;
  }
  if (more) return;
  ended.command = PQcmdStatus(const_cast<PGresult*>(result));
  const char* changed = PQcmdTuples(const_cast<PGresult*>(result));
  rows.changed =
      ended.command.starts_with("SELECT") ? 0 : base::whole_number<int64_t>(changed).value_or(0);
}

}  // namespace penstock::postgres
