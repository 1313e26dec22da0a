#include "local/kafka/memory_broker.h"

#include "kafka/client.h"
// This header needs rdkafka.h, so it comes after it.
#include <librdkafka/rdkafka_mock.h>

#include <utility>

namespace penstock::local {
namespace {

constexpr int32_t kEveryBroker = -1;

}  // namespace

struct MemoryBroker::Cluster {
  kafka::Client client;  // The cluster runs on this client's threads.
  std::unique_ptr<rd_kafka_mock_cluster_t, kafka::Release<rd_kafka_mock_cluster_destroy>> mock;
};

base::Result<MemoryBroker> MemoryBroker::start(const std::string& topic, int partitions) {
  auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"log_level", "0"}});
  if (!client) return client.error();
  auto cluster = std::make_unique<Cluster>();
  cluster->client = std::move(*client);
  cluster->mock.reset(rd_kafka_mock_cluster_new(cluster->client.get(), 1));
  if (!cluster->mock) return base::Error{.message = "the broker in memory cannot be started"};
  MemoryBroker broker(std::move(cluster));
  if (auto made = broker.create(topic, partitions); !made) return made.error();
  return broker;
}

base::Result<> MemoryBroker::create(const std::string& topic, int partitions) {
  const auto made = rd_kafka_mock_topic_create(cluster_->mock.get(), topic.c_str(), partitions, 1);
  if (made == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return base::Error{.message = "the broker in memory cannot create topic '" + topic + "'",
                     .detail = rd_kafka_err2str(made)};
}

MemoryBroker::MemoryBroker(std::unique_ptr<Cluster> cluster) : cluster_(std::move(cluster)) {}
MemoryBroker::MemoryBroker(MemoryBroker&&) noexcept = default;
MemoryBroker::~MemoryBroker() = default;

// librdkafka aborts if a broker that is down is set down again.
void MemoryBroker::set_down(bool down) {
  if (std::exchange(down_, down) == down) return;
  auto* const mock = cluster_->mock.get();
  (void)(down ? rd_kafka_mock_broker_set_down(mock, kEveryBroker)
              : rd_kafka_mock_broker_set_up(mock, kEveryBroker));
}

void MemoryBroker::set_delay(std::chrono::milliseconds delay) {
  (void)rd_kafka_mock_broker_set_rtt(cluster_->mock.get(), kEveryBroker,
                                     static_cast<int>(delay.count()));
}

std::string MemoryBroker::bootstrap() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_->mock.get());
}

}  // namespace penstock::local
