#include "upstream/connection_pool.h"

#include <algorithm>
#include <string>
#include <utility>

#include "async/turn.h"

namespace penstock::upstream {

using base::Error;
using base::ErrorCode;
using base::Result;
using Clock = async::SteadyTime::clock;

// Is one coroutine that waits. Who releases a place gives it to the first waiter; one that ends
// before it could take its place passes it on.
struct ConnectionPool::Waiter {
  Waiter(ConnectionPool& owner, boost::asio::io_context& io)
      : pool(owner), latch(io), at(owner.waiting_.insert(owner.waiting_.end(), this)) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (!granted) {
      pool.waiting_.erase(at);
    } else if (!taken) {
      pool.release();
    }
  }

  ConnectionPool& pool;
  async::Latch latch;
  std::list<Waiter*>::iterator at;  // Valid until it is granted.
  bool granted = false;
  bool taken = false;
};

ConnectionPool::ConnectionPool(boost::asio::io_context& io, Limits limits)
    : io_(io), limits_(limits), idle_timer_(io.get_executor()) {}

ConnectionPool::Place::~Place() {
  if (!pool_) return;  // Moved away.
  connection.reset();
  pool_->release();
}

void ConnectionPool::Place::keep() {
  auto& pool = *pool_;
  if (pool.stopped_ || pool.idle_.size() >= pool.limits_.idle_max) return;
  connection->idle_since = Clock::now();
  pool.idle_.push_back(std::move(connection));
  pool.close_old();
}

async::Awaitable<Result<ConnectionPool::Place>> ConnectionPool::place(async::SteadyTime deadline) {
  const auto self = shared_from_this();
  if (active_ >= limits_.connections_max) {
    if (waiting_.size() >= limits_.waiting_max) {
      co_return Error{ErrorCode::unavailable, "has too many requests that wait for a connection",
                      std::to_string(waiting_.size()) + " wait", true};
    }
    Waiter waiter(*this, io_);
    const async::SteadyTime end = async::turn_by(deadline);
    while (!waiter.granted) {
      const bool woken = co_await waiter.latch.wait_until(end);
      if (!woken && Clock::now() >= end) {
        co_return Error{
            ErrorCode::unavailable, "was not asked: no connection has become free in time",
            "all " + std::to_string(limits_.connections_max) + " of connections_max are in use",
            true};
      }
    }
    waiter.taken = true;
  } else {
    ++active_;
  }
  Place place(self);
  place.connection = take_idle();
  co_return std::move(place);
}

std::unique_ptr<KeptConnection> ConnectionPool::take_idle() {
  const auto oldest = Clock::now() - limits_.idle_time;
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->idle_since > oldest && !connection->is_stale()) return connection;
  }
  return nullptr;
}

void ConnectionPool::release() {
  if (waiting_.empty()) {
    --active_;
    return;
  }
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  next->granted = true;
  next->latch.set();
}

// Closes what was kept for too long or has been closed by the other side, and comes again as long
// as there is something.
void ConnectionPool::close_old() {
  if (idle_timer_runs_ || idle_.empty()) return;
  idle_timer_runs_ = true;
  idle_timer_.expires_after(
      std::max<std::chrono::milliseconds>(limits_.idle_time / 4, std::chrono::milliseconds(10)));
  idle_timer_.async_wait(lifetime_.guard([this](const boost::system::error_code&) {
    idle_timer_runs_ = false;
    if (stopped_) return;
    const auto oldest = Clock::now() - limits_.idle_time;
    std::erase_if(idle_, [&](const auto& connection) {
      return connection->idle_since <= oldest || connection->is_stale();
    });
    close_old();
  }));
}

void ConnectionPool::stop() {
  stopped_ = true;
  idle_.clear();
  idle_timer_.cancel();
}

}  // namespace penstock::upstream
