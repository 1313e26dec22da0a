#include "local/mapping/work_thread.h"

#include <utility>

namespace penstock::local {

WorkThread::~WorkThread() {
  stop_.request_stop();
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_one();
}

void WorkThread::start(Work work) {
  stop_ = std::stop_source();
  if (!thread_.joinable()) thread_ = std::jthread([this] { run(); });
  has_ended_.store(false, std::memory_order_relaxed);
  {
    const std::lock_guard lock(mutex_);
    work_ = [work = std::move(work), token = stop_.get_token()] { work(token); };
  }
  changed_.notify_one();
}

void WorkThread::run() {
  while (true) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return is_over_ || work_ != nullptr; });
      if (work_ == nullptr) return;
      work = std::exchange(work_, nullptr);
    }
    work();
    work = nullptr;  // Whatever it holds is free before the next one begins.
    has_ended_.store(true, std::memory_order_release);
    ended_();
  }
}

}  // namespace penstock::local
