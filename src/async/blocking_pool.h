#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

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

  BlockingPool(boost::asio::io_context& io, Limits limits);
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;
  // Drops what waits, and waits for what runs.
  ~BlockingPool();

  // Runs `work()` on a thread of the pool, and returns its result; what it throws is thrown again.
  // Fails with `unavailable`, which is retryable, if too many calls wait, and with `timed_out` at
  // the deadline, or as a cancelled coroutine ends (async/awaitable.h). Work that has not begun by
  // then never runs; work that has begun goes on, and its result is dropped. So it must own all
  // that it uses.
  template <class Work>
  [[nodiscard]] Awaitable<base::Result<std::invoke_result_t<Work&>>> run(Work work,
                                                                         SteadyTime deadline);

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace penstock::async
