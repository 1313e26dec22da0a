#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"
#include "local/function/invoker.h"
#include "local/mapping/mapping_rules.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Decides what becomes of the records of one batch, by AWS's rules for retries. It only decides;
// the caller acts:
//
//   while (!delivery.empty()) switch (delivery.next_step(now, bytes_max)) {
//     invoke:  delivery.apply(delivery.judge(outcome of an invocation with batch()))
//     discard: send batch() to the failure destination, then delivery.mark_discarded()
//   }
//
// Its data is a stack of batches, each with the attempts that it has had. The batch on top is being
// handled, and one that is halved becomes two. A record that is in no batch of the stack is
// finished. After a partial response, RetryRules::partial_retry says which records stay.
//
// The rules are those of AWS's "Configuring error handling controls for Kafka event sources". Where
// that page says nothing, they are those of streams ("Kinesis … error handling"): splitting a batch
// does not count as a retry. Two rules are this project's own, because neither page has one. After
// a partial response that got further than the one before, the count of attempts begins again. And
// a batch that streams would only cut at the item that a partial response names is cut there and
// also halved, so that a bad record is given up alone.
class Delivery {
 public:
  enum class Step { invoke, discard };

  // `ends` has the offset at which each partition goes on when all records are finished, including
  // those that a filter left out. `rules` must outlive the delivery.
  Delivery(EventBatch batch, Offsets ends, const RetryRules& rules);

  // Says whether all records are finished.
  [[nodiscard]] bool empty() const;
  // Decides what to do with batch(), which then stays unchanged until apply() or mark_discarded().
  // `bytes_max` is the largest size of an event. Must not be called if empty().
  [[nodiscard]] Step next_step(base::SystemTime now, size_t bytes_max);
  // Returns the batch on top of the stack. Must not be called if empty().
  [[nodiscard]] const EventBatch& batch() const { return work_.back().batch; }
  // Returns why batch() is discarded: "RetryAttemptsExhausted", "RecordAgeExceeded" or
  // "MaximumPayloadSizeExceeded". It is empty if batch() is not discarded.
  [[nodiscard]] std::string_view condition() const { return work_.back().discard_condition; }
  // Returns the approximate number of invocations with the records of batch().
  [[nodiscard]] int64_t invocations() const { return work_.back().invocations; }
  // Returns why the last invocation with the records of batch() has failed. It is empty if there
  // was none.
  [[nodiscard]] const std::string& reason() const { return work_.back().reason; }

  struct Verdict {
    // Says in a message why some records are not done. It is empty if all are.
    std::string reason = {};
    // Has the records that a partial response names. If there is a reason but no record, all
    // records must be retried.
    RecordSet named = {};
    bool has_old_identifier = false;  // See BatchResponse.
  };
  // Interprets the outcome of an invocation with batch().
  [[nodiscard]] Verdict judge(const InvocationOutcome& outcome) const;
  // Says whether another invocation with some of the records follows if the verdict is applied now.
  [[nodiscard]] bool comes_again(const Verdict& verdict) const;
  // Removes the records that are done, and counts a failure of the rest. Returns how many records
  // have failed, also those whose partitions were revoked meanwhile.
  size_t apply(const Verdict& verdict);
  // Must be called when the destination has the document of batch(), or if there is no destination.
  // The records of batch() are finished then.
  void mark_discarded();
  // Must be called when the partition was assigned to another member of the group. Its records are
  // removed, those of batch() by apply() or drop_revoked_records().
  void revoke(const TopicPartition& topic_partition);
  // Removes the revoked records from batch(), which nobody may use meanwhile.
  void drop_revoked_records();
  // Says whether all partitions of batch() have been revoked.
  [[nodiscard]] bool is_revoked() const;

  // Returns a batch without records, whose memory is that of the last one that was finished.
  [[nodiscard]] EventBatch take_spare();
  // Returns, for each partition that was not revoked, the offset of the first record that is not
  // finished.
  [[nodiscard]] Offsets progress() const;

 private:
  struct Work {
    EventBatch batch;
    int64_t failures = 0;     // The failures that count as attempts.
    int64_t invocations = 0;  // All invocations with these records.
    std::string_view discard_condition = {};
    std::string reason = {};  // Of the last failure.
  };

  // Says whether this partial response leaves a record of batch() in it.
  [[nodiscard]] bool stays(const RecordSet& named, const EventBatch::Entry& entry) const;
  // Says whether a batch of so many records is halved when it fails.
  [[nodiscard]] bool halves(size_t records) const {
    return rules_.bisect_batch_on_function_error && records > 1;
  }
  [[nodiscard]] bool are_too_many(int64_t failures) const;
  void count_failure(const std::string& reason);

  const RetryRules& rules_;
  std::vector<Work> work_;  // The last one is being handled.
  Offsets ends_;            // Without the partitions that were revoked.
  EventBatch spare_;        // The last one that was finished.
};

}  // namespace penstock::local
