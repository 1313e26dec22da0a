#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/position.h"
#include "base/result.h"

namespace penstock::lambda {

// A partition of a topic.
struct TopicPartition {
  std::string topic;
  base::Partition partition;

  auto operator<=>(const TopicPartition&) const = default;
};

// Its name as AWS writes it: "my-topic-0".
[[nodiscard]] std::string to_text(const TopicPartition& partition);

struct Header {
  std::string_view name;
  std::string_view value;  // Any bytes.
};

// One Kafka record as a function gets it. It is a view into its KafkaEvent, which must outlive it.
struct Record {
  std::string_view topic;
  base::Partition partition;
  base::Offset offset;
  std::chrono::milliseconds timestamp{-1};     // Since 1970; -1: none.
  std::string_view timestamp_type;             // CREATE_TIME or LOG_APPEND_TIME.
  std::optional<std::string_view> key = {};    // Any bytes.
  std::optional<std::string_view> value = {};  // Any bytes; none: a tombstone.
  std::vector<Header> headers = {};

  // The value of the first header of that name, if there is one. Kafka's names are case-sensitive.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  // The event's type (CloudEvents' Kafka binding, section 3.2.3: header "ce_type"), empty without
  // one.
  [[nodiscard]] std::string_view event_type() const {
    return header("ce_type").value_or(std::string_view{});
  }
};

// What one invocation carries. The records of a partition are in the order of the partition.
struct KafkaEvent {
  std::string_view event_source;
  std::string_view event_source_arn;   // Empty for a self-managed Kafka.
  std::string_view bootstrap_servers;  // May be empty.
  std::vector<Record> records;

  std::unique_ptr<char[]> text;  // What all views refer to.
};

struct KafkaEventLimits {
  size_t bytes_max = 8 * 1024 * 1024;  // AWS sends at most 6 MB ("Lambda quotas").
  size_t records_max = 10'000;         // The largest BatchSize of an event source mapping.
  size_t headers_max = 1'000;          // Of one record; Kafka itself has no bound.
  size_t depth_max = 16;               // The event itself needs 7; unknown members may nest more.
};

// Reads the JSON of an event of an event source mapping. Unknown members are passed over, known
// ones are checked to the letter. Errors: invalid and too_large; the message says where:
// "records/events-0/3/value: not base64".
[[nodiscard]] base::Result<KafkaEvent> decode_kafka_event(std::string_view json,
                                                          const KafkaEventLimits& limits = {});

}  // namespace penstock::lambda
