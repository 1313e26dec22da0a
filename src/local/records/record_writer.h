#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "local/records/cluster.h"

namespace penstock::local {

// A record that has no place yet.
struct NewRecord {
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  // None: a tombstone.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Stores records in a topic, and says so only when all replicas in sync have them. For one thread at a time.
class RecordWriter {
 public:
  static constexpr std::chrono::milliseconds kDeadline{15'000};  // Of one write.

  [[nodiscard]] static base::Result<std::unique_ptr<RecordWriter>> open(const Cluster& cluster,
                                                                        std::string topic);

  // In this order. After an error some may be stored. Returns soon after `stop`, with an error.
  [[nodiscard]] base::Result<> write(const std::vector<NewRecord>& records, std::stop_token stop);

 private:
  class Attempt;

  RecordWriter(kafka::Client client, Cluster cluster, std::string topic);

  const Cluster cluster_;
  kafka::Client client_;
  kafka::Queue reports_;
  const std::string topic_;
  uintptr_t attempts_ = 0;
  std::string problem_;  // Why there was no connection, since the last report.
};

}  // namespace penstock::local
