#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <vector>

#include "local/topics/shown_record.h"

namespace penstock::local {

// Keeps the newest or the oldest of the records that are added, within bounds. Those of one
// partition keep the order of their offsets, and no record between two that are kept is missing;
// partitions are compared by the records' timestamps.
class KeptRecords {
 public:
  enum class Keep { newest, oldest };

  // Keeps at most `records_max` records with at most `bytes_max` bytes of text, but at least one.
  KeptRecords(Keep keep, size_t records_max, size_t bytes_max)
      : keep_(keep), records_max_(records_max), bytes_max_(bytes_max) {}

  // Adds a record behind those of its partition. Returns whether nothing had to be dropped for it.
  bool add(ShownRecord record);
  // Adds records that are all older than those of their partition, in the order of their offsets.
  void add_older(std::vector<ShownRecord> records);

  [[nodiscard]] size_t size() const { return count_; }
  // Says whether a record was dropped, or the next one will be.
  [[nodiscard]] bool full() const { return dropped_ || count_ >= records_max_; }
  // Returns the records by partition and offset, and forgets them.
  [[nodiscard]] std::vector<ShownRecord> take();
  // Returns the records, the newest first, and forgets them.
  [[nodiscard]] std::vector<ShownRecord> take_newest_first();

 private:
  // Drops records until the rest fits. Returns whether there was nothing to drop.
  bool fit();
  void drop_one();

  const Keep keep_;
  const size_t records_max_;
  const size_t bytes_max_;
  std::map<TopicPartition, std::deque<ShownRecord>> partitions_;  // None of them is empty.
  size_t count_ = 0;
  size_t bytes_ = 0;
  bool dropped_ = false;
};

}  // namespace penstock::local
