#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "http/awaitable.h"

namespace penstock::local {

// Something that happens once (or again, after reset), and that one coroutine at a time waits for. Belongs to
// the thread of its io_context.
class Event {
 public:
  explicit Event(boost::asio::io_context& io) : timer_(io) {}

  void set() {
    set_ = true;
    timer_.cancel();
  }
  void reset() { set_ = false; }
  [[nodiscard]] bool is_set() const { return set_; }

  // True as soon as it is set, false at the deadline or when another wait takes this one's place.
  http::Awaitable<bool> wait_until(std::chrono::steady_clock::time_point deadline) {
    if (set_) co_return true;
    timer_.expires_at(deadline);
    boost::system::error_code ignored;  // Cancelled: that is how set() wakes us.
    co_await timer_.async_wait(boost::asio::redirect_error(http::use_awaitable, ignored));
    co_return set_;
  }
  http::Awaitable<bool> wait_for(std::chrono::steady_clock::duration time) {
    return wait_until(std::chrono::steady_clock::now() + time);
  }

 private:
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, http::Executor>
      timer_;
  bool set_ = false;
};

}  // namespace penstock::local
