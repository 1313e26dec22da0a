#pragma once

#include <vector>

#include "local/records/event_batch.h"
#include "local/records/record.h"

namespace penstock::local {

// Is a row of records of a batch whose offsets follow one another.
struct BatchRun {
  const TopicPartition* topic_partition;  // In the batch.
  OffsetRange offsets;
};

// Returns the records of the batch without those of `without`.
[[nodiscard]] std::vector<BatchRun> runs_of(const EventBatch& batch, const RecordSet& without = {});

[[nodiscard]] inline bool contains(const RecordSet& records, const TopicPartition& topic_partition,
                                   base::Offset offset) {
  const auto partition = records.find(topic_partition);
  return partition != records.end() && partition->second.contains(offset);
}

}  // namespace penstock::local
