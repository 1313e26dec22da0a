#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::local {

// A Kafka record as the mapping reads it.
struct Record {
  enum class TimestampType { none, create_time, log_append_time };

  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  int64_t timestamp_ms = 0;  // Since 1970.
  TimestampType timestamp_type = TimestampType::create_time;
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  // None: a tombstone.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// The record as it stands in Lambda's Kafka event: key and value in base64, absent if null; a header's value
// as an array of byte numbers. https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
[[nodiscard]] std::string record_json(const Record& record);

// The records of one invocation, ready to be sent, in the order they were read.
class EventBatch {
 public:
  void add(const Record& record, std::string json);
  void drop_partition(int32_t partition);
  void clear();

  [[nodiscard]] bool empty() const { return records_.empty(); }
  [[nodiscard]] size_t size() const { return records_.size(); }
  // Of the records' JSON with its separators; the payload adds the envelope and the partitions' names.
  [[nodiscard]] size_t bytes() const { return bytes_; }

  // Where each partition goes on when the batch is done: its last record's offset + 1.
  [[nodiscard]] std::map<int32_t, int64_t> next_offsets() const;
  // "events-0 15..17, events-1 4": for a person.
  [[nodiscard]] std::string text() const;
  // Lambda's event, from the parts of `envelope` and the records by topic and partition.
  struct Envelope {
    std::string event_source_arn;
    std::string bootstrap_servers;
  };
  [[nodiscard]] std::string payload(const Envelope& envelope) const;

 private:
  struct Entry {
    int32_t partition;
    int64_t offset;
    std::string json;
  };

  std::string topic_;
  std::vector<Entry> records_;
  size_t bytes_ = 0;
};

}  // namespace penstock::local
