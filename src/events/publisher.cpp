#include "events/publisher.h"

#include <algorithm>
#include <utility>

#include "base/caught_text.h"
#include "events/atomic_sink.h"

namespace penstock::events {
namespace {

// An event is recalled so long before its deadline. The sink lets what is on its way arrive in this
// time, and the reports need some of it, too.
constexpr std::chrono::milliseconds kRecallTimeMax{300};

DeliveryReport no_room() {
  return {.outcome = DeliveryOutcome::not_stored,
          .reason = "too many events are waiting for Kafka"};
}

}  // namespace

Publisher::Publisher(Sink& sink, Limits limits, log::Log& log)
    : sink_(sink),
      limits_(limits),
      recall_time_(std::min(kRecallTimeMax, limits.deadline / 4)),
      log_(log) {
  sink_.set_report_listener(
      [this](Ticket ticket, DeliveryReport&& report) { take_report(ticket, std::move(report)); });
}

void Publisher::publish(const Event& event, Waiter& waiter, Time now) {
  submit(event, &waiter, now);
}

void Publisher::publish_unwatched(const Event& event, Time now) {
  submit(event, nullptr, now);
}

bool Publisher::has_room_for(size_t bytes, size_t events) const {
  return in_flight() + events <= static_cast<size_t>(limits_.in_flight_max) &&
         bytes_ + bytes <= static_cast<size_t>(limits_.bytes_max);
}

std::optional<DeliveryReport> Publisher::obstacle(std::span<const Event* const> events) const {
  size_t bytes = 0;
  for (const Event* event : events) bytes += bytes_of(*event);
  if (!has_room_for(bytes, events.size())) return no_room();
  for (const Event* event : events) {
    if (auto report = sink_.obstacle(*event)) return report;
  }
  return std::nullopt;
}

void Publisher::submit(const Event& event, Waiter* waiter, Time now) {
  const size_t bytes = bytes_of(event);
  if (!has_room_for(bytes)) return tell_outcome(event.id, waiter, no_room());
  if (spare_.empty()) spare_.emplace_back();
  Pending& pending = spare_.front();
  pending.event_id = event.id;  // If this throws, nothing has happened yet.
  pending.state = Pending::State::waiting;
  pending.bytes = bytes;
  bytes_ += bytes;
  const uint64_t serial = pending.serial = ++last_serial_;
  pending.waiter = waiter;
  pending.deadline = now + limits_.deadline;
  waiting_.splice(waiting_.end(), spare_, spare_.begin());
  pending.place = std::prev(waiting_.end());
  std::optional<DeliveryReport> refusal;
  try {
    refusal = sink_.submit(event, &pending);
  } catch (...) {
    // The outcome may be known already, and its waiter may even have published another event.
    if (pending.serial != serial || pending.state != Pending::State::waiting) throw;
    // The sink may have the event all the same, and report.
    return give_up_waiting(pending, base::caught_text());
  }
  if (!refusal) return;
  pending.state = Pending::State::spare;
  bytes_ -= bytes;
  spare_.splice(spare_.begin(), waiting_, pending.place);
  tell_outcome(event.id, waiter, std::move(*refusal));
}

void Publisher::take_report(Ticket ticket, DeliveryReport&& report) {
  Pending& pending = *static_cast<Pending*>(ticket);
  bytes_ -= pending.bytes;
  if (std::exchange(pending.state, Pending::State::spare) == Pending::State::late) {
    count_late(pending.event_id, report);
    spare_.splice(spare_.begin(), late_, pending.place);
    return;
  }
  Waiter* const waiter = std::exchange(pending.waiter, nullptr);
  spare_.splice(spare_.begin(), waiting_, pending.place);
  tell_outcome(pending.event_id, waiter, std::move(report));
}

void Publisher::recall(Time now) {
  if (waiting_.empty() || waiting_.front().serial <= recalled_serial_) return;
  if (waiting_.front().deadline - recall_time_ > now) return;
  recalled_serial_ = last_serial_;
  sink_.recall(recall_time_);
}

void Publisher::expire(Time now) {
  recall(now);
  for (size_t i = 0; i < kExpiredAtOnce; ++i) {
    if (waiting_.empty() || waiting_.front().deadline > now) return;
    give_up_waiting(waiting_.front(), "no report from Kafka within the publish deadline");
    if (i == 0) sink_.recall(recall_time_);  // The recall has not reached this event.
  }
}

void Publisher::give_up_waiting(Pending& pending, std::string reason) {
  late_.splice(late_.end(), waiting_, pending.place);
  pending.state = Pending::State::late;
  Waiter* const waiter = std::exchange(pending.waiter, nullptr);
  tell_outcome(pending.event_id, waiter,
               {.outcome = DeliveryOutcome::unknown, .reason = std::move(reason)});
}

std::optional<Publisher::Time> Publisher::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  const Pending& oldest = waiting_.front();
  return oldest.serial > recalled_serial_ ? oldest.deadline - recall_time_ : oldest.deadline;
}

void Publisher::reserve(size_t events, size_t bytes) {
  reserved_ += events;
  bytes_ += bytes;
}

void Publisher::release(size_t events, size_t bytes) {
  reserved_ -= events;
  bytes_ -= bytes;
}

void Publisher::count_late(DeliveryOutcome outcome, size_t events) {
  (outcome == DeliveryOutcome::stored ? counts_.late_stored : counts_.late_failed) += events;
}

void Publisher::count(DeliveryOutcome outcome) {
  switch (outcome) {
    case DeliveryOutcome::stored:
      ++counts_.stored;
      return;
    case DeliveryOutcome::not_stored:
      ++counts_.not_stored;
      return;
    case DeliveryOutcome::unknown:
      ++counts_.unknown;
      return;
    case DeliveryOutcome::refused:
      ++counts_.refused;
      return;
  }
}

// Counts the outcome and reports it to the waiter. If there is none, it logs a failure.
void Publisher::tell_outcome(std::string_view event_id, Waiter* waiter, DeliveryReport&& report) {
  count(report.outcome);
  if (waiter != nullptr) {
    waiter->done(std::move(report));
  } else if (report.outcome != DeliveryOutcome::stored) {
    log_failure(event_id, report);
  }
}

void Publisher::count_late(std::string_view event_id, const DeliveryReport& report) {
  count_late(report.outcome, 1);
  log::Line line(log_, log::Level::warning,
                 "the delivery report of an event came after the deadline");
  line.field("event_id", event_id).field("outcome", name(report.outcome));
  if (report.stored_at) {
    line.field("partition", report.stored_at->partition.number)
        .field("offset", report.stored_at->offset.value);
  }
  line.field("reason", report.reason);
}

void Publisher::log_failure(std::string_view event_id, const DeliveryReport& report) {
  // terraform/modules/monitoring/log_metrics.tf counts both.
  log::Line(log_, log::Level::error,
            report.outcome == DeliveryOutcome::unknown
                ? "an event that nobody waits for may not be stored"
                : "an event that nobody waits for was not stored")
      .field("event_id", event_id)
      .field("outcome", name(report.outcome))
      .field("reason", report.reason);
}

void Publisher::log_unreported() {
  for (const Pending& pending : waiting_) {
    if (pending.waiter != nullptr) continue;
    tell_outcome(pending.event_id, nullptr,
                 {.outcome = DeliveryOutcome::unknown,
                  .reason = "no report from Kafka before the end of the program"});
  }
}

}  // namespace penstock::events
