#pragma once

#include <chrono>
#include <vector>

#include "base/time_text.h"
#include "local/records/record.h"
#include "local/records/record_source.h"
#include "local/reports/mapping_report.h"

namespace penstock::local {

// Keeps the counts for the next report of a mapping, and says when it is due. It is for the
// mapping's thread. Its data is a MappingCounts, and two offsets for each partition: behind the
// last record that was read, and the one that was stored last.
class MappingReporter {
 public:
  // A report is due after each `pause`. If that is 0, there are none.
  MappingReporter(std::chrono::milliseconds pause, base::SteadyTime now);

  [[nodiscard]] bool is_due(base::SteadyTime now) const { return now >= next_; }
  [[nodiscard]] bool is_on() const { return pause_.count() > 0; }

  // The caller counts what the following functions do not.
  MappingCounts& counts() { return counts_; }
  // This record was read.
  void polled(const TopicPartition& topic_partition, base::Offset offset) {
    ++counts_.polled;
    if (is_on()) remember(topic_partition, offset);
  }
  // These offsets are stored for the group.
  void committed(const Offsets& offsets);
  // These partitions belong to another member of the group now.
  void revoked(const std::vector<TopicPartition>& partitions);

  // Returns the report, and begins to count from 0 again. `ends` is of the partitions that the
  // mapping reads; `unfinished` has the first record that is not finished, where there is one.
  [[nodiscard]] MappingReport take(base::SteadyTime now,
                                   const std::vector<RecordSource::Ends>& ends,
                                   const Offsets& unfinished);

 private:
  void remember(const TopicPartition& topic_partition, base::Offset offset);

  const std::chrono::milliseconds pause_;
  base::SteadyTime next_;
  MappingCounts counts_;
  Offsets read_;
  Offsets stored_;
};

}  // namespace penstock::local
