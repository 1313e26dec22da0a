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

// Holds records that go to the function together, in the order in which they were read. Each is
// kept as the JSON that Lambda's event has of it, so that nothing is encoded twice.
class EventBatch {
 public:
  // AWS accepts no larger BatchSize (CreateEventSourceMapping).
  static constexpr int64_t kRecordsMax = 10'000;
  // An event must be smaller than this, in bytes. AWS's pages call it 6 MB, and its error says
  // "Request must be smaller than 6291456 bytes for the InvokeFunction operation".
  static constexpr size_t kEventBytesMax = 6'291'456;

  // Has the members of an event besides its records.
  struct Envelope {
    std::string event_source_arn;  // If it is empty, the source is a self-managed Kafka.
    std::string bootstrap_servers;
  };
  // Describes the batch's records of one partition. Times are in milliseconds since 1970.
  struct Range {
    OffsetRange offsets;
    int64_t first_timestamp_ms;
    int64_t last_timestamp_ms;
  };
  // Describes a record of the batch.
  struct Entry {
    size_t partition_index;  // Use topic_partition() to resolve it.
    base::Offset offset;
    int64_t timestamp_ms;  // Milliseconds since 1970.
    std::optional<std::string> key;
    std::string json;
  };

  // Returns what bytes() may be at most, so that payload() with this envelope is not larger than
  // `event_bytes_max`.
  [[nodiscard]] static size_t bytes_max(const Envelope& envelope,
                                        size_t event_bytes_max = kEventBytesMax - 1);

  // Appends a record. `json` is the result of record_json() for it.
  void add(Record record, std::string json);
  void clear();

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] size_t size() const { return entries_.size(); }
  // Returns the size of the records in a payload, with the names of their partitions, in bytes. The
  // rest of a payload is the envelope.
  [[nodiscard]] size_t bytes() const { return bytes_; }
  // Returns what bytes() would be if a record of this partition with this JSON were added.
  [[nodiscard]] size_t bytes_with(const TopicPartition& topic_partition,
                                  const std::string& json) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const TopicPartition& topic_partition(const Entry& entry) const {
    return topic_partitions_[entry.partition_index];
  }
  // Returns the range of the batch's offsets in each of its partitions.
  [[nodiscard]] std::map<TopicPartition, Range> ranges() const;
  // Describes the batch for messages: "events-0 15..17, events-1 4".
  [[nodiscard]] std::string text() const;
  // Returns Lambda's event, which has the records by topic and partition.
  [[nodiscard]] std::string payload(const Envelope& envelope) const;
  // Returns Lambda's event with only this record of the batch.
  [[nodiscard]] std::string payload(const Envelope& envelope, const Entry& entry) const;

  // The following calls remove records from the batch. They keep the order of the records that stay
  // and of those that they return.

  // Removes all records of a partition.
  void drop(const TopicPartition& topic_partition);
  // Removes the records that are not in this set.
  void keep(const RecordSet& records);
  // Removes the records before the first one of their partition in this set, and all records of
  // partitions that are not in it.
  void keep_from_first(const RecordSet& records);
  // Removes and returns the second half. If the number of records is odd, it is the smaller one.
  [[nodiscard]] EventBatch split_off_half();
  // Removes and returns the records whose timestamp is before `time`.
  [[nodiscard]] EventBatch split_off_older(base::SystemTime time);

 private:
  template <class Condition>
  EventBatch split_off(Condition leaves);
  // Returns the partition's place in topic_partitions_, or the size of that.
  [[nodiscard]] size_t index_of(const TopicPartition& topic_partition) const;
  // Appends a record. The index of `entry` is set here.
  void append(const TopicPartition& topic_partition, Entry entry);

  std::vector<TopicPartition> topic_partitions_;  // Those that have entries.
  std::vector<Entry> entries_;
  size_t bytes_ = 0;
};

}  // namespace penstock::local
