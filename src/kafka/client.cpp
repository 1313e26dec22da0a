#include "kafka/client.h"

#include <array>

namespace penstock::kafka {

using base::Error;
using base::ErrorCode;

base::Result<Client> make_client(rd_kafka_type_t type,
                                 const std::vector<std::pair<std::string, std::string>>& properties,
                                 int events) {
  std::array<char, 512> why{};
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK) {
      return Error{.code = ErrorCode::invalid, .message = std::string("Kafka client: ") + why.data()};
    }
  }
  rd_kafka_conf_set_events(conf.get(), events);
  Client client(rd_kafka_new(type, conf.get(), why.data(), why.size()));
  if (!client)
    return Error{.code = ErrorCode::internal, .message = std::string("Kafka client: ") + why.data()};
  (void)conf.release();  // The client owns it now.
  return client;
}

}  // namespace penstock::kafka
