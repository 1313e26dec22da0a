#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/position.h"

namespace penstock::local {

// One partition of one topic.
struct TopicPartition {
  std::string topic;
  base::Partition partition = {};

  auto operator<=>(const TopicPartition&) const = default;
  // Names the partition as Lambda's events and partial responses do: "events-0".
  [[nodiscard]] std::string text() const { return topic + "-" + base::to_text(partition); }
  // Names one record of it to a person: "events-0@15".
  [[nodiscard]] std::string text(base::Offset offset) const {
    return text() + "@" + base::to_text(offset);
  }
};

// For each partition, the offset of the first record that is not finished: there its group goes on.
using Offsets = std::map<TopicPartition, base::Offset>;

// The offsets from one to another, both included.
struct OffsetRange {
  base::Offset first;
  base::Offset last;

  bool operator==(const OffsetRange&) const = default;
  // "15..17", or "15" where that is all.
  [[nodiscard]] std::string text() const {
    return base::to_text(first) + (first == last ? "" : ".." + base::to_text(last));
  }
};

// A Kafka record with everything that an event tells of it.
struct Record {
  enum class TimestampType { none, create_time, log_append_time };

  TopicPartition topic_partition;
  base::Offset offset = {};
  int64_t timestamp_ms = 0;  // Is counted since 1970.
  TimestampType timestamp_type = TimestampType::create_time;
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  // A record without one is a tombstone.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// The record as it stands in Lambda's Kafka event: key and value are in base64 and absent if null,
// a header's value is an array of byte numbers.
// https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
[[nodiscard]] std::string record_json(const Record& record);

}  // namespace penstock::local
