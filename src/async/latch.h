#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "async/awaitable.h"

namespace penstock::async {

// Holds a flag that one coroutine at a time can wait for. It stays set until reset(). A latch
// belongs to the thread of its io_context, which must outlive it.
class Latch {
 public:
  explicit Latch(boost::asio::io_context& io) : timer_(io) {}

  // Sets the flag and wakes the waiting coroutine.
  void set() {
    set_ = true;
    timer_.cancel();
  }
  void reset() { set_ = false; }
  [[nodiscard]] bool is_set() const { return set_; }

  // Returns true as soon as the latch is set, and false at the deadline, or when another wait
  // replaces this one.
  Awaitable<bool> wait_until(std::chrono::steady_clock::time_point deadline) {
    if (set_) co_return true;
    timer_.expires_at(deadline);
    co_await timer_.async_wait(use_awaitable_tuple);  // set() cancels it.
    co_return set_;
  }
  // Does the same with a time-out, which counts from now.
  Awaitable<bool> wait_for(std::chrono::steady_clock::duration time) {
    return wait_until(std::chrono::steady_clock::now() + time);
  }

 private:
  Timer timer_;
  bool set_ = false;
};

}  // namespace penstock::async
