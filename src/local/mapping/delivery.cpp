#include "local/mapping/delivery.h"

#include <algorithm>
#include <utility>

#include "local/function/batch_response.h"

namespace penstock::local {

Delivery::Delivery(EventBatch batch, Offsets ends, const RetryRules& rules)
    : rules_(rules), ends_(std::move(ends)) {
  if (!batch.empty()) work_.push_back({std::move(batch)});
}

bool Delivery::empty() const {
  return std::all_of(work_.begin(), work_.end(),
                     [](const Work& work) { return work.batch.empty(); });
}

Delivery::Step Delivery::next_step(base::SystemTime now, size_t bytes_max) {
  while (work_.back().batch.empty()) work_.pop_back();
  if (!work_.back().discard_condition.empty()) return Step::discard;
  if (rules_.maximum_record_age) {
    EventBatch old = work_.back().batch.split_off_older(now - *rules_.maximum_record_age);
    if (!old.empty()) {
      const Work& rest = work_.back();
      work_.push_back(
          {std::move(old), rest.failures, rest.invocations, "RecordAgeExceeded", rest.reason});
      return Step::discard;
    }
  }
  // Such a batch has only one record, because a batch ends before it is too large.
  if (batch().bytes() > bytes_max && rules_.has_destination) {
    work_.back().discard_condition = "MaximumPayloadSizeExceeded";
    return Step::discard;
  }
  return Step::invoke;
}

Delivery::Verdict Delivery::judge(const InvocationOutcome& outcome) const {
  if (!outcome.succeeded()) return {outcome.error_text()};
  if (!rules_.report_batch_item_failures) return {};
  auto response = read_batch_response(outcome.response, batch());
  if (!response) return {response.error().message};
  Verdict verdict{.named = std::move(response->failures),
                  .has_old_identifier = response->has_old_identifier};
  for (const auto& [topic_partition, offsets] : verdict.named) {
    verdict.reason += (verdict.reason.empty() ? "batchItemFailures: " : ", ") +
                      topic_partition.text(*offsets.begin());
    if (offsets.size() > 1) {
      verdict.reason += " and " + std::to_string(offsets.size() - 1) + " after it";
    }
  }
  return verdict;
}

bool Delivery::stays(const RecordSet& named, const EventBatch::Entry& entry) const {
  if (named.empty()) return true;
  const auto known = named.find(batch().topic_partition(entry));
  if (known == named.end()) return false;
  return rules_.partial_retry == PartialRetry::named ? known->second.contains(entry.offset)
                                                     : entry.offset >= *known->second.begin();
}

bool Delivery::comes_again(const Verdict& verdict) const {
  if (verdict.reason.empty()) return false;
  bool is_whole = true;
  size_t remaining = 0;
  for (const auto& entry : batch().entries()) {
    if (!stays(verdict.named, entry)) {
      is_whole = false;
    } else if (ends_.contains(batch().topic_partition(entry))) {
      ++remaining;
    }
  }
  if (remaining == 0) return false;
  return halves(remaining) || !are_too_many((is_whole ? work_.back().failures : 0) + 1);
}

size_t Delivery::apply(const Verdict& verdict) {
  if (verdict.reason.empty()) {
    spare_ = std::move(work_.back().batch);
    work_.pop_back();
    return 0;
  }
  if (!verdict.named.empty()) {
    EventBatch& kept = work_.back().batch;
    const size_t before = kept.size();
    if (rules_.partial_retry == PartialRetry::named) {
      kept.keep(verdict.named);
    } else {
      kept.keep_from_first(verdict.named);
    }
    if (kept.size() < before) work_.back().failures = 0;
  }
  const size_t failed = batch().size();
  drop_revoked_records();
  if (!batch().empty()) count_failure(verdict.reason);
  return failed;
}

bool Delivery::are_too_many(int64_t failures) const {
  const auto max = rules_.retries_max();
  return max && failures > *max;
}

void Delivery::count_failure(const std::string& reason) {
  Work& work = work_.back();
  ++work.invocations;
  work.reason = reason;
  if (halves(work.batch.size())) {
    // Both halves begin with the attempts of the whole batch. The split does not count as one.
    EventBatch second = work.batch.split_off_half();
    Work first = std::move(work);
    work_.back() = {std::move(second), first.failures, first.invocations, {}, first.reason};
    work_.push_back(std::move(first));
    return;
  }
  ++work.failures;
  if (are_too_many(work.failures)) work.discard_condition = "RetryAttemptsExhausted";
}

void Delivery::mark_discarded() {
  work_.pop_back();
}

void Delivery::revoke(const TopicPartition& partition) {
  ends_.erase(partition);
  // The last batch may be with the function. It loses its records when the invocation has ended.
  for (size_t i = 0; i + 1 < work_.size(); ++i) work_[i].batch.drop(partition);
}

bool Delivery::is_revoked() const {
  const auto& entries = batch().entries();
  return std::none_of(entries.begin(), entries.end(), [&](const auto& entry) {
    return ends_.contains(batch().topic_partition(entry));
  });
}

void Delivery::drop_revoked_records() {
  if (work_.empty()) return;
  for (const auto& [topic_partition, range] : batch().ranges()) {
    if (!ends_.contains(topic_partition)) work_.back().batch.drop(topic_partition);
  }
}

EventBatch Delivery::take_spare() {
  spare_.clear();
  return std::exchange(spare_, {});
}

Offsets Delivery::progress() const {
  Offsets progress = ends_;
  for (const Work& work : work_) {
    for (const auto& [topic_partition, offset] : work.batch.first_offsets()) {
      const auto known = progress.find(topic_partition);
      if (known != progress.end()) known->second = std::min(known->second, offset);
    }
  }
  return progress;
}

}  // namespace penstock::local
