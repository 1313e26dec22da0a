#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "events/delivery_report.h"
#include "events/event.h"

namespace penstock::events {

// Says what has become of a set of events that are stored together or not at all. The outcome is
// that of each of them.
struct AtomicReport {
  DeliveryOutcome outcome = DeliveryOutcome::unknown;
  // Says where each event of a stored set is, if that is known. It is empty otherwise.
  std::vector<StoredAt> stored_at = {};
  // This says why the set was not stored, in words for the log.
  std::string reason = {};
};

// Receives the outcome of one set.
class AtomicWaiter {
 public:
  // Is called once, on the thread that has called submit(). It may destroy the waiter.
  virtual void done(AtomicReport&& report) = 0;

 protected:
  ~AtomicWaiter() = default;
};

// Stores sets of events, all events of a set or none. One thread uses a sink and receives the
// reports.
class AtomicSink {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Learns what becomes of sets besides what their waiters hear.
  class Listener {
   public:
    // The sink no longer holds a set with so many events and bytes (bytes_of()). Is called once for
    // each submit(), perhaps before it returns, and never before the waiter has its report.
    virtual void released(size_t events, size_t bytes) = 0;
    // The outcome of a set is known, after its waiter has heard `unknown`.
    virtual void came_late(size_t events, DeliveryOutcome outcome) = 0;

   protected:
    ~Listener() = default;
  };

  virtual ~AtomicSink() = default;

  // Takes a set, of two events or more. The waiter has its report by the deadline, perhaps before
  // this returns, and must live until then. `not_stored` and `refused` say that none of the events
  // is stored or ever will be.
  virtual void submit(std::vector<Event> events, Time deadline, AtomicWaiter& waiter) = 0;
  // Sets the listener. It is called once, before the first submit(); the listener must live as long
  // as the sink is used.
  virtual void set_listener(Listener& listener) = 0;
};

// Returns how many bytes of an event the limits of publishing count: its key and its value.
[[nodiscard]] inline size_t bytes_of(const Event& event) {
  return event.key.size() + event.value.size();
}

}  // namespace penstock::events
