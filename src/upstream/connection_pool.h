#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "upstream/kept_connection.h"

namespace penstock::upstream {

// Hands out the places for connections of one upstream, with a kept connection where there is one.
// Those who wait for a place get one in the order in which they came.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
 public:
  struct Limits {
    size_t connections_max;
    size_t waiting_max;
    size_t idle_max;
    std::chrono::milliseconds idle_time;
  };

  ConnectionPool(boost::asio::io_context& io, Limits limits);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // Is one place. Its connection is closed with it, unless it was given back by keep().
  class Place {
   public:
    explicit Place(std::shared_ptr<ConnectionPool> pool) : pool_(std::move(pool)) {}
    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place();

    // Keeps the connection for a next request, if there is room.
    void keep();

    std::unique_ptr<KeptConnection> connection;  // Null if one must be made.

   private:
    std::shared_ptr<ConnectionPool> pool_;
  };

  // Waits for a place until shortly before the deadline (async::turn_by()). Fails with
  // `unavailable` if none has become free, or if too many wait already; the message is a predicate
  // of the upstream, and the error is retryable, since nothing was sent.
  [[nodiscard]] async::Awaitable<base::Result<Place>> place(async::SteadyTime deadline);

  // Closes the kept connections, and keeps none from now on.
  void stop();

  [[nodiscard]] size_t active() const { return active_; }
  [[nodiscard]] size_t idle() const { return idle_.size(); }
  [[nodiscard]] size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiter;

  std::unique_ptr<KeptConnection> take_idle();
  void release();
  void close_old();

  boost::asio::io_context& io_;
  const Limits limits_;
  size_t active_ = 0;  // Places that are handed out.
  std::list<Waiter*> waiting_;
  std::vector<std::unique_ptr<KeptConnection>> idle_;  // The one used last is at the end.
  async::Timer idle_timer_;
  bool idle_timer_runs_ = false;
  bool stopped_ = false;
  async::Lifetime lifetime_;
};

}  // namespace penstock::upstream
