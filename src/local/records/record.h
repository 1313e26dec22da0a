#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/position.h"

namespace penstock::local {

// Names a partition of a topic.
struct TopicPartition {
  std::string topic;
  base::Partition partition = {};

  auto operator<=>(const TopicPartition&) const = default;
  // Returns the partition's name in Lambda's events and partial responses: "events-0".
  [[nodiscard]] std::string text() const { return topic + "-" + base::to_text(partition); }
  // Returns a name of the record at this offset for messages: "events-0@15".
  [[nodiscard]] std::string text(base::Offset offset) const {
    return text() + "@" + base::to_text(offset);
  }
};

// Has, for each partition, the offset of the first record that is not finished. A consumer group
// goes on there.
using Offsets = std::map<TopicPartition, base::Offset>;

// Has the offsets of single records, by partition.
using RecordSet = std::map<TopicPartition, std::set<base::Offset>>;

// Describes a range of offsets, which includes both of its ends.
struct OffsetRange {
  base::Offset first;
  base::Offset last;

  bool operator==(const OffsetRange&) const = default;
  // Returns the number of offsets. Some of them may have no record.
  [[nodiscard]] int64_t count() const { return last.value - first.value + 1; }
  // Returns "15..17", or "15" if the range is one offset.
  [[nodiscard]] std::string text() const {
    return base::to_text(first) + (first == last ? "" : ".." + base::to_text(last));
  }
};

// Holds a Kafka record with everything that Lambda's event has of it.
struct Record {
  enum class TimestampType { none, create_time, log_append_time };

  TopicPartition topic_partition;
  base::Offset offset = {};
  int64_t timestamp_ms = 0;  // Milliseconds since 1970.
  TimestampType timestamp_type = TimestampType::create_time;
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  // A record without a value is a tombstone.
  // A header without a value is not the same to Kafka as one with an empty value.
  std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
};

// Shows a Kafka record whose bytes are elsewhere, such as in a message of librdkafka.
struct RecordView {
  struct Header {
    std::string_view name;
    std::optional<std::string_view> value;
  };

  const TopicPartition* topic_partition = nullptr;  // Is never null in a view that is handed over.
  base::Offset offset = {};
  int64_t timestamp_ms = 0;  // Milliseconds since 1970.
  Record::TimestampType timestamp_type = Record::TimestampType::create_time;
  std::optional<std::string_view> key = {};
  std::optional<std::string_view> value = {};
  std::span<const Header> headers = {};

  // Copies everything.
  [[nodiscard]] Record copy() const;
};

// Returns the record's JSON in Lambda's Kafka event, which RecordEncoder describes.
[[nodiscard]] std::string record_json(const Record& record);

}  // namespace penstock::local
