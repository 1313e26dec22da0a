#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "async/awaitable.h"

namespace penstock::async {

// Something that happens once (or again, after reset), and that one coroutine at a time waits for.
// Belongs to the thread of its io_context.
class Latch {
 public:
  explicit Latch(boost::asio::io_context& io) : timer_(io) {}

  void set() {
    set_ = true;
    timer_.cancel();
  }
  void reset() { set_ = false; }
  [[nodiscard]] bool is_set() const { return set_; }

  // True as soon as it is set, false at the deadline or when another wait takes this one's place.
  Awaitable<bool> wait_until(std::chrono::steady_clock::time_point deadline) {
    if (set_) co_return true;
    timer_.expires_at(deadline);
    co_await timer_.async_wait(use_awaitable_tuple);  // set() cancels it.
    co_return set_;
  }
  Awaitable<bool> wait_for(std::chrono::steady_clock::duration time) {
    return wait_until(std::chrono::steady_clock::now() + time);
  }

 private:
  Timer timer_;
  bool set_ = false;
};

}  // namespace penstock::async
