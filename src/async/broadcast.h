#pragma once

#include <boost/asio/io_context.hpp>
#include <list>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "async/latch.h"

namespace penstock::async {

// Wakes all coroutines that wait for the same thing. It belongs to the thread of its io_context,
// and must outlive those that wait.
class Broadcast {
 public:
  explicit Broadcast(boost::asio::io_context& io) : io_(io) {}
  Broadcast(const Broadcast&) = delete;
  Broadcast& operator=(const Broadcast&) = delete;

  // Returns true at the next wake_all(), and false at the deadline.
  Awaitable<bool> wait_until(SteadyTime deadline) {
    Latch latch(io_);
    const Place place(waiting_, latch);
    co_return co_await latch.wait_until(deadline);
  }
  void wake_all() {
    for (Latch* latch : waiting_) latch->set();
  }
  // Returns how many coroutines wait.
  [[nodiscard]] size_t size() const { return waiting_.size(); }

 private:
  using Waiting = std::list<Latch*>;
  class Place {
   public:
    Place(Waiting& waiting, Latch& latch)
        : waiting_(waiting), at_(waiting.insert(waiting.end(), &latch)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { waiting_.erase(at_); }

   private:
    Waiting& waiting_;
    Waiting::iterator at_;
  };

  boost::asio::io_context& io_;
  Waiting waiting_;
};

}  // namespace penstock::async
