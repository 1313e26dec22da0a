#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"
#include "local/function/invoker.h"
#include "local/mapping/mapping_rules.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Decides what becomes of the records of one batch, by AWS's rules for retries. It does nothing
// itself:
//
//   while (!delivery.empty()) switch (delivery.next_step(now, bytes_max)) {
//     invoke:  delivery.apply(delivery.judge(outcome of an invocation with batch()))
//     discard: send batch() to the failure destination, then delivery.mark_discarded()
//   }
//
// Its data is a stack of batches with the attempts that each has behind it. The batch on top is in
// work; one that is halved becomes two. What is in no batch of the stack is finished.
//
// The rules are those of AWS's "Configuring error handling controls for Kafka event sources". Where
// that page is silent, they are those of streams ("Kinesis … error handling"): splitting a batch
// does not count as a retry. Two are ours, for neither page says it. After a partial response that
// got further than the one before, attempts are counted anew. And where streams would only cut a
// batch at the item that a partial response names, it is halved from there on, too, so that a bad
// record is given up alone.
class Delivery {
 public:
  enum class Step { invoke, discard };

  // `ends` says where each partition goes on when all is done: behind records that a filter left
  // out, too. `rules` must outlive the delivery.
  Delivery(EventBatch batch, Offsets ends, const RetryRules& rules);

  [[nodiscard]] bool empty() const;
  // Decides what is to be done with batch(), which then stays as it is until apply() or
  // mark_discarded(). `bytes_max` bounds a payload. Must not be called when empty().
  [[nodiscard]] Step next_step(base::SystemTime now, size_t bytes_max);
  [[nodiscard]] const EventBatch& batch() const { return work_.back().batch; }
  // Says why batch() is discarded: "RetryAttemptsExhausted", "RecordAgeExceeded" or
  // "MaximumPayloadSizeExceeded". It is empty if batch() is not.
  [[nodiscard]] std::string_view condition() const { return work_.back().discard_condition; }
  // About how often the function was invoked with these records.
  [[nodiscard]] int64_t invocations() const { return work_.back().invocations; }

  struct Verdict {
    // Tells a person why not all is done. It is empty if all is.
    std::string reason = {};
    // Where the rest of each partition begins. With a reason, none means that all comes again.
    Offsets retry_from = {};
  };
  // What an outcome of an invocation with batch() means.
  [[nodiscard]] Verdict judge(const InvocationOutcome& outcome) const;
  void apply(const Verdict& verdict);
  // The destination knows of batch(), or there is none: its records are finished.
  void mark_discarded();
  // Another member of the group has the partition now: its records are no longer ours.
  void revoke(const TopicPartition& topic_partition);
  // Whether all partitions of batch() have been revoked.
  [[nodiscard]] bool is_revoked() const;

  // Where each partition that is ours could go on: before its first record that is not finished.
  [[nodiscard]] Offsets progress() const;

 private:
  struct Work {
    EventBatch batch;
    int64_t failures = 0;     // Those that count as attempts.
    int64_t invocations = 0;  // All that these records were in.
    std::string_view discard_condition = {};
  };

  void count_failure();
  void drop_revoked_records();

  const RetryRules& rules_;
  std::vector<Work> work_;  // The last one is in work.
  Offsets ends_;            // Has no partitions that were revoked.
};

}  // namespace penstock::local
