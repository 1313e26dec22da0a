#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "local/function/function_command.h"
#include "local/function/function_faults.h"
#include "local/function/invoker.h"
#include "local/processes/terminal.h"
#include "local/stories/observer.h"

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
    // Hears of the processes' states, invocations and lines, if it is not null. It must outlive
    // the pool.
    Observer* observer = nullptr;
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
  [[nodiscard]] InvocationOutcome invoke(const Payload& payload, std::stop_token stop) override;
  [[nodiscard]] InvocationOutcome invoke_soon(const Payload& payload,
                                              std::chrono::milliseconds patience,
                                              std::stop_token stop) override;

  // Replaces the faults. Without `stops`, processes that are stopped go on.
  void set_faults(const FunctionFaults& faults);
  // Returns what of the faults is still to happen.
  [[nodiscard]] FunctionFaults faults() const;
  // Says whether start() has started processes.
  [[nodiscard]] bool has_processes() const { return !places_.empty(); }
  // Says whether a process is stopped by a fault now.
  [[nodiscard]] bool is_stopped() const;
  // Kills the function's processes at once. They are started again, unless stop() or the end of
  // this program follows.
  void kill();
  [[nodiscard]] const Settings& settings() const { return settings_; }
  // Ends all environments. Running invocations fail.
  async::Awaitable<> stop();

 private:
  struct Place;
  using Places = std::vector<std::shared_ptr<Place>>;

  // Says whether the observer hears how new environments are.
  enum class Counts { no, yes };

  // Invokes the function in an environment that is free within `patience`, or ever without one.
  [[nodiscard]] InvocationOutcome invoke_within(std::optional<std::chrono::milliseconds> patience,
                                                const Payload& payload, std::stop_token stop);
  // Starts an environment for each of as many as there must be, and adds it.
  [[nodiscard]] base::Result<> start_places(Places& places, Counts counts);
  // Makes the faults happen when a process gets an invocation.
  void take_busy(Place& place, bool busy);
  void let_go_on(Place& place);
  // Returns what takes the place of a response, if a fault wants that.
  [[nodiscard]] std::optional<std::string> takes_garbled();
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
  FunctionFaults faults_ = {};                 // With the lock.
  async::Lifetime lifetime_;
};

}  // namespace penstock::local
