#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::local {

// librdkafka's objects with owners.
template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};
using KafkaClient = std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;
using KafkaError = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using KafkaPartitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy<rd_kafka_topic_partition_list_destroy>>;

// A client with these properties; `events` are the RD_KAFKA_EVENT_… that it delivers through queues instead
// of callbacks. The error names the property that was not taken.
[[nodiscard]] base::Result<KafkaClient> make_kafka_client(
    rd_kafka_type_t type, const std::vector<std::pair<std::string, std::string>>& properties, int events = 0);

}  // namespace penstock::local
