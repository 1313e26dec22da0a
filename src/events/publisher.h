#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>

#include "events/sink.h"
#include "log/log.h"

namespace penstock::events {

// Receives the outcome of one event.
class Waiter {
 public:
  // Is called once, on the publisher's thread. It may destroy the waiter.
  virtual void done(DeliveryReport&& report) = 0;

 protected:
  ~Waiter() = default;
};

// Counts since the start, for metrics: events by outcome, and delivery reports that came after the
// deadline.
struct PublisherCounts {
  uint64_t stored = 0;
  uint64_t not_stored = 0;
  uint64_t unknown = 0;
  uint64_t refused = 0;
  uint64_t late_stored = 0;  // The event is stored, although the client got a 504.
  uint64_t late_failed = 0;
};

// Hands events to the sink and guarantees an outcome for every event by its deadline, whatever the
// sink does. It keeps one entry for each event that the sink has: first in a list of those that
// wait for their report, then, after the deadline, in a list of late ones.
//
// It does no I/O and reads no clock: the owner passes the time and calls expire() when
// next_deadline() has come. Only one thread may use it.
class Publisher {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    // An event must have an outcome within this time after publish().
    std::chrono::milliseconds deadline{2000};
    // The sink may have at most this many events at once. A further event gets the outcome
    // `not_stored`.
    int64_t in_flight_max = 10'000;
    // Their keys and values may have at most this many bytes in sum. So this bounds whatever the
    // sink keeps them in.
    int64_t bytes_max = 16 * 1024 * 1024;
  };

  // The sink and the log must outlive the publisher, which sets itself as the sink's listener.

  Publisher(Sink& sink, Limits limits, log::Log& log);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // Hands the event to the sink. `waiter.done` is called exactly once: before this returns if the
  // sink or the limit refuses the event, or if the sink throws (the outcome is `unknown`);
  // otherwise with a report of the sink or by expire(). The waiter must live until then.
  void publish(const Event& event, Waiter& waiter, Time now);
  // Does the same without a waiter, for operations with `delivery: best_effort`. A failure is
  // logged and counted.
  void publish_unwatched(const Event& event, Time now);

  // Returns why not all of these events can be handed to the sink now, or nothing. If it returns
  // nothing, the limits leave room for all of them until this thread does something else.
  [[nodiscard]] std::optional<DeliveryReport> obstacle(std::span<const Event* const> events) const;

  // Asks the sink to take back its events when the deadline of one is near, so that one that was
  // never sent gets the outcome `not_stored` in time. Gives events whose deadline has come the
  // outcome `unknown`, but no more than kExpiredAtOnce, so that the thread can do other work in
  // between: each of them sends an answer. If more are left, next_deadline() has already passed.
  void expire(Time now);
  static constexpr size_t kExpiredAtOnce = 256;
  // Returns when expire() must be called: at the time to recall the oldest event, or at its
  // deadline. Returns nothing if no event is waiting.
  [[nodiscard]] std::optional<Time> next_deadline() const;

  // Returns how many events the sinks have, late ones included.
  [[nodiscard]] size_t in_flight() const { return waiting_.size() + late_.size() + reserved_; }
  // Counts the outcome of an event that another sink has, or none.
  void count(DeliveryOutcome outcome);
  // Does the same for so many events whose outcome has come after the deadline.
  void count_late(DeliveryOutcome outcome, size_t events);
  // Keep room for events that another sink has: the limits hold for all together. Each reserve() is
  // followed by one release() with the same numbers.
  void reserve(size_t events, size_t bytes);
  void release(size_t events, size_t bytes);
  [[nodiscard]] const PublisherCounts& counts() const { return counts_; }
  [[nodiscard]] std::chrono::milliseconds deadline() const { return limits_.deadline; }
  // Logs the events without a waiter that have neither a report nor an outcome. It is for the end
  // of the program.
  void log_unreported();

 private:
  struct Pending {
    enum class State { spare, waiting, late };
    State state = State::spare;  // Says which list it is in.
    uint64_t serial = 0;         // Tells the event from another that has the same node later.
    Waiter* waiter = nullptr;
    Time deadline;
    size_t bytes = 0;
    std::string event_id;
    std::list<Pending>::iterator place;  // Its position in the list that it is in.
  };

  void submit(const Event& event, Waiter* waiter, Time now);
  // Says whether the limits leave room for so many events with so many bytes in sum.
  [[nodiscard]] bool has_room_for(size_t bytes, size_t events = 1) const;
  // Asks the sink for what it has, if the oldest event's deadline is near.
  void recall(Time now);
  // Gives the event the outcome `unknown`. A report that comes later is only counted.
  void give_up_waiting(Pending& pending, std::string reason);
  void take_report(Ticket ticket, DeliveryReport&& report);
  void tell_outcome(std::string_view event_id, Waiter* waiter, DeliveryReport&& report);
  void count_late(std::string_view event_id, const DeliveryReport& report);
  void log_failure(std::string_view event_id, const DeliveryReport& report);

  Sink& sink_;
  const Limits limits_;
  // An event is recalled so long before its deadline.
  const std::chrono::milliseconds recall_time_;
  log::Log& log_;
  // All events have the same time to live, so they are in the order of their deadlines.
  std::list<Pending> waiting_;
  // Their outcome was `unknown`; the sink's report is still to come.
  std::list<Pending> late_;
  // These are unused list nodes, which save allocations.
  std::list<Pending> spare_;
  size_t reserved_ = 0;  // The events for which reserve() keeps room.
  size_t bytes_ = 0;     // These are the bytes of the events that wait or are late.
  uint64_t last_serial_ = 0;
  uint64_t recalled_serial_ = 0;  // The events up to this one have been recalled.
  PublisherCounts counts_;
};

}  // namespace penstock::events
