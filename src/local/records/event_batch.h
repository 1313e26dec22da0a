#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "local/records/record.h"

namespace penstock::local {

// Records that go to the function together, in the order in which they were read. Each is held as
// the JSON that Lambda's event has of it, so that an event is put together without encoding
// anything again.
class EventBatch {
 public:
  // The largest BatchSize that AWS takes.
  static constexpr int64_t kRecordsMax = 10'000;
  // AWS bounds a payload by "6 MB"; what this leaves of them is for the envelope.
  static constexpr size_t kBytesMax = 6 * 1024 * 1024 - 64 * 1024;

  // What an event says besides its records. Without an ARN the source is a self-managed Kafka.
  struct Envelope {
    std::string event_source_arn;
    std::string bootstrap_servers;
  };
  // Describes the records of one partition to those who tell of a batch. Times are milliseconds
  // since 1970.
  struct Range {
    OffsetRange offsets;
    int64_t first_timestamp_ms;
    int64_t last_timestamp_ms;
  };
  // A record of the batch.
  struct Entry {
    size_t partition_index;  // Is for topic_partition() below.
    base::Offset offset;
    int64_t timestamp_ms;
    std::optional<std::string> key;
    std::string json;
  };

  // Appends a record, of which record_json() has made `json`.
  void add(Record record, std::string json);
  void clear();

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] size_t size() const { return entries_.size(); }
  // The bytes of all records' JSON with its separators; a payload has the envelope and the
  // partitions' names besides.
  [[nodiscard]] size_t bytes() const { return bytes_; }
  // What bytes() would be if this record were added.
  [[nodiscard]] size_t bytes_with(const std::string& json) const {
    return bytes_ + json.size() + 1;
  }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const TopicPartition& topic_partition(const Entry& entry) const {
    return topic_partitions_[entry.partition_index];
  }
  [[nodiscard]] std::map<TopicPartition, Range> ranges() const;
  // Describes the batch to a person: "events-0 15..17, events-1 4".
  [[nodiscard]] std::string text() const;
  // Lambda's event, which has the records by topic and partition.
  [[nodiscard]] std::string payload(const Envelope& envelope) const;
  // Lambda's event of one record of the batch alone.
  [[nodiscard]] std::string payload(const Envelope& envelope, const Entry& entry) const;

  // Each of the following takes records out of the batch, and keeps the order of those that stay
  // and of those that it returns.

  // Takes out all records of a partition.
  void drop(const TopicPartition& topic_partition);
  // Takes out the records before these offsets, and all records of partitions that are not named.
  void keep_from(const Offsets& offsets);
  // Takes out the second half, which is the smaller one.
  [[nodiscard]] EventBatch split_off_half();
  // Takes out the records whose timestamp is before `time`.
  [[nodiscard]] EventBatch split_off_older(base::SystemTime time);

 private:
  template <class Condition>
  EventBatch split_off(Condition leaves);
  [[nodiscard]] size_t index_of(const TopicPartition& topic_partition);

  std::vector<TopicPartition> topic_partitions_;
  std::vector<Entry> entries_;
  size_t bytes_ = 0;
};

}  // namespace penstock::local
