#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "local/records/event_batch.h"
#include "local/records/record.h"

namespace penstock::local {

// Describes a batch that a mapping has given up. Its texts are printable.
struct GivenUpBatch {
  using Ranges = std::map<TopicPartition, std::vector<OffsetRange>>;

  std::string id;
  int64_t at_ms = 0;  // Milliseconds since 1970.
  std::string mapping;
  std::string condition;  // As AWS names it: "RetryAttemptsExhausted".
  std::string reason;     // That of the last invocation.
  std::string text;       // The batch, as EventBatch::text() has it.
  std::string destination;
  size_t records = 0;
  int64_t attempts = 0;
  Ranges offsets;  // Exactly those of its records, in order.
  bool redriven = false;
};

// Returns these offsets as ranges.
[[nodiscard]] GivenUpBatch::Ranges ranges_of(const RecordSet& records);
// Names them for messages: "events-0 15..17, events-1 4".
[[nodiscard]] std::string text_of(const GivenUpBatch::Ranges& ranges);

// Keeps the last batches that mappings have given up, without their records. May be used by any
// thread.
class GivenUpBatches {
 public:
  static constexpr size_t kBatchesMax = 200;
  static constexpr size_t kRangesMax = 100'000;  // Of all batches; one at least is kept.

  void add(std::string_view mapping, const EventBatch& batch, int64_t attempts,
           std::string_view condition, std::string_view reason, std::string_view destination);
  // Returns the batches, the newest first.
  [[nodiscard]] std::vector<std::shared_ptr<const GivenUpBatch>> list() const;
  // Returns the batch, or null if there is none.
  [[nodiscard]] std::shared_ptr<const GivenUpBatch> find(std::string_view id) const;
  // Notes that all its records have been redriven.
  void set_redriven(std::string_view id);
  // Notes that only these of its records still fail.
  void narrow(std::string_view id, const RecordSet& records);

 private:
  // Replaces the batch by a changed copy, if it is still kept.
  template <class Change>
  void change(std::string_view id, const Change& change);

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const GivenUpBatch>> batches_;  // The oldest is the first.
  size_t ranges_ = 0;                                        // Of all batches.
  uint64_t last_id_ = 0;
};

}  // namespace penstock::local
