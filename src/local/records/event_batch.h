#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"
#include "local/records/event_payload.h"
#include "local/records/record.h"
#include "local/records/record_encoder.h"

namespace penstock::local {

// Holds records that go to the function together, in the order in which they were read. Each is
// kept as the JSON that Lambda's event has of it, so that nothing is encoded twice. The records of
// a partition are written one behind the other, with room for the rest of an event before and
// behind them, so that the event of a batch of one partition is its memory as it is.
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
    std::string_view json;  // Lasts until the batch is changed.
  };

  EventBatch() = default;
  EventBatch(const EventBatch& other);
  EventBatch(EventBatch&& other) noexcept = default;
  EventBatch& operator=(const EventBatch& other);
  EventBatch& operator=(EventBatch&& other) noexcept = default;
  ~EventBatch() = default;

  // Returns what bytes() may be at most, so that payload() with this envelope is not larger than
  // `event_bytes_max`.
  [[nodiscard]] static size_t bytes_max(const Envelope& envelope,
                                        size_t event_bytes_max = kEventBytesMax - 1);

  // Appends a record, and returns true. If there are others already, and bytes() would become more
  // than `bytes_max`, it does nothing and returns false.
  [[nodiscard]] bool add(const RecordView& record, RecordEncoder& encoder,
                         size_t bytes_max = std::numeric_limits<size_t>::max());
  // Appends a record. `json` is the result of record_json() for it.
  void add(Record record, std::string_view json);
  // Removes all records. Their memory is used again, unless someone still has the payload.
  void clear();

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] size_t size() const { return entries_.size(); }
  // Returns the size of the records in a payload, with the names of their partitions, in bytes. The
  // rest of a payload is the envelope.
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const TopicPartition& topic_partition(const Entry& entry) const {
    return parts_[entry.partition_index].topic_partition;
  }
  // Returns the offset of the first record of each partition in the batch.
  [[nodiscard]] Offsets first_offsets() const;
  // Returns the range of the batch's offsets in each of its partitions.
  [[nodiscard]] std::map<TopicPartition, Range> ranges() const;
  // Describes the batch for messages: "events-0 15..17, events-1 4".
  [[nodiscard]] std::string text() const;
  // Returns Lambda's event, which has the records by topic and partition.
  [[nodiscard]] std::string payload(const Envelope& envelope) const;
  // Returns the same bytes, which a batch of one partition does not copy. They stay as they are if
  // the batch is changed or destroyed.
  [[nodiscard]] Payload shared_payload(const Envelope& envelope) const;
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
  // Has the JSON of a partition's records, with a comma between two, from a fixed place on up to
  // `end`.
  struct Text {
    std::shared_ptr<char[]> bytes;
    size_t capacity = 0;
    size_t end = 0;
  };
  struct Part {
    TopicPartition topic_partition;
    Text text;
  };

  template <class Condition>
  EventBatch split_off(Condition leaves);
  // Returns the partition's place in parts_, or the size of that.
  [[nodiscard]] size_t index_of(const TopicPartition& topic_partition) const;
  // Returns the part with this index, which may be a new one, with room for `more` bytes.
  Part& part_at(size_t index, const TopicPartition& topic_partition, size_t more);
  void make_room(size_t index, size_t more);
  // Appends a record. The index and the JSON of `entry` are set here.
  void append(const TopicPartition& topic_partition, Entry entry, std::string_view json);

  std::vector<Part> parts_;  // Those that have entries.
  std::vector<Entry> entries_;
  size_t bytes_ = 0;
  std::vector<Text> spare_;  // The memory of parts that were removed.
};

}  // namespace penstock::local
