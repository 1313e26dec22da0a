#include "local/stories/batch_runs.h"

#include <cstddef>

namespace penstock::local {

std::vector<BatchRun> runs_of(const EventBatch& batch, const RecordSet& without) {
  std::vector<BatchRun> runs;
  // This is what the next record of the last run would be. It is compared for each record.
  size_t partition_index = 0;
  base::Offset next{-1};
  const bool takes_all = without.empty();
  for (const EventBatch::Entry& entry : batch.entries()) {
    const bool follows = entry.offset == next && entry.partition_index == partition_index;
    if (follows && takes_all) {
      next.value += 1;
      continue;
    }
    const TopicPartition& topic_partition = batch.topic_partition(entry);
    if (!takes_all && contains(without, topic_partition, entry.offset)) continue;
    if (follows) {
      next.value += 1;
      continue;
    }
    if (!runs.empty()) runs.back().offsets.last = next - 1;
    runs.push_back({&topic_partition, {entry.offset, entry.offset}});
    partition_index = entry.partition_index;
    next = entry.offset + 1;
  }
  if (!runs.empty()) runs.back().offsets.last = next - 1;
  return runs;
}

}  // namespace penstock::local
