#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "kafka/client.h"

namespace penstock::local {

// Where Kafka is, and what lets us in.
struct Cluster {
  std::string bootstrap = {};
  // librdkafka's properties, which go before ours ("security.protocol").
  kafka::Properties properties = {};
  // The source of the tokens that are shown to Kafka; null if it wants none. It must outlive the
  // clients.
  kafka::TokenSource* tokens = nullptr;
};

// Makes a client of this cluster, with `properties` of ours and `events` of librdkafka's
// RD_KAFKA_EVENT_…. It writes no log of its own: what matters comes as an event. The error is
// `invalid`: librdkafka does not take a property.
[[nodiscard]] base::Result<kafka::Client> make_client(rd_kafka_type_t type, const Cluster& cluster,
                                                      kafka::Properties properties, int events);

// Appends to the text of one of Kafka's errors what helps a client that is not let in or may not do
// something. It tells the source of the tokens when one was refused, so that the next one is new.
[[nodiscard]] std::string explain(rd_kafka_resp_err_t code, const std::string& text,
                                  const Cluster& cluster);

// Why no connection comes about, explained, if this event says so. It is nothing for all other
// events: their troubles heal, or come as the error of a call.
[[nodiscard]] std::optional<std::string> connection_problem(rd_kafka_event_t* event,
                                                            const Cluster& cluster);

}  // namespace penstock::local
