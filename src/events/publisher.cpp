#include "events/publisher.h"

#include <utility>

namespace penstock::events {

Publisher::Publisher(Sink& sink, Limits limits, log::Log& log)
    : sink_(sink), limits_(limits), log_(log) {
  sink_.set_report_listener(
      [this](Ticket ticket, DeliveryReport&& report) { take_report(ticket, std::move(report)); });
}

void Publisher::publish(const Event& event, Waiter& waiter, Time now) {
  submit(event, &waiter, now);
}

void Publisher::publish_unwatched(const Event& event, Time now) {
  submit(event, nullptr, now);
}

void Publisher::submit(const Event& event, Waiter* waiter, Time now) {
  if (in_flight() >= static_cast<size_t>(limits_.in_flight_max)) {
    return tell_outcome(event.id, waiter,
                        {.outcome = DeliveryOutcome::not_stored,
                         .reason = "too many events are waiting for Kafka"});
  }
  if (spare_.empty()) spare_.emplace_back();
  waiting_.splice(waiting_.end(), spare_, spare_.begin());
  Pending& pending = waiting_.back();
  pending.waiter = waiter;
  pending.deadline = now + limits_.deadline;
  pending.event_id = event.id;
  pending.late = false;
  pending.place = std::prev(waiting_.end());
  std::optional<DeliveryReport> refusal = sink_.submit(event, &pending);
  if (!refusal) return;
  spare_.splice(spare_.begin(), waiting_, pending.place);
  tell_outcome(event.id, waiter, std::move(*refusal));
}

void Publisher::take_report(Ticket ticket, DeliveryReport&& report) {
  Pending& pending = *static_cast<Pending*>(ticket);
  if (pending.late) {
    count_late(pending.event_id, report);
    spare_.splice(spare_.begin(), late_, pending.place);
    return;
  }
  Waiter* const waiter = std::exchange(pending.waiter, nullptr);
  spare_.splice(spare_.begin(), waiting_, pending.place);
  tell_outcome(pending.event_id, waiter, std::move(report));
}

void Publisher::expire(Time now) {
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    Pending& pending = waiting_.front();
    late_.splice(late_.end(), waiting_, waiting_.begin());
    pending.late = true;
    Waiter* const waiter = std::exchange(pending.waiter, nullptr);
    tell_outcome(pending.event_id, waiter,
                 {.outcome = DeliveryOutcome::unknown,
                  .reason = "no report from Kafka within the publish deadline"});
  }
}

std::optional<Publisher::Time> Publisher::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().deadline;
}

void Publisher::count(const DeliveryReport& report) {
  switch (report.outcome) {
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
  count(report);
  if (waiter != nullptr) {
    waiter->done(std::move(report));
  } else if (report.outcome != DeliveryOutcome::stored) {
    log_failure(event_id, report);
  }
}

void Publisher::count_late(std::string_view event_id, const DeliveryReport& report) {
  (report.outcome == DeliveryOutcome::stored ? counts_.late_stored : counts_.late_failed) += 1;
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
