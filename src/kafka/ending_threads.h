#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <thread>

namespace penstock::kafka {

// Runs work that blocks for a while, such as the start or the end of a librdkafka client, each on a
// thread of its own. The number of threads is bounded. A thread keeps its stack until it is joined,
// so join_ended() must be called regularly. Only one thread may use this object.
class EndingThreads {
 public:
  // At most `threads_max` threads work at once.
  explicit EndingThreads(size_t threads_max) : threads_max_(threads_max) {}
  EndingThreads(const EndingThreads&) = delete;
  EndingThreads& operator=(const EndingThreads&) = delete;
  // Blocks until all work is done.
  ~EndingThreads() = default;

  // Starts the work, which must not throw. Returns false if `threads_max` threads are not joined
  // yet, or if the system has no thread; then the work is not started, and its copy is destroyed.
  [[nodiscard]] bool run(std::function<void()> work);
  // Joins the threads whose work is done. It does not wait for the others.
  void join_ended();
  // Returns how many threads are not joined yet.
  [[nodiscard]] size_t count() const { return entries_.size(); }

 private:
  struct Entry {
    std::atomic<bool> ended = false;
    std::jthread thread = {};  // It is last, because it uses the other member.
  };

  const size_t threads_max_;
  std::list<Entry> entries_;
};

}  // namespace penstock::kafka
