#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "local/function/function_command.h"
#include "local/function/invoker.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Owns the execution environments of one function, and invokes the function in one that is free.
// Several mappings share it, as they share a function with reserved concurrency on AWS: what finds
// no free environment waits for one. All calls are for the io_context's thread, which must be the
// main thread (see Child), except invoke(), which is for any other thread and for any number of
// calls at a time.
class FunctionPool final : public Invoker {
 public:
  struct Settings {
    FunctionSettings function;
    std::chrono::milliseconds timeout{30'000};  // Bounds one invocation.
    // Is the number of invocations at the same time. There are as many environments as that takes,
    // each with max_concurrency() of them.
    int concurrency = 1;
  };

  // A function that is replaced must ask for its first invocation within this time. On AWS it
  // would be started again after 10 s.
  static constexpr std::chrono::seconds kAskPatience{60};

  // `io` and `terminal` must outlive the pool.
  FunctionPool(boost::asio::io_context& io, Terminal& terminal, Settings settings);
  ~FunctionPool() override;

  // Starts all environments. After an error some may be running, which stop() ends. The errors are
  // those of max_concurrency() and FunctionEnvironment::start().
  [[nodiscard]] base::Result<> start();
  // Starts the function's program again, in new environments, and hands over to them when each has
  // asked for an invocation. The old ones end when their invocations have. After an error, or when
  // `stop` was set meanwhile, the old ones stay. The error is `unavailable` and says why the new
  // program did not start. One call at a time.
  [[nodiscard]] async::Awaitable<base::Result<>> replace(async::Latch& stop);

  // Says whether the function has asked for an invocation in each of its environments, so that it
  // runs.
  [[nodiscard]] bool runs() const;
  // Returns how the function has ended before it asked for an invocation in one of its
  // environments, as a sentence without an end, or an empty text.
  [[nodiscard]] std::string ended_early() const;

  // Blocks until an environment is free, however long that takes, and then as Invoker says.
  [[nodiscard]] InvocationOutcome invoke(const std::string& payload, std::stop_token stop) override;

  // Kills the function's processes at once. It is for a program that ends immediately afterwards.
  void kill();
  // Ends all environments. Running invocations fail.
  async::Awaitable<> stop();

 private:
  struct Place;
  using Places = std::vector<std::shared_ptr<Place>>;

  // Starts an environment for each of as many as there must be, and adds it.
  [[nodiscard]] base::Result<> start_places(Places& places);
  void retire(Places places);
  async::Awaitable<> end_when_idle(std::shared_ptr<Place> place);
  async::Awaitable<> stop_all(const Places& places);

  boost::asio::io_context& io_;
  Terminal& terminal_;
  const Settings settings_;
  mutable std::mutex mutex_;
  std::condition_variable_any free_;  // Notified when an environment has become free.
  // Is changed by the io_context's thread, with the lock.
  Places places_;
  std::list<std::shared_ptr<Place>> retired_;  // Those that still work.
  async::Lifetime lifetime_;
};

}  // namespace penstock::local
