#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>

#include "events/sink.h"
#include "log/log.h"

namespace penstock::events {

// Waits for the outcome of one event.
class Waiter {
 public:
  // Gets the report, on the publisher's thread. The waiter may be destroyed by it.
  virtual void done(DeliveryReport&& report) = 0;

 protected:
  ~Waiter() = default;
};

// Numbers since the start, for metrics: events by their outcome, and reports that came after the
// deadline.
struct PublisherCounts {
  uint64_t stored = 0;
  uint64_t not_stored = 0;
  uint64_t unknown = 0;
  uint64_t refused = 0;
  uint64_t late_stored = 0;  // The record is there although 504 was answered.
  uint64_t late_failed = 0;
};

// Hands events to the sink and holds the promise made to the client: every event gets an outcome by
// its deadline, whatever the sink does. Pure of I/O and clocks: the owner passes the time in and
// calls expire() when next_deadline() has come. One thread.
class Publisher {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    std::chrono::milliseconds deadline{2000};
    int64_t in_flight_max = 10'000;
  };

  Publisher(Sink& sink, Limits limits, log::Log& log);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // `waiter.done` is called exactly once: before this returns when the sink refuses, else by a
  // report or expire().
  void publish(const Event& event, Waiter& waiter, Time now);
  // Nobody waits (`delivery: best_effort`): a failure is logged and counted.
  void publish_unwatched(const Event& event, Time now);

  // Gives everything whose deadline has come the outcome `unknown`.
  void expire(Time now);
  [[nodiscard]] std::optional<Time> next_deadline() const;

  [[nodiscard]] size_t in_flight() const { return waiting_.size() + late_.size(); }
  [[nodiscard]] const PublisherCounts& counts() const { return counts_; }
  [[nodiscard]] std::chrono::milliseconds deadline() const { return limits_.deadline; }

 private:
  struct Pending {
    Waiter* waiter = nullptr;
    Time deadline;
    std::string event_id;
    bool late = false;
    std::list<Pending>::iterator place;  // Its own, in whichever list it is.
  };

  void submit(const Event& event, Waiter* waiter, Time now);
  void take_report(Ticket ticket, DeliveryReport&& report);
  void tell_outcome(std::string_view event_id, Waiter* waiter, DeliveryReport&& report);
  void count(const DeliveryReport& report);
  void count_late(std::string_view event_id, const DeliveryReport& report);
  void log_failure(std::string_view event_id, const DeliveryReport& report);

  Sink& sink_;
  const Limits limits_;
  log::Log& log_;
  // All have the same time to live, so the order of arrival is the order of deadlines.
  std::list<Pending> waiting_;
  std::list<Pending> late_;   // Answered as unknown; the report is still to come.
  std::list<Pending> spare_;  // Nodes to use again.
  PublisherCounts counts_;
};

}  // namespace penstock::events
