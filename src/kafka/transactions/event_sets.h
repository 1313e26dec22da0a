#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/atomic_sink.h"

namespace penstock::kafka::transactions {

using Time = std::chrono::steady_clock::time_point;

// Holds the events of one request, on their way. What only one thread may touch says so; the rest
// belongs to EventSets, under its lock.
struct EventSet {
  std::vector<events::Event> events;  // Constant once it is made.
  size_t bytes = 0;                   // Constant: the keys and values of the events.
  Time deadline;                      // Constant.
  // Belongs to the thread that serves requests. It is null once the waiter has its report.
  events::AtomicWaiter* waiter = nullptr;

  // A set that waits can be taken back at once. One that was taken is being written in a
  // transaction that is not committed yet. Of one that is being committed, nobody knows more until
  // the commit is acknowledged.
  enum class Stage { waiting, taken, committing, ended };
  Stage stage = Stage::waiting;
  // Its client has heard that it is not stored, so it must not be committed any more.
  bool withdrawn = false;
  events::AtomicReport report = {};  // Of a set that has ended.
};

using EventSetPointer = std::shared_ptr<EventSet>;
// Has the sets that are stored in one transaction.
using Group = std::vector<EventSetPointer>;

// Hands sets of events from the thread that serves requests to the one that stores them, and back.
// It decides who is right when a set's deadline comes while it is being stored: until the commit
// begins, the deadline is, and the set is not stored; afterwards nobody knows. Every function may
// be called on any thread, and none waits for more than the lock, besides take().
class EventSets {
 public:
  // A group has at most so many events, and so many bytes unless it has one set.
  static constexpr size_t kGroupEventsMax = 1'000;
  static constexpr size_t kGroupBytesMax = 4 * 1024 * 1024;

  // Says what a set's waiter hears.
  struct Verdict {
    EventSetPointer set;
    events::AtomicReport report;
  };

  // Adds a set behind all others.
  void add(EventSetPointer set);
  // Gives each set whose deadline has come its verdict: `not_stored` unless it is being committed.
  // A set is passed once. One that was waiting has ended with that.
  [[nodiscard]] std::vector<Verdict> expire(Time now);
  // Returns when expire() must be called, or nothing if no set has a deadline ahead.
  [[nodiscard]] std::optional<Time> next_deadline() const;
  // Returns the sets that have ended since the last call, each with its report.
  [[nodiscard]] std::vector<EventSetPointer> take_ended();

  [[nodiscard]] bool any_ended() const;

  // Waits until a set is there, but no longer than `patience` or until stop(), and takes as many as
  // a group may have.
  [[nodiscard]] Group take(std::chrono::milliseconds patience);
  // Says whether the transaction with these sets may be committed: none of them is withdrawn. If
  // so, all of them are `committing`.
  [[nodiscard]] bool begin_commit(const Group& group);
  // Says whether one of the sets is withdrawn, so that its transaction is in vain.
  [[nodiscard]] bool any_withdrawn(const Group& group) const;
  // Puts sets whose transaction was not committed before all others, and ends the withdrawn ones.
  // One that was put back already, or has ended, stays as it is.
  void put_back(const Group& group);
  // Ends a set with this report.
  void end(const EventSetPointer& set, events::AtomicReport report);
  // Ends all sets that wait.
  void end_waiting(const events::AtomicReport& report);
  // Says why sets wait that long, for the report of those whose deadline comes. It is empty while
  // all goes well.
  void explain(std::string reason);
  [[nodiscard]] std::string explanation() const;

  // Lets take() return at once from now on.
  void stop();
  [[nodiscard]] bool stopping() const;
  // Waits for a while, or until stop().
  void pause(std::chrono::milliseconds time);
  // Says whether a set was added and has not ended.
  [[nodiscard]] bool any_open() const;

 private:
  void end_locked(EventSet& set, events::AtomicReport report);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<EventSetPointer> waiting_;
  std::deque<EventSetPointer> by_deadline_;  // Those that have not heard of theirs.
  std::vector<EventSetPointer> ended_;
  std::string explanation_;
  size_t open_ = 0;
  bool stopping_ = false;
};

}  // namespace penstock::kafka::transactions
