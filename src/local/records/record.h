#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::local {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;

  std::strong_ordering operator<=>(const TopicPartition&) const = default;
  bool operator==(const TopicPartition&) const = default;
  // "events-0", as Lambda's event and its partial responses have it.
  [[nodiscard]] std::string text() const { return topic + "-" + std::to_string(partition); }
};

// Where each partition goes on: the offset of the first record that is not finished.
using Offsets = std::map<TopicPartition, int64_t>;

// A Kafka record as the mapping reads it.
struct Record {
  enum class TimestampType { none, create_time, log_append_time };

  TopicPartition place;
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

}  // namespace penstock::local
