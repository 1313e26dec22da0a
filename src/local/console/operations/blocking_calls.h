#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <utility>

#include "async/awaitable.h"
#include "async/latch.h"
#include "base/result.h"
#include "local/processes/run_on_thread.h"

namespace penstock::local {

// Runs calls that block on threads of their own, only so many at a time; the others wait in their
// order. All calls are for the io_context's thread.
class BlockingCalls {
 public:
  // A call that has waited so long is given up.
  static constexpr std::chrono::seconds kPatience{30};
  static constexpr size_t kWaitingMax = 32;

  // When a stop is requested on `stop`, the calls get it, and those that wait end. `io` must
  // outlive the object, which must outlive the calls.
  BlockingCalls(boost::asio::io_context& io, std::stop_token stop, size_t running_max)
      : io_(io), stop_(std::move(stop)), free_(running_max) {}
  BlockingCalls(const BlockingCalls&) = delete;
  BlockingCalls& operator=(const BlockingCalls&) = delete;

  // Runs `work`, as run_on_thread() does, and returns its result. The error is `unavailable` if it
  // was not run, because too many calls wait or because they take too long. `work` must be a
  // variable that is moved: g++ 12 destroys a temporary of an expression with co_await twice.
  template <class T>
  async::Awaitable<base::Result<T>> run(std::function<base::Result<T>(std::stop_token)> work) {
    const bool may_run = co_await enter();
    if (!may_run) {
      co_return base::Error{.code = base::ErrorCode::unavailable,
                            .message = "other calls of the console take too long; try it again",
                            .retryable = true};
    }
    const Place place(*this);
    co_return co_await run_on_thread<base::Result<T>>(io_, stop_, work);
  }

 private:
  // Holds a place among the calls that run, and passes it on.
  class Place {
   public:
    explicit Place(BlockingCalls& calls) : calls_(calls) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { calls_.leave(); }

   private:
    BlockingCalls& calls_;
  };

  // Waits for a place among the calls that run. Returns false if there is none.
  async::Awaitable<bool> enter();
  void leave();

  boost::asio::io_context& io_;
  const std::stop_token stop_;
  size_t free_;
  std::list<std::shared_ptr<async::Latch>> waiting_;  // The next one is the first.
};

}  // namespace penstock::local
