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
#include "base/record_identity.h"
#include "base/result.h"

namespace penstock::lambda {

// Names a partition of a topic.
struct TopicPartition {
  std::string topic;
  base::Partition partition;

  auto operator<=>(const TopicPartition&) const = default;
};

// Returns the partition's name as AWS writes it: "my-topic-0".
[[nodiscard]] std::string to_text(const TopicPartition& partition);

// Holds a header of a record. Its value may be any bytes.
struct Header {
  std::string_view name;
  std::string_view value;
};

// Holds one Kafka record as a function receives it. Its parts are views into its KafkaEvent, which
// must outlive it.
struct Record {
  std::string_view topic;
  base::Partition partition;
  base::Offset offset;
  std::chrono::milliseconds timestamp{-1};     // Since 1970; -1 if the record has none.
  std::string_view timestamp_type;             // CREATE_TIME or LOG_APPEND_TIME.
  std::optional<std::string_view> key = {};    // Any bytes.
  std::optional<std::string_view> value = {};  // Any bytes. A tombstone has no value.
  std::vector<Header> headers = {};

  // Returns the value of the first header of that name, or nothing. Kafka's names are
  // case-sensitive.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  // Returns the event type, from the header "ce_type" (CloudEvents' Kafka binding, section 3.2.3),
  // or an empty view if there is none.
  [[nodiscard]] std::string_view event_type() const {
    return header("ce_type").value_or(std::string_view{});
  }
  // Returns by what whoever must not act on the record twice knows it again. It is a copy.
  [[nodiscard]] base::RecordIdentity identity() const {
    return {.event_id = std::string(header("ce_id").value_or(std::string_view{})),
            .topic = std::string(topic),
            .partition = partition,
            .offset = offset};
  }
};

// Holds the decoded event of one invocation. The records of a partition are in the order of their
// offsets.
struct KafkaEvent {
  std::string_view event_source;
  std::string_view event_source_arn;   // Empty for a self-managed Kafka.
  std::string_view bootstrap_servers;  // May be empty.
  std::vector<Record> records;

  std::unique_ptr<char[]> text;  // The bytes that all views refer to.
};

// Limits the size of an event. An event that exceeds one is refused.
struct KafkaEventLimits {
  size_t bytes_max = 8 * 1024 * 1024;  // AWS sends at most 6 MB ("Lambda quotas").
  size_t records_max = 10'000;         // The largest BatchSize of an event source mapping.
  size_t headers_max = 1'000;          // For one record. Kafka itself has no limit.
  size_t depth_max = 16;               // The event itself needs 7; unknown members may need more.
};

// Decodes the JSON event of an event source mapping. It ignores unknown members and checks known
// ones strictly. Fails with `invalid` or `too_large`; the message says where:
// "records/events-0/3/value: not base64".
[[nodiscard]] base::Result<KafkaEvent> decode_kafka_event(std::string_view json,
                                                          const KafkaEventLimits& limits = {});
// Does the same without the reader of usual events (quick_event_reader.h), which is several times
// as quick. Tests compare the two.
[[nodiscard]] base::Result<KafkaEvent> decode_any_kafka_event(std::string_view json,
                                                              const KafkaEventLimits& limits = {});

}  // namespace penstock::lambda
