#pragma once

#include <string>

#include "base/result.h"
#include "kafka/client.h"

namespace penstock::local {

// Where Kafka is, and how to be let in.
struct Cluster {
  std::string bootstrap = {};
  // librdkafka's, on top of ours ("security.protocol").
  kafka::Properties properties = {};
  // Not null: its tokens are shown. It must live longer than the clients.
  kafka::TokenSource* tokens = nullptr;
};

// A client of this cluster, with these properties of ours. It says nothing by itself: what matters comes as
// an event.
[[nodiscard]] base::Result<kafka::Client> make_client(rd_kafka_type_t type, const Cluster& cluster,
                                                      kafka::Properties properties, int events);

// The text of an error of Kafka's, and what helps if this client is not let in or may not do something. Tells
// the source of the tokens that one was refused.
[[nodiscard]] std::string explain(rd_kafka_resp_err_t code, const std::string& text, const Cluster& cluster);

// The same of an RD_KAFKA_EVENT_ERROR that says why no connection comes about; empty for all others, which
// heal, or come as the error of a call.
[[nodiscard]] std::string connection_problem(rd_kafka_event_t* event, const Cluster& cluster);

}  // namespace penstock::local
