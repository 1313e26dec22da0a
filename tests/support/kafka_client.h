#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "local/records/record.h"

namespace penstock::test {

// These functions are a plain Kafka client for tests. `bootstrap` is a list of HOST:PORT. Each call
// blocks, for kPatience at most, and fails with librdkafka's or the broker's sentence.
inline constexpr std::chrono::seconds kPatience{30};

// Creates a topic with the Admin API, which librdkafka's in-process broker does not have. A topic
// that exists already is not an error. `settings` has names and values, as "max.message.bytes".
[[nodiscard]] base::Result<> create_topic(
    const std::string& bootstrap, const std::string& topic, int partitions,
    const std::vector<std::pair<std::string, std::string>>& settings = {});

// Deletes a topic.
[[nodiscard]] base::Result<> delete_topic(const std::string& bootstrap, const std::string& topic);

// Returns a setting of the topic, such as "retention.ms".
[[nodiscard]] base::Result<std::string> topic_setting(const std::string& bootstrap,
                                                      const std::string& topic,
                                                      const std::string& name);

[[nodiscard]] base::Result<int> partition_count(const std::string& bootstrap,
                                                const std::string& topic);

// Permits the principal, "User:…", to write idempotently to the topic, and nothing else.
[[nodiscard]] base::Result<> allow_writing(const std::string& bootstrap,
                                           const std::string& principal, const std::string& topic);

struct NewRecord {
  std::optional<std::string> value;
  std::optional<std::string> key = {};
  int32_t partition = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Stores the records in this order and waits until all are acknowledged (acks=all, idempotent).
[[nodiscard]] base::Result<> produce(const std::string& bootstrap, const std::string& topic,
                                     const std::vector<NewRecord>& records);

// Returns all records that the topic has now, by partition and then by offset.
[[nodiscard]] base::Result<std::vector<local::Record>> read_topic(const std::string& bootstrap,
                                                                  const std::string& topic);

// Returns the group's committed offset of each partition that has one.
[[nodiscard]] base::Result<std::map<int32_t, int64_t>> committed_offsets(
    const std::string& bootstrap, const std::string& group, const std::string& topic);

}  // namespace penstock::test
