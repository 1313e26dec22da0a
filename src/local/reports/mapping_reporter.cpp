#include "local/reports/mapping_reporter.h"

#include <utility>

namespace penstock::local {

MappingReporter::MappingReporter(std::chrono::milliseconds pause, base::SteadyTime now)
    : pause_(pause), next_(is_on() ? now + pause : base::SteadyTime::max()) {}

void MappingReporter::remember(const TopicPartition& topic_partition, base::Offset offset) {
  // Before the first record of a partition, nothing else can have been stored than its offset.
  stored_.try_emplace(topic_partition, offset);
  read_[topic_partition] = offset + 1;
}

void MappingReporter::committed(const Offsets& offsets) {
  if (!is_on()) return;
  for (const auto& [topic_partition, offset] : offsets) {
    const auto [before, is_new] = stored_.try_emplace(topic_partition, offset);
    if (is_new) continue;
    counts_.committed += offset.value - before->second.value;
    before->second = offset;
  }
}

void MappingReporter::revoked(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    read_.erase(partition);
    stored_.erase(partition);
  }
}

MappingReport MappingReporter::take(base::SteadyTime now,
                                    const std::vector<RecordSource::Ends>& ends,
                                    const Offsets& unfinished) {
  next_ = now + pause_;
  MappingReport report{std::exchange(counts_, {}), {}};
  for (const RecordSource::Ends& partition : ends) {
    PartitionPosition& position = report.partitions.emplace_back();
    position.topic_partition = partition.topic_partition;
    position.committed = partition.committed;
    position.begin = partition.begin;
    position.end = partition.end;
    if (const auto read = read_.find(partition.topic_partition); read != read_.end()) {
      position.consumed = read->second.value - 1;
      const auto open = unfinished.find(partition.topic_partition);
      position.processed = (open != unfinished.end() ? open->second : read->second).value - 1;
    }
  }
  return report;
}

}  // namespace penstock::local
