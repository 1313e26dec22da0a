#pragma once

#include <boost/asio/io_context.hpp>
#include <list>
#include <memory>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "base/time_text.h"

namespace penstock::auth {

// Holds the coroutines that wait for one answer. It belongs to the thread of its io_context. All
// that still wait at its end are given false.
class Waiters {
 public:
  explicit Waiters(boost::asio::io_context& io) : io_(io) {}
  Waiters(const Waiters&) = delete;
  Waiters& operator=(const Waiters&) = delete;
  ~Waiters() {
    for (Waiter* waiter : list_) waiter->timer.cancel();
  }

  [[nodiscard]] size_t size() const { return list_.size(); }
  // Returns what wake() says, or false at the deadline.
  [[nodiscard]] async::Awaitable<bool> wait(base::SteadyTime deadline) {
    Waiter waiter(*this);
    waiter.timer.expires_at(deadline);
    co_await waiter.timer.async_wait(async::use_awaitable_tuple);
    co_return waiter.good;
  }
  // Wakes all that wait now.
  void wake(bool good) {
    for (Waiter* waiter : list_) {
      waiter->good = good;
      waiter->timer.cancel();
    }
  }

 private:
  // Is in the list as long as its coroutine waits.
  struct Waiter {
    explicit Waiter(Waiters& waiters)
        : timer(waiters.io_),
          owner(waiters),
          lives(waiters.lifetime_.watch()),
          place(waiters.list_.insert(waiters.list_.end(), this)) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      if (!lives.expired()) owner.list_.erase(place);
    }

    async::Timer timer;
    bool good = false;
    Waiters& owner;
    std::weak_ptr<const bool> lives;
    std::list<Waiter*>::iterator place;
  };

  boost::asio::io_context& io_;
  std::list<Waiter*> list_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::auth
