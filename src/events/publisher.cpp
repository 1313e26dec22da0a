#include "events/publisher.h"

#include <utility>

namespace penstock::events {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::stored:
      return "stored";
    case Outcome::not_stored:
      return "not_stored";
    case Outcome::unknown:
      return "unknown";
    case Outcome::refused:
      return "refused";
  }
  return "unknown";
}

Publisher::Publisher(Sink& sink, Limits limits, log::Log& log) : sink_(sink), limits_(limits), log_(log) {
  sink_.on_report([this](Ticket ticket, Report&& report) { settle(ticket, std::move(report)); });
}

void Publisher::publish(const Event& event, Waiter& waiter, Time now) {
  submit(event, &waiter, now);
}

void Publisher::publish_unwatched(const Event& event, Time now) {
  submit(event, nullptr, now);
}

void Publisher::submit(const Event& event, Waiter* waiter, Time now) {
  Report refusal;
  if (in_flight() >= static_cast<size_t>(limits_.in_flight_max)) {
    refusal = {.outcome = Outcome::not_stored, .reason = "too many events are waiting for Kafka"};
  } else {
    if (spare_.empty()) spare_.emplace_back();
    waiting_.splice(waiting_.end(), spare_, spare_.begin());
    Pending& pending = waiting_.back();
    pending.waiter = waiter;
    pending.deadline = now + limits_.deadline;
    pending.event_id = event.id;
    pending.late = false;
    pending.self = std::prev(waiting_.end());
    if (sink_.submit(event, &pending, refusal)) return;
    spare_.splice(spare_.begin(), waiting_, pending.self);
  }
  count(refusal);
  if (waiter != nullptr) {
    waiter->done(std::move(refusal));
  } else {
    log_failure(event.id, refusal);
  }
}

void Publisher::settle(Ticket ticket, Report&& report) {
  Pending& pending = *static_cast<Pending*>(ticket);
  Waiter* const waiter = std::exchange(pending.waiter, nullptr);
  if (pending.late) {
    (report.outcome == Outcome::stored ? counts_.late_stored : counts_.late_failed) += 1;
    log::Line(log_, log::Level::warning, "the report of an event came after its deadline")
        .field("event_id", pending.event_id)
        .field("outcome", name(report.outcome))
        .field("partition", report.partition)
        .field("offset", report.offset)
        .field("reason", report.reason);
    spare_.splice(spare_.begin(), late_, pending.self);
    return;
  }
  count(report);
  if (waiter == nullptr && report.outcome != Outcome::stored) log_failure(pending.event_id, report);
  spare_.splice(spare_.begin(), waiting_, pending.self);
  if (waiter != nullptr) waiter->done(std::move(report));
}

void Publisher::expire(Time now) {
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    Pending& pending = waiting_.front();
    late_.splice(late_.end(), waiting_, waiting_.begin());
    pending.late = true;
    Waiter* const waiter = std::exchange(pending.waiter, nullptr);
    Report report{.outcome = Outcome::unknown, .reason = "no report from Kafka within the publish deadline"};
    count(report);
    if (waiter != nullptr) {
      waiter->done(std::move(report));
    } else {
      log_failure(pending.event_id, report);
    }
  }
}

std::optional<Publisher::Time> Publisher::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().deadline;
}

void Publisher::count(const Report& report) {
  switch (report.outcome) {
    case Outcome::stored:
      ++counts_.stored;
      return;
    case Outcome::not_stored:
      ++counts_.not_stored;
      return;
    case Outcome::unknown:
      ++counts_.unknown;
      return;
    case Outcome::refused:
      ++counts_.refused;
      return;
  }
}

void Publisher::log_failure(std::string_view event_id, const Report& report) {
  log::Line(log_, log::Level::error, "an event that nobody waits for was not stored")
      .field("event_id", event_id)
      .field("outcome", name(report.outcome))
      .field("reason", report.reason);
}

}  // namespace penstock::events
