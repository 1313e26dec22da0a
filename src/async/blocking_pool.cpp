#include "async/blocking_pool.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace penstock::async {

namespace asio = boost::asio;
using base::Error;
using base::ErrorCode;

struct BlockingPool::Pool : std::enable_shared_from_this<Pool> {
  Pool(asio::io_context& of_handlers, Limits given) : io(of_handlers), limits(given) {}

  // Returns false if too many calls wait, or no thread can be had.
  [[nodiscard]] bool push(const std::shared_ptr<Job>& job) {
    const std::lock_guard lock(mutex);
    // Those for which a thread is idle, or can be started, do not have to wait.
    if (jobs.size() >= limits.waiting_max + (limits.threads - running)) return false;
    jobs.push_back(job);
    if (jobs.size() + running > threads.size() && !start_thread() && threads.empty()) {
      jobs.pop_back();
      return false;
    }
    wake.notify_one();
    return true;
  }

  // Takes a call back whose coroutine no longer waits. One that runs goes on.
  void give_up(const std::shared_ptr<Job>& job) {
    const std::lock_guard lock(mutex);
    const auto found = std::find(jobs.begin(), jobs.end(), job);
    if (found == jobs.end()) return;
    jobs.erase(found);
    job->drop();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      for (const auto& job : jobs) job->drop();
      jobs.clear();
    }
    wake.notify_all();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }

  bool start_thread() {
    if (threads.size() == limits.threads) return false;
    try {
      threads.emplace_back([this] { work(); });
      return true;
    } catch (const std::system_error&) {
      return false;  // The process or the system has too many.
    }
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [this] { return stopping || !jobs.empty(); });
      if (stopping) return;
      std::shared_ptr<Job> job = std::move(jobs.front());
      jobs.pop_front();
      ++running;
      lock.unlock();
      job->run();
      asio::post(io, [job = std::move(job)] {
        job->done = true;
        if (job->waiter != nullptr) job->waiter->cancel();
      });
      lock.lock();
      --running;
    }
  }

  asio::io_context& io;
  const Limits limits;
  std::mutex mutex;  // It guards what follows, but for the counts.
  std::condition_variable wake;
  std::deque<std::shared_ptr<Job>> jobs;  // Those that wait for a thread.
  std::vector<std::thread> threads;
  size_t running = 0;
  bool stopping = false;
  uint64_t refused = 0;
  uint64_t late = 0;
};

// Belongs to the coroutine that waits, and ends with it.
class BlockingPool::Waiting {
 public:
  Waiting(std::shared_ptr<Pool> pool, std::shared_ptr<Job> job, Timer& timer)
      : pool_(std::move(pool)), job_(std::move(job)) {
    job_->waiter = &timer;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    job_->waiter = nullptr;
    if (!job_->done) pool_->give_up(job_);
  }

 private:
  const std::shared_ptr<Pool> pool_;
  const std::shared_ptr<Job> job_;
};

BlockingPool::BlockingPool(asio::io_context& io, Limits limits)
    : pool_(std::make_shared<Pool>(io, limits)) {}

BlockingPool::~BlockingPool() {
  pool_->stop();
}

BlockingPool::Counts BlockingPool::counts() const {
  const std::lock_guard lock(pool_->mutex);
  return {.running = pool_->running,
          .waiting = pool_->jobs.size(),
          .refused = pool_->refused,
          .late = pool_->late};
}

Awaitable<base::Result<>> BlockingPool::wait(std::shared_ptr<Job> job, SteadyTime deadline) {
  const std::shared_ptr<Pool> pool = pool_;
  if (!pool->push(job)) {
    ++pool->refused;
    co_return Error{.code = ErrorCode::unavailable,
                    .message = "too many calls wait for a thread of the pool for blocking work",
                    .detail = std::to_string(pool->limits.waiting_max) + " may wait for " +
                              std::to_string(pool->limits.threads) + " threads",
                    .retryable = true};
  }
  Timer timer(pool->io.get_executor());
  const Waiting waiting(pool, job, timer);
  timer.expires_at(deadline);
  // The end of the work cancels it.
  const auto [error] = co_await timer.async_wait(use_awaitable_tuple);
  if (job->done) co_return base::Result<>();
  if (error) throw boost::system::system_error(asio::error::operation_aborted);
  ++pool->late;
  co_return Error{.code = ErrorCode::timed_out,
                  .message = "blocking work has no result by the deadline"};
}

}  // namespace penstock::async
