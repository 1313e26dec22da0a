#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "local/records/cluster.h"
#include "local/records/record.h"

namespace penstock::local {

// Looks up and stores the offsets of a consumer group without being one of its members. While the
// group has members, Kafka refuses to store offsets. Every call blocks until `deadline` at the
// latest. All calls are for one thread.
class GroupOffsets {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Does not connect yet. The tokens of `cluster` must outlive the object. The error is `invalid`:
  // librdkafka does not accept a property.
  [[nodiscard]] static base::Result<GroupOffsets> open(const Cluster& cluster,
                                                       const std::string& group_id);

  // The errors of the following calls are `unavailable`, and are retryable.

  // Returns the group's offsets, without the partitions of which it has none.
  [[nodiscard]] base::Result<Offsets> look_up(const std::vector<TopicPartition>& topic_partitions,
                                              Time deadline);
  // Stores these offsets for the group.
  [[nodiscard]] base::Result<> store(const Offsets& offsets, Time deadline);

 private:
  GroupOffsets(kafka::Client client, Cluster cluster, std::string group_id)
      : cluster_(std::move(cluster)), group_id_(std::move(group_id)), client_(std::move(client)) {}

  [[nodiscard]] base::Error error_of(rd_kafka_resp_err_t code, const std::string& what) const;

  Cluster cluster_;
  std::string group_id_;
  kafka::Client client_;
};

}  // namespace penstock::local
