#include "local/rdkafka_handles.h"

#include <array>

namespace penstock::local {

base::Result<KafkaClient> make_kafka_client(
    rd_kafka_type_t type, const std::vector<std::pair<std::string, std::string>>& properties, int events) {
  std::array<char, 512> why{};
  std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>> settings(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(settings.get(), name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK) {
      return base::Error{.code = base::ErrorCode::invalid,
                         .message = "Kafka client: " + std::string(why.data())};
    }
  }
  rd_kafka_conf_set_events(settings.get(), events);
  KafkaClient client(rd_kafka_new(type, settings.get(), why.data(), why.size()));
  if (!client)
    return base::Error{.code = base::ErrorCode::internal,
                       .message = "Kafka client: " + std::string(why.data())};
  [[maybe_unused]] const auto* const taken = settings.release();  // The client owns them now.
  return client;
}

}  // namespace penstock::local
