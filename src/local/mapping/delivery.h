#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/function/invoker.h"
#include "local/mapping/mapping_settings.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// What becomes of the records of one batch, by AWS's rules for retries: decides, and does nothing itself.
//
//   while (!delivery.empty()) switch (delivery.next(now, bytes_max)) {
//     invoke:  delivery.finish(delivery.judge(outcome of an invocation with batch()))
//     discard: tell the failure destination of batch(), then delivery.give_up()
//   }
//
// Sources: "Configuring error handling controls for Kafka event sources"; where it is silent, what AWS says
// of streams ("Kinesis … error handling"): that splitting a batch does not count as a retry. Ours, where
// neither says it: after a partial response that got further than the one before, attempts are counted anew.
// And where streams would only cut a batch at the item that a partial response names, it is halved from there
// on, too, so that a bad record is given up alone.
class Delivery {
 public:
  enum class Step { invoke, discard };

  // `ends`: where each partition goes on when all is done, filtered records included.
  Delivery(EventBatch batch, Offsets ends, const RetryRules& rules);

  [[nodiscard]] bool empty() const;
  // What is to be done with batch(), which then stays as it is until it is finished or given up.
  [[nodiscard]] Step next(base::SystemTime now, size_t bytes_max);
  [[nodiscard]] const EventBatch& batch() const { return work_.back().batch; }
  // Of the discarding: "RetryAttemptsExhausted", "RecordAgeExceeded" or "MaximumPayloadSizeExceeded".
  [[nodiscard]] std::string_view condition() const { return work_.back().discard_for; }
  // How often the function was asked, about.
  [[nodiscard]] int64_t invocations() const { return work_.back().invocations; }

  struct Verdict {
    std::string why = {};  // The function did not take all of it, for a person; empty: it did.
    Offsets again = {};    // What is to come again; empty: all, if there is a reason.
  };
  [[nodiscard]] Verdict judge(const Outcome& outcome) const;
  void finish(const Verdict& verdict);
  // The destination knows of batch(), or there is none.
  void give_up();
  // Another member has the partition now.
  void drop(const TopicPartition& partition);
  // Whether nothing is left of batch() that is ours.
  [[nodiscard]] bool lost() const;

  // Where each partition could go on: before the first record that is not finished.
  [[nodiscard]] Offsets progress() const;

 private:
  struct Work {
    EventBatch batch;
    int64_t failures = 0;     // That count as attempts.
    int64_t invocations = 0;  // All that these records were in.
    std::string_view discard_for = {};
  };

  void fail();
  void forget_lost();

  const RetryRules& rules_;
  std::vector<Work> work_;  // The next one is the last.
  Offsets ends_;            // Without partitions that are another member's now.
};

}  // namespace penstock::local
