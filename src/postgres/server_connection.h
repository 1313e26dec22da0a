#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "log/log.h"
#include "postgres/libpq.h"
#include "postgres/rows.h"
#include "postgres/server_error.h"
#include "postgres/server_url.h"

namespace penstock::postgres {

// Is what became of statements that were sent together.
struct Ended {
  enum class How {
    done,       // The server has done them.
    not_sent,   // The server has got nothing.
    lost,       // The connection has ended, or the server's session: they may have been done.
    late,       // The deadline has passed: they may be done now or later.
    refused,    // The server has refused one of them: none was done.
    too_large,  // The rows are too many: they may have been done.
  };

  How how = How::done;
  std::vector<Rows> rows = {};  // Of each statement, if they were done.
  std::string command = {};     // What the last one has done, such as "COMMIT" or "INSERT 0 1".
  ServerError error = {};
  std::string problem = {};  // Of the connection, for the log.
};

// Is one connection to a server, by libpq in pipeline mode and without its calls that block. It
// belongs to the thread of its io_context.
class Connection {
 public:
  // Says how many different texts are prepared. Further ones are parsed by the server each time.
  struct Limits {
    size_t prepared_max = 256;
    size_t rows_bytes_max = 0;
  };

  // Connects to the first place that answers. Fails with `unavailable`. `url` and `log` must
  // outlive the call, `log` the connection, too.
  [[nodiscard]] static async::Awaitable<base::Result<std::unique_ptr<Connection>>> open(
      boost::asio::io_context& io, const ServerUrl& url, Limits limits, log::Log& log,
      async::SteadyTime deadline);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  // Ends the connection; the server may still be at a statement.
  ~Connection();

  // Sends the statements together and waits for all results. Outside of a transaction they are one:
  // all are done or none. Must not be called while busy(). If it ends late, as too large, or if its
  // coroutine is cancelled, the connection stays busy until drain() has ended.
  [[nodiscard]] async::Awaitable<Ended> run(std::span<const Statement> statements,
                                            async::SteadyTime deadline);
  // Waits for what the server still has to say, and drops it. Returns false at the deadline, and if
  // the connection has ended.
  [[nodiscard]] async::Awaitable<bool> drain(async::SteadyTime deadline);

  // Says whether answers of the server are still to come.
  [[nodiscard]] bool busy() const { return !expected_.empty(); }
  // Says whether it can be used again: it is open, and nothing spoke against it.
  [[nodiscard]] bool usable() const;
  [[nodiscard]] bool in_transaction() const;
  // Looks whether the server has ended the idle connection. Costs a system call.
  [[nodiscard]] bool still_open();

  // `idle_end` is called when the server has ended the connection while nobody used it. It may
  // destroy the connection.
  void watch_idle(std::function<void()> idle_end);

  std::chrono::steady_clock::time_point idle_since = {};

 private:
  struct Expected {
    enum class What { preparation, rows, end } what;
    std::string name = {};  // Of the text that is being prepared.
  };

  Connection(boost::asio::io_context& io, Limits limits, log::Log& log);

  async::Awaitable<bool> connect(const ServerUrl& url, const Place& place,
                                 async::SteadyTime deadline, std::string& problem);
  async::Awaitable<bool> ready(bool for_writing, async::SteadyTime deadline);
  void watch_reading();
  void read_arrived();
  [[nodiscard]] bool send(std::span<const Statement> statements);
  [[nodiscard]] bool send(const Statement& statement);
  // Writes and reads what is possible now. Returns true when all answers have come, or none will.
  [[nodiscard]] bool advance(Ended& ended);
  void take(const PGresult* result, Ended& ended);
  void take_row(const PGresult* result, Ended& ended);
  void lose(Ended& ended);
  static void note(void* log, const PGresult* notice);

  using Socket = boost::asio::posix::basic_stream_descriptor<async::Executor>;

  boost::asio::io_context& io_;
  const Limits limits_;
  log::Log& log_;
  ConnectionHandle handle_;
  Socket socket_;  // Is borrowed from libpq, which closes it.
  async::Latch wake_;
  bool reading_ = false;  // Somebody waits until the socket can be read.
  bool writing_ = false;
  bool unsent_ = false;   // libpq has bytes that the socket did not take.
  bool arrived_ = false;  // The socket could be read since advance() has looked.
  bool spoilt_ = false;
  std::deque<Expected> expected_ = {};
  bool rows_begun_ = false;   // The first of `expected_` comes row by row.
  size_t rows_bytes_ = 0;     // Of this run.
  size_t unshown_bytes_ = 0;  // Arrived since libpq has shown a result.
  std::unordered_map<std::string, std::string> prepared_ = {};   // Names by texts.
  std::unordered_map<std::string, std::string> preparing_ = {};  // Texts by names.
  uint64_t names_ = 0;
  std::function<void()> idle_end_ = {};
  const async::Lifetime lifetime_ = {};
};

}  // namespace penstock::postgres
