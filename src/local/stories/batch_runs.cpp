#include "local/stories/batch_runs.h"

namespace penstock::local {

std::vector<BatchRun> runs_of(const EventBatch& batch, const RecordSet& without) {
  std::vector<BatchRun> runs;
  size_t partition_index = 0;
  for (const EventBatch::Entry& entry : batch.entries()) {
    const TopicPartition& topic_partition = batch.topic_partition(entry);
    if (!without.empty() && contains(without, topic_partition, entry.offset)) continue;
    if (!runs.empty() && entry.partition_index == partition_index &&
        entry.offset == runs.back().offsets.last + 1) {
      runs.back().offsets.last = entry.offset;
      continue;
    }
    runs.push_back({&topic_partition, {entry.offset, entry.offset}});
    partition_index = entry.partition_index;
  }
  return runs;
}

}  // namespace penstock::local
