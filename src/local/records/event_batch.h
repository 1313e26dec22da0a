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

// Records that go to the function together, in the order they were read.
class EventBatch {
 public:
  static constexpr int64_t kRecordsMax = 10'000;  // The largest BatchSize that AWS takes.
  // "6 MB" is the size of a payload; what this leaves of it is the envelope's.
  static constexpr size_t kBytesMax = 6 * 1024 * 1024 - 64 * 1024;

  // What an event says besides its records. Without an ARN the source is a self-managed Kafka.
  struct Envelope {
    std::string event_source_arn;
    std::string bootstrap_servers;
  };
  // The records of one partition, for those who tell of a batch.
  struct Range {
    int64_t first_offset;
    int64_t last_offset;
    int64_t first_timestamp_ms;
    int64_t last_timestamp_ms;
  };
  struct Entry {
    size_t place;  // In places().
    int64_t offset;
    int64_t timestamp_ms;
    std::optional<std::string> key;
    std::string json;
  };

  void add(Record record, std::string json);
  void clear();

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] size_t size() const { return entries_.size(); }
  // Of the records' JSON with its separators; the payload adds the envelope and the partitions' names.
  [[nodiscard]] size_t bytes() const { return bytes_; }
  // What bytes() would be with this record, too.
  [[nodiscard]] size_t bytes_with(const std::string& json) const { return bytes_ + json.size() + 1; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const TopicPartition& place(const Entry& entry) const { return places_[entry.place]; }
  [[nodiscard]] std::map<TopicPartition, Range> ranges() const;
  // "events-0 15..17, events-1 4": for a person.
  [[nodiscard]] std::string text() const;
  // Lambda's event: the records by topic and partition.
  [[nodiscard]] std::string payload(const Envelope& envelope) const;
  // The event of one record alone.
  [[nodiscard]] std::string payload(const Envelope& envelope, const Entry& entry) const;

  // Each takes records out and keeps the order of all.
  void drop(const TopicPartition& partition);
  // Keeps the records from these offsets on, in these partitions alone.
  void keep_from(const Offsets& offsets);
  // The second half; the first one stays.
  [[nodiscard]] EventBatch split_off_half();
  // Those with a timestamp before `time`.
  [[nodiscard]] EventBatch split_off_older(base::SystemTime time);

 private:
  template <class Condition>
  EventBatch split_off(Condition leaves);
  [[nodiscard]] size_t index_of(const TopicPartition& place);

  std::vector<TopicPartition> places_;
  std::vector<Entry> entries_;
  size_t bytes_ = 0;
};

}  // namespace penstock::local
