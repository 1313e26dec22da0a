#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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
  // The next requests of this kind get these errors. Those behind them are answered.
  void plant_one_after_the_other(int16_t request, const std::vector<rd_kafka_resp_err_t>& errors) {
    rd_kafka_mock_clear_request_errors(mock_.get(), request);
    rd_kafka_mock_push_request_errors_array(mock_.get(), request, errors.size(), errors.data());
  }
  void plant_twice(int16_t request, rd_kafka_resp_err_t error) {
    plant_one_after_the_other(request, {error, error});
  }
  // Each request of this kind gets the error, until answer_again().
  void plant_for_long(int16_t request, rd_kafka_resp_err_t error) {
    plant_one_after_the_other(request, std::vector<rd_kafka_resp_err_t>(10'000, error));
  }
  void answer_again(int16_t request) { rd_kafka_mock_clear_request_errors(mock_.get(), request); }
  // Answers each request after this time.
  void answer_after(std::chrono::milliseconds time) {
    rd_kafka_mock_broker_set_rtt(mock_.get(), 1, static_cast<int>(time.count()));
  }
  // Closes all connections and takes no more.
  void go_down() { rd_kafka_mock_broker_set_down(mock_.get(), 1); }
  void come_up() { rd_kafka_mock_broker_set_up(mock_.get(), 1); }

 private:
  kafka::Client client_;  // The broker runs on this client's threads.
  std::unique_ptr<rd_kafka_mock_cluster_t, kafka::Release<rd_kafka_mock_cluster_destroy>> mock_;
};

}  // namespace penstock::test
