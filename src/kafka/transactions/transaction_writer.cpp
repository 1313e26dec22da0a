#include "kafka/transactions/transaction_writer.h"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <utility>

#include "base/caught_text.h"
#include "kafka/delivery_outcome.h"

namespace penstock::kafka::transactions {
namespace {

using events::AtomicReport;
using events::DeliveryOutcome;
using log::Level;
using log::Line;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Step = TransactionalClient::Step;
using Stored = TransactionalClient::Stored;

// Each call of librdkafka blocks for so long at most, so that the end of the program need not wait
// for longer.
constexpr milliseconds kStep{250};
// While there is nothing to do, the client's log is read so often.
constexpr milliseconds kIdle{500};
// An abort that takes longer than this is left to the next producer with the same id.
constexpr milliseconds kAbortPatience{1'000};
constexpr milliseconds kBackoffMin{100};
constexpr milliseconds kBackoffMax{5'000};

// Two processes must not have the same id: the younger one would end the transactions of the older.
// So it is made again at each start; what a process before has left open ends by its time-out.
std::string unique_id(const std::string& client_id) {
  std::random_device device;
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id = client_id + "-";
  for (int i = 0; i < 4; ++i) {
    for (unsigned left = device(), j = 0; j < 8; ++j, left >>= 4U) id += kDigits[left & 15U];
  }
  return id;
}

}  // namespace

TransactionWriter::TransactionWriter(const Settings& settings, EventSets& sets, log::Log& log,
                                     std::function<void()> ended)
    : settings_(settings),
      sets_(sets),
      log_(log),
      ended_(std::move(ended)),
      id_(unique_id(settings.client_id)),
      backoff_(kBackoffMin) {}

void TransactionWriter::run() noexcept {
  while (!sets_.stopping()) {
    Group group;
    try {
      if (!ready()) continue;
      group = sets_.take(kIdle);
      client_->serve(milliseconds(0));
      if (!client_->reason_to_replace().empty()) {
        sets_.put_back(group);
        continue;
      }
      if (!group.empty()) store(group);
    } catch (...) {
      // Of a set that is being committed, nobody knows more. The others are not stored, because
      // their client ends without a commit.
      const std::string why = base::caught_text();
      for (const EventSetPointer& set : group) {
        sets_.end(set, {.outcome = DeliveryOutcome::unknown, .reason = why});
      }
      drop(why);
    }
    tell_ended();
  }
  client_.reset();
}

void TransactionWriter::tell_ended() {
  if (sets_.any_ended()) ended_();
}

bool TransactionWriter::ready() {
  if (client_) {
    if (const std::string reason = client_->reason_to_replace(); !reason.empty()) drop(reason);
  }
  return client_ != nullptr || start();
}

bool TransactionWriter::start() {
  auto made = TransactionalClient::make(settings_, id_, log_);
  std::string problem;
  Step step = Step::broken;
  if (made) {
    client_ = std::move(*made);
    TransactionalClient::Result result = client_->initialise(kStep);
    while (result.step == Step::again && !sets_.stopping()) {
      sets_.explain("no transaction can begin: " + result.reason);
      result = client_->initialise(kStep);
    }
    step = result.step;
    problem = std::move(result.reason);
  } else {
    problem = made.error().message;
  }
  if (step == Step::done) {
    sets_.explain({});
    backoff_ = kBackoffMin;
    return true;
  }
  if (step == Step::again) return false;  // The program ends.
  problem = "no transaction can begin: " + problem;
  sets_.explain(problem);
  if (step == Step::refused) {
    sets_.end_waiting({.outcome = DeliveryOutcome::refused, .reason = problem});
  }
  drop(problem);
  return false;
}

void TransactionWriter::drop(const std::string& reason) {
  counts_.replaced += 1;
  Line(log_, Level::error, "the transactional Kafka producer is being replaced")
      .field("reason", reason)
      .field("next_attempt_ms", backoff_.count());
  client_.reset();
  tell_ended();
  sets_.pause(backoff_);
  backoff_ = std::min(backoff_ * 2, kBackoffMax);
}

void TransactionWriter::store(const Group& group) {
  if (write(group) != Written::refused) return;
  if (group.size() == 1) {
    sets_.end(group.front(), report_of_failure(0, records_.size()));
    return;
  }
  // Kafka may have refused a whole batch because of one record, so each set is tried alone.
  for (size_t i = 0; i < group.size(); ++i) {
    if (sets_.stopping() || !ready()) {
      sets_.put_back(Group(group.begin() + static_cast<std::ptrdiff_t>(i), group.end()));
      return;
    }
    const Group alone{group[i]};
    if (write(alone) == Written::refused) {
      sets_.end(alone.front(), report_of_failure(0, records_.size()));
      tell_ended();
    }
  }
}

TransactionWriter::Written TransactionWriter::write(const Group& group) {
  const auto begun = client_->begin();
  if (begun.step != Step::done) {
    sets_.put_back(group);
    drop(begun.reason);
    return Written::broken;
  }
  if (send(group) && await_reports(group) && sets_.begin_commit(group)) return commit(group);
  // Nothing is committed: from here on, all of them are surely not stored.
  counts_.aborted += 1;
  const bool is_refusal = std::any_of(records_.begin(), records_.end(), [](const Stored* record) {
    return record->is_reported() && (may_concern_another_record(record->error) ||
                                     outcome_of(record->error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED) ==
                                         DeliveryOutcome::refused);
  });
  if (!abort()) {
    sets_.put_back(group);
    return Written::broken;
  }
  if (is_refusal) return Written::refused;
  sets_.put_back(group);
  // What has failed might fail again at once.
  if (client_) sets_.pause(kBackoffMin / 2);
  return Written::aborted;
}

bool TransactionWriter::send(const Group& group) {
  records_.clear();
  bool all = true;
  for (const EventSetPointer& set : group) {
    for (const events::Event& event : set->events) {
      const Stored& record = client_->send(event, time_text_);
      records_.push_back(&record);
      all = all && (!record.is_reported() || record.is_stored());
    }
  }
  return all;
}

bool TransactionWriter::await_reports(const Group& group) {
  while (!client_->all_reported()) {
    client_->serve(kStep / 10);
    if (sets_.any_withdrawn(group) || sets_.stopping()) return false;
    // The broker aborts the transaction, or another producer has the id: then reports may not come.
    if (!client_->reason_to_replace().empty()) return false;
  }
  return std::all_of(records_.begin(), records_.end(),
                     [](const Stored* record) { return record->is_stored(); });
}

TransactionWriter::Written TransactionWriter::commit(const Group& group) {
  const auto until =
      steady_clock::now() + TransactionalClient::transaction_timeout(settings_.publish_deadline);
  TransactionalClient::Result result;
  do {
    result = client_->commit(kStep);
  } while (result.step == Step::again && steady_clock::now() < until && !sets_.stopping());
  if (result.step == Step::done) {
    counts_.committed += 1;
    size_t next = 0;
    for (const EventSetPointer& set : group) {
      AtomicReport report{.outcome = DeliveryOutcome::stored};
      for (size_t i = 0; i < set->events.size(); ++i, ++next) {
        report.stored_at.push_back({{records_[next]->partition}, {records_[next]->offset}});
      }
      sets_.end(set, std::move(report));
    }
    return Written::committed;
  }
  // The coordinator may have the commit, whatever has failed since, so nobody knows.
  counts_.unknown += 1;
  for (const EventSetPointer& set : group) {
    sets_.end(set, {.outcome = DeliveryOutcome::unknown,
                    .reason = "the commit was not acknowledged: " + result.reason});
  }
  drop(result.reason);
  return Written::broken;
}

bool TransactionWriter::abort() {
  const auto until = steady_clock::now() + kAbortPatience;
  TransactionalClient::Result result;
  do {
    result = client_->abort(kStep);
    tell_ended();
  } while (result.step == Step::again && steady_clock::now() < until && !sets_.stopping());
  if (result.step == Step::done) return true;
  drop("cannot abort a transaction: " + result.reason);
  return false;
}

AtomicReport TransactionWriter::report_of_failure(size_t first, size_t count) const {
  AtomicReport report{.outcome = DeliveryOutcome::not_stored,
                      .reason = "the transaction was aborted"};
  for (size_t i = first; i < first + count; ++i) {
    const Stored& record = *records_[i];
    if (!record.is_reported() || record.is_stored()) continue;
    const auto outcome = outcome_of(record.error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED);
    if (outcome == DeliveryOutcome::refused) {
      return {.outcome = outcome, .reason = rd_kafka_err2str(record.error)};
    }
    if (may_concern_another_record(record.error)) report.reason = rd_kafka_err2str(record.error);
  }
  return report;
}

}  // namespace penstock::kafka::transactions
