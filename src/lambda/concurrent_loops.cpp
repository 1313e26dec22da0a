#include "lambda/concurrent_loops.h"

#include <string>
#include <system_error>
#include <utility>

#include "base/caught_text.h"

namespace penstock::lambda {

base::Result<std::unique_ptr<ConcurrentLoops>> ConcurrentLoops::start(std::vector<Loop> loops) {
  std::unique_ptr<ConcurrentLoops> all(new ConcurrentLoops());
  const size_t count = loops.size();
  try {
    for (Loop& loop : loops) {
      all->threads_.emplace_back([self = all.get(), loop = std::move(loop)] { self->run(loop); });
    }
  } catch (const std::system_error& error) {
    all->set(Start::fails);
    return base::Error{base::ErrorCode::internal,
                       "cannot start " + std::to_string(count) + " threads", error.what()};
  }
  all->set(Start::goes);
  return all;
}

void ConcurrentLoops::set(Start start) {
  const std::lock_guard lock(mutex_);
  start_ = start;
  changed_.notify_all();
}

void ConcurrentLoops::run(const Loop& loop) {
  {
    // No loop may ask for an invocation before it is sure that all can.
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return start_ != Start::waits; });
    if (start_ == Start::fails) return;
  }
  base::Error end;
  try {
    end = loop();
  } catch (...) {
    end = {base::ErrorCode::internal, base::caught_text()};
  }
  const std::lock_guard lock(mutex_);
  if (!first_end_) first_end_ = std::move(end);
  changed_.notify_all();
}

base::Error ConcurrentLoops::first_end() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return first_end_.has_value(); });
  return *first_end_;
}

}  // namespace penstock::lambda
