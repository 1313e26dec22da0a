#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "log/log.h"
#include "postgres/database_url.h"
#include "postgres/pool.h"
#include "postgres/server_connection.h"

namespace penstock::postgres {

// Lends the connections of a pool. Is shared by the pool, its leases, and the coroutines that mend
// connections.
class ConnectionLender : public std::enable_shared_from_this<ConnectionLender> {
 public:
  // The server may need this long to answer a statement that nobody waits for any more.
  static constexpr std::chrono::milliseconds kMendingMax{1'000};
  // A server notices within this time that a client is gone (client_connection_check_interval, one
  // second), and ends its statement.
  static constexpr std::chrono::milliseconds kServerNotices{1'500};

  // Counts for the metrics.
  struct Counts {
    uint64_t opened = 0;
    uint64_t failed = 0;     // Connections that could not be opened.
    uint64_t timeouts = 0;   // Calls that have waited in vain.
    uint64_t abandoned = 0;  // Connections that were closed while the server was at a statement.
    uint64_t statements = 0;
    uint64_t unknown = 0;  // Statements and transactions whose outcome nobody knows.
  };

  // Is a connection on loan, which goes back at the end.
  class Lease {
   public:
    Lease(std::shared_ptr<ConnectionLender> lender, std::unique_ptr<Connection> connection)
        : lender_(std::move(lender)), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) = delete;
    ~Lease() {
      if (connection_) lender_->give_back(std::move(connection_));
    }
    [[nodiscard]] Connection& operator*() const { return *connection_; }
    [[nodiscard]] Connection* operator->() const { return connection_.get(); }

   private:
    std::shared_ptr<ConnectionLender> lender_;
    std::unique_ptr<Connection> connection_;
  };

  ConnectionLender(boost::asio::io_context& io, log::Log& log, std::shared_ptr<UrlSource> url,
                   Settings settings);

  // Returns an idle connection, or opens one, or waits for one until shortly before the deadline
  // (async::turn_by()). Fails with `unavailable`.
  [[nodiscard]] async::Awaitable<base::Result<Lease>> borrow(async::SteadyTime deadline);
  // Closes what is idle now, and everything else when it is given back.
  void close();

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] Counts& counts() { return counts_; }
  void write_metrics(std::string& out) const;
  // Returns why the database cannot be used, or an empty text.
  [[nodiscard]] std::string problem() const;

 private:
  class Waiting;
  class Slot;

  // Opens a connection, by another URL if the server refuses the password.
  [[nodiscard]] async::Awaitable<base::Result<std::unique_ptr<Connection>>> open(
      async::SteadyTime deadline);
  void give_back(std::unique_ptr<Connection> connection);
  void keep(std::unique_ptr<Connection> connection);
  void free_slot();
  [[nodiscard]] std::unique_ptr<Connection> take_idle();
  async::Awaitable<> mend(std::shared_ptr<ConnectionLender> self,
                          std::unique_ptr<Connection> connection);
  void close_idle();

  boost::asio::io_context& io_;
  log::Log& log_;
  const std::shared_ptr<UrlSource> url_;
  const Settings settings_;
  size_t total_ = 0;  // Connections that are open, being opened, or being ended by the server.
  std::vector<std::unique_ptr<Connection>> idle_ = {};  // The last one was used last.
  std::list<Waiting*> waiting_ = {};                    // The first one has waited longest.
  bool closed_ = false;
  std::string problem_ = {};  // Of the last attempt to connect.
  Counts counts_ = {};
  async::Timer idle_timer_;
  bool idle_timer_runs_ = false;
  const async::Lifetime lifetime_ = {};
};

}  // namespace penstock::postgres
