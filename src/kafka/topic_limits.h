#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "log/log.h"

namespace penstock::kafka {

// Reads the topics' max.message.bytes: Kafka refuses a batch that is larger. It asks at the start,
// then every kPace, since the setting may change, and earlier after a refusal. Where the cluster
// does not allow this (MSK IAM: kafka-cluster:DescribeTopicDynamicConfiguration), a limit stays
// unknown, which is logged once. It has no timer: the owner calls request() regularly and passes
// the result to take_result(). Only one thread may use it.
class TopicLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes kPace{10};
  // After a refusal, and after an attempt that had no answer, so much time passes at least.
  static constexpr std::chrono::seconds kPaceMin{5};

  // `log` must outlive this object.
  TopicLimits(const std::vector<std::string>& names, log::Log& log);

  // Asks for the limits if it is time to. The result arrives on `queue`.
  void request(rd_kafka_t* client, rd_kafka_queue_t* queue, Time now);
  // Takes an RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT.
  void take_result(rd_kafka_event_t* event, Time now);
  // Notes that the client with the request is gone, so that no result will come.
  void forget_request() { asked_ = false; }
  // Notes that Kafka has refused a batch for its size: a limit may be another now.
  void batch_was_refused();

  // Returns the smallest limit that is known, in bytes.
  [[nodiscard]] std::optional<int64_t> smallest() const;

 private:
  void take(const rd_kafka_ConfigResource_t* topic);

  log::Log& log_;
  std::map<std::string, std::optional<int64_t>, std::less<>> limits_;
  bool asked_ = false;
  bool said_unknown_ = false;
  Time asked_at_ = {};
  Time next_ = {};
};

}  // namespace penstock::kafka
