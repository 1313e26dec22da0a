#include "kafka/transactions/event_sets.h"

#include <algorithm>
#include <utility>

namespace penstock::kafka::transactions {

using events::AtomicReport;
using events::DeliveryOutcome;
using Stage = EventSet::Stage;

void EventSets::add(EventSetPointer set) {
  {
    const std::lock_guard lock(mutex_);
    // All sets have the same time to live, so they are nearly in the order of their deadlines.
    const auto place = std::upper_bound(
        by_deadline_.begin(), by_deadline_.end(), set->deadline,
        [](Time deadline, const EventSetPointer& other) { return deadline < other->deadline; });
    by_deadline_.insert(place, set);
    waiting_.push_back(std::move(set));
    ++open_;
  }
  changed_.notify_all();
}

std::vector<EventSets::Verdict> EventSets::expire(Time now) {
  std::vector<Verdict> verdicts;
  const std::lock_guard lock(mutex_);
  while (!by_deadline_.empty() && by_deadline_.front()->deadline <= now) {
    EventSetPointer set = std::move(by_deadline_.front());
    by_deadline_.pop_front();
    if (set->stage == Stage::ended) continue;  // Its report is on its way.
    Verdict verdict{set, {.outcome = DeliveryOutcome::not_stored}};
    if (set->stage == Stage::committing) {
      verdict.report = {
          .outcome = DeliveryOutcome::unknown,
          .reason = "Kafka has not acknowledged the transaction within the publish deadline"};
    } else {
      verdict.report.reason = explanation_.empty()
                                  ? "the transaction was not complete within the publish deadline"
                                  : explanation_;
      set->withdrawn = true;
    }
    if (set->stage == Stage::waiting) {
      std::erase(waiting_, set);
      end_locked(*set, verdict.report);
      ended_.push_back(set);
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

std::optional<Time> EventSets::next_deadline() const {
  const std::lock_guard lock(mutex_);
  if (by_deadline_.empty()) return std::nullopt;
  return by_deadline_.front()->deadline;
}

std::vector<EventSetPointer> EventSets::take_ended() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ended_, {});
}

bool EventSets::any_ended() const {
  const std::lock_guard lock(mutex_);
  return !ended_.empty();
}

Group EventSets::take(std::chrono::milliseconds patience) {
  Group group;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return stopping_ || !waiting_.empty(); });
  size_t events = 0;
  size_t bytes = 0;
  while (!waiting_.empty()) {
    EventSet& next = *waiting_.front();
    if (next.stage == Stage::ended) {
      waiting_.pop_front();
      continue;
    }
    const bool fits =
        events + next.events.size() <= kGroupEventsMax && bytes + next.bytes <= kGroupBytesMax;
    if (!group.empty() && !fits) break;
    events += next.events.size();
    bytes += next.bytes;
    next.stage = Stage::taken;
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

bool EventSets::begin_commit(const Group& group) {
  const std::lock_guard lock(mutex_);
  const auto withdrawn = [](const EventSetPointer& set) { return set->withdrawn; };
  if (std::any_of(group.begin(), group.end(), withdrawn)) return false;
  for (const EventSetPointer& set : group) set->stage = Stage::committing;
  return true;
}

bool EventSets::any_withdrawn(const Group& group) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(group.begin(), group.end(),
                     [](const EventSetPointer& set) { return set->withdrawn; });
}

void EventSets::put_back(const Group& group) {
  const std::lock_guard lock(mutex_);
  for (auto set = group.rbegin(); set != group.rend(); ++set) {
    // One that waits was put back before: a second time it would be stored twice.
    if ((*set)->stage == Stage::ended || (*set)->stage == Stage::waiting) continue;
    if ((*set)->withdrawn) {
      end_locked(**set, {.outcome = DeliveryOutcome::not_stored});
      ended_.push_back(*set);
    } else {
      (*set)->stage = Stage::waiting;
      waiting_.push_front(*set);
    }
  }
}

void EventSets::end(const EventSetPointer& set, AtomicReport report) {
  const std::lock_guard lock(mutex_);
  if (set->stage == Stage::ended) return;
  end_locked(*set, std::move(report));
  ended_.push_back(set);
}

void EventSets::end_waiting(const AtomicReport& report) {
  const std::lock_guard lock(mutex_);
  for (EventSetPointer& set : std::exchange(waiting_, {})) {
    end_locked(*set, report);
    ended_.push_back(std::move(set));
  }
}

void EventSets::end_locked(EventSet& set, AtomicReport report) {
  set.stage = Stage::ended;
  set.report = std::move(report);
  --open_;
  const auto known = std::find_if(by_deadline_.begin(), by_deadline_.end(),
                                  [&](const EventSetPointer& one) { return one.get() == &set; });
  if (known != by_deadline_.end()) by_deadline_.erase(known);
}

void EventSets::explain(std::string reason) {
  const std::lock_guard lock(mutex_);
  explanation_ = std::move(reason);
}

std::string EventSets::explanation() const {
  const std::lock_guard lock(mutex_);
  return explanation_;
}

void EventSets::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

bool EventSets::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void EventSets::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return stopping_; });
}

bool EventSets::any_open() const {
  const std::lock_guard lock(mutex_);
  return open_ > 0;
}

}  // namespace penstock::kafka::transactions
