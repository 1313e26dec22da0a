#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"

namespace penstock::lambda {

// This is the largest value of AWS_LAMBDA_MAX_CONCURRENCY (AWS,
// PerExecutionEnvironmentMaxConcurrency in "LambdaManagedInstancesCapacityProviderConfig").
inline constexpr int kMaxConcurrencyMax = 1600;

// Runs loops at the same time, each on a thread of its own. On Lambda Managed Instances a function
// runs AWS_LAMBDA_MAX_CONCURRENCY loops, each of which asks the Runtime API for invocations.
class ConcurrentLoops {
 public:
  // A loop runs until it fails, and returns the error.
  using Loop = std::function<base::Error()>;

  // Starts all loops, or none. Fails with `internal` if the system has no more threads.
  [[nodiscard]] static base::Result<std::unique_ptr<ConcurrentLoops>> start(
      std::vector<Loop> loops);
  ConcurrentLoops(const ConcurrentLoops&) = delete;
  ConcurrentLoops& operator=(const ConcurrentLoops&) = delete;
  // Waits until all loops have ended.
  ~ConcurrentLoops() = default;

  // Waits until one loop has ended, and returns its error. The others go on.
  [[nodiscard]] base::Error first_end();

 private:
  enum class Start { waits, goes, fails };

  ConcurrentLoops() = default;
  void run(const Loop& loop);
  void set(Start start);

  std::mutex mutex_;
  std::condition_variable changed_;
  Start start_ = Start::waits;
  std::optional<base::Error> first_end_;
  std::vector<std::jthread> threads_;  // The last member, because the threads use the others.
};

}  // namespace penstock::lambda
