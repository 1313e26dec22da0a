#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"

namespace penstock::async {

// Runs what blocks, such as a library without an asynchronous interface, on a few threads of its
// own, so that the thread of the handlers goes on. All functions but those of the work itself are
// for the thread of the io_context, which must outlive the pool.
class BlockingPool {
 public:
  struct Limits {
    size_t threads = 4;        // They are started when they are needed.
    size_t waiting_max = 256;  // So many calls may wait for a thread. A further one fails at once.
  };

  // Counts calls.
  struct Counts {
    size_t running = 0;  // They have a thread now.
    size_t waiting = 0;  // They wait for one now.
    uint64_t refused = 0;
    uint64_t late = 0;  // They had no result by their deadline.
  };

  BlockingPool(boost::asio::io_context& io, Limits limits);
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;
  // Drops what waits, and waits for what runs.
  ~BlockingPool();

  // Runs `work()` on a thread of the pool, and returns its result; what it throws is thrown again.
  // Fails with `unavailable`, which is retryable, if too many calls wait, and with `timed_out` at
  // the deadline. If the coroutine is cancelled, it throws boost::system::system_error with
  // operation_aborted. Work that has not begun by then never runs; work that has begun goes on, and
  // its result is dropped. So it must own all that it uses.
  template <class Work>
  [[nodiscard]] Awaitable<base::Result<std::invoke_result_t<Work&>>> run(Work work,
                                                                         SteadyTime deadline) {
    auto job = std::make_shared<JobOf<Work>>(std::move(work));
    const base::Result<> ended = co_await wait(job, deadline);
    if (!ended) co_return ended.error();
    if (job->failure) std::rethrow_exception(job->failure);
    if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
      co_return base::Result<>();
    } else {
      co_return std::move(*job->result);
    }
  }

  [[nodiscard]] Counts counts() const;

 private:
  // Is one call, which its coroutine and the pool share.
  struct Job {
    virtual ~Job() = default;
    // Runs the work, and frees it. Does not throw what the work throws.
    virtual void run() = 0;
    // Frees the work without running it.
    virtual void drop() = 0;

    std::exception_ptr failure = {};
    bool done = false;        // For the thread of the io_context.
    Timer* waiter = nullptr;  // What the coroutine waits for; for the same thread.
  };

  template <class Work>
  struct JobOf final : Job {
    explicit JobOf(Work given) : work(std::move(given)) {}
    void run() override {
      try {
        if constexpr (std::is_void_v<Result>) {
          (*work)();
        } else {
          result.emplace((*work)());
        }
        work.reset();
      } catch (...) {
        failure = std::current_exception();
      }
    }
    void drop() override { work.reset(); }

    using Result = std::invoke_result_t<Work&>;
    std::optional<Work> work;
    std::optional<std::conditional_t<std::is_void_v<Result>, std::monostate, Result>> result;
  };

  struct Pool;
  class Waiting;
  Awaitable<base::Result<>> wait(std::shared_ptr<Job> job, SteadyTime deadline);

  std::shared_ptr<Pool> pool_;  // Coroutines that are destroyed after the pool have it, too.
};

}  // namespace penstock::async
