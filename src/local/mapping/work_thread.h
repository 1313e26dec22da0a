#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace penstock::local {

// Does one piece of work after the other on a thread of its own, which begins with the first one.
// To make a thread for each would take longer than many functions work. All calls are for one
// thread.
class WorkThread {
 public:
  using Work = std::function<void(std::stop_token)>;

  // `ended` is called on the work's thread when has_ended() has become true.
  explicit WorkThread(std::function<void()> ended) : ended_(std::move(ended)) {}
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;
  // Asks the work to stop, and waits for it.
  ~WorkThread();

  // Begins this work, which must not throw, when has_ended() is true. Throws
  // std::system_error if the system has no thread.
  void start(Work work);
  // Says whether the work has ended. What it has written may be read then.
  [[nodiscard]] bool has_ended() const { return has_ended_.load(std::memory_order_acquire); }
  // Asks the present work to stop.
  void request_stop() { stop_.request_stop(); }
  [[nodiscard]] bool stop_requested() const { return stop_.stop_requested(); }

 private:
  void run();

  const std::function<void()> ended_;
  std::atomic<bool> has_ended_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> work_;  // With the lock. Is null while there is none.
  bool is_over_ = false;        // With the lock.
  std::stop_source stop_;       // Of the present work.
  std::jthread thread_;         // The last member, because it uses the others.
};

}  // namespace penstock::local
