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

// A record that has no partition and no offset yet.
struct NewRecord {
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  // A record without one is a tombstone.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Stores records in a topic, and says so only when all replicas in sync have them. It is for one
// thread at a time.
class RecordWriter {
 public:
  // Bounds one write.
  static constexpr std::chrono::milliseconds kDeadline{15'000};

  // Makes a writer; Kafka need not be there yet. The tokens of `cluster` must outlive it. The error
  // is `invalid`: librdkafka does not take a property.
  [[nodiscard]] static base::Result<std::unique_ptr<RecordWriter>> open(const Cluster& cluster,
                                                                        std::string topic);

  // Stores the records in this order, and blocks until that is done. After an error, which is
  // `unavailable` and retryable, some may be stored. It returns soon after a stop was requested,
  // with an error.
  [[nodiscard]] base::Result<> write(const std::vector<NewRecord>& records, std::stop_token stop);

 private:
  class Write;

  RecordWriter(kafka::Client client, Cluster cluster, std::string topic);

  const Cluster cluster_;
  kafka::Client client_;
  kafka::Queue reports_;
  const std::string topic_;
  // Numbers the writes, so that late reports of one do not count for the next.
  uintptr_t writes_ = 0;
  std::optional<std::string> problem_;  // Why there was no connection, since the last report.
};

}  // namespace penstock::local
