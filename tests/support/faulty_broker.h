#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kafka/client.h"
// This header needs rdkafka.h, so it comes after it.
#include <librdkafka/rdkafka_mock.h>

namespace penstock::test {

// FaultyBroker is librdkafka's broker in memory, which fails as a test asks. It has one topic of
// one partition.
class FaultyBroker {
 public:
  // These requests can fail. The numbers are keys of Kafka's protocol.
  static constexpr int16_t kProduce = 0;
  static constexpr int16_t kInitProducerId = 22;

  explicit FaultyBroker(const std::string& topic)
      : client_(kafka::make_client(RD_KAFKA_PRODUCER, {{"log_level", "0"}}).value()),
        mock_(rd_kafka_mock_cluster_new(client_.get(), 1)) {
    rd_kafka_mock_topic_create(mock_.get(), topic.c_str(), 1, 1);
  }

  [[nodiscard]] std::string bootstrap() const {
    return rd_kafka_mock_cluster_bootstraps(mock_.get());
  }
  // The next request of this kind gets the error. Those behind it are answered.
  void plant(int16_t request, rd_kafka_resp_err_t error) {
    rd_kafka_mock_clear_request_errors(mock_.get(), request);
    rd_kafka_mock_push_request_errors(mock_.get(), request, 1, error);
  }
  // The next two requests of this kind get the error. Those behind them are answered.
  void plant_twice(int16_t request, rd_kafka_resp_err_t error) {
    rd_kafka_mock_clear_request_errors(mock_.get(), request);
    rd_kafka_mock_push_request_errors(mock_.get(), request, 2, error, error);
  }
  // Closes all connections and takes no more.
  void go_down() { rd_kafka_mock_broker_set_down(mock_.get(), 1); }
  void come_up() { rd_kafka_mock_broker_set_up(mock_.get(), 1); }

 private:
  kafka::Client client_;  // The broker runs on this client's threads.
  std::unique_ptr<rd_kafka_mock_cluster_t, kafka::Release<rd_kafka_mock_cluster_destroy>> mock_;
};

}  // namespace penstock::test
