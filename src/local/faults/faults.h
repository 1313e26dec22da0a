#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "local/faults/fault.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Says how a fault is now.
struct FaultStatus {
  const Fault* fault = nullptr;  // Lives as long as its Faults.
  std::string unavailable_because = {};
  bool active = false;
  std::optional<int64_t> ends_at_ms = {};  // Since 1970, at the latest, if it is active.
  std::string result = {};                 // Of the last time, or empty.
};

// Breaks parts of the local system on purpose, and mends them: after their time, when there is
// nothing left to do, on request, and at its own end. The terminal shows what begins and ends. All
// calls are for the io_context's thread, except active().
class Faults {
 public:
  // Is when a fault ends that has no time of its own.
  static constexpr std::chrono::seconds kLongest{600};

  // `io`, `terminal` and what the faults break must outlive this object.
  Faults(boost::asio::io_context& io, Terminal& terminal, std::vector<Fault> faults);
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;
  ~Faults();

  // Returns all faults, in the order in which they were given.
  [[nodiscard]] std::vector<FaultStatus> list() const;
  // Starts a fault, with its defaults for the parameters that are not given. The error is
  // `not_found`: there is no such fault; `invalid`: it does not have this parameter; `refused`: it
  // cannot be started here now, or it, or another fault of the same part, is active.
  [[nodiscard]] base::Result<FaultStatus> start(std::string_view name,
                                                const FaultParameters& parameters);
  // Ends a fault, if it is active. The error is `not_found`: there is no such fault.
  [[nodiscard]] base::Result<FaultStatus> end(std::string_view name);
  // Ends all. None can be started any more.
  void stop();

  // Returns those that are active. May be called on any thread.
  [[nodiscard]] std::vector<FaultStatus> active() const;

 private:
  struct Entry {
    Fault fault;
    bool active = false;
    std::chrono::steady_clock::time_point ends_at = {};
    int64_t ends_at_ms = 0;
  };

  [[nodiscard]] Entry* find(std::string_view name);
  [[nodiscard]] base::Result<> check(const Entry& entry, const FaultParameters& parameters) const;
  [[nodiscard]] FaultStatus status_of(const Entry& entry) const;
  void finish(Entry& entry, FaultEnd why);
  // Ends what is over, and comes back as long as something is active.
  void look_again();
  void note_active();

  Terminal& terminal_;
  std::vector<Entry> entries_;
  async::Timer timer_;
  bool stopped_ = false;
  mutable std::mutex mutex_;
  std::vector<FaultStatus> active_;  // With the lock.
  const async::Lifetime lifetime_;
};

}  // namespace penstock::local
