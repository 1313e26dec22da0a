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

// A plain Kafka client for tests: what is in a topic, and what a group has read. Everything blocks,
// for kPatience at most.
inline constexpr std::chrono::seconds kPatience{30};

// By the Admin API, which the in-process broker does not have. A topic that exists is no error.
[[nodiscard]] base::Result<> create_topic(const std::string& bootstrap, const std::string& topic,
                                          int partitions);

// A topic's setting, such as "retention.ms".
[[nodiscard]] base::Result<std::string> topic_setting(const std::string& bootstrap,
                                                      const std::string& topic,
                                                      const std::string& name);

[[nodiscard]] base::Result<int> partition_count(const std::string& bootstrap,
                                                const std::string& topic);

// Lets "User:…" write idempotently to the topic, and nothing else.
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

// All records that the topic has now, partition by partition in the order of their offsets.
[[nodiscard]] base::Result<std::vector<local::Record>> read_topic(const std::string& bootstrap,
                                                                  const std::string& topic);

// Where the group goes on in each partition; partitions without a committed offset are left out.
[[nodiscard]] base::Result<std::map<int32_t, int64_t>> committed_offsets(
    const std::string& bootstrap, const std::string& group, const std::string& topic);

}  // namespace penstock::test
