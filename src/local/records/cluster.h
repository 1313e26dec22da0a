#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "kafka/client.h"

namespace penstock::local {

// Says where a Kafka cluster is, and how a client authenticates.
struct Cluster {
  std::string bootstrap = {};  // "HOST:PORT", or several of them separated by commas.
  // librdkafka's properties, such as "security.protocol". They override those that this program
  // sets.
  kafka::Properties properties = {};
  // Provides the tokens for MSK IAM, and is null without it. It must outlive the clients.
  kafka::TokenSource* tokens = nullptr;
};

// Makes a client of this cluster with these properties, which gets `events`, a set of librdkafka's
// RD_KAFKA_EVENT_… bits. The client writes no log: what matters arrives as an event. The error is
// `invalid`: librdkafka does not accept a property.
[[nodiscard]] base::Result<kafka::Client> make_client(rd_kafka_type_t type, const Cluster& cluster,
                                                      kafka::Properties properties, int events);

// Returns the text of one of Kafka's errors, without secrets (kafka::shown()), with advice for a
// client that is refused or may not do something. If a token was refused, it also tells the source
// of tokens to get a new one.
[[nodiscard]] std::string explain(rd_kafka_resp_err_t code, const std::string& said,
                                  const Cluster& cluster);

// Makes the error `unavailable`, which is retryable, of one of Kafka's errors.
[[nodiscard]] base::Error kafka_error(rd_kafka_resp_err_t code);

// Returns the explained reason why no connection can be made, if this event is about one. All other
// events give nothing: librdkafka retries, or the call that is affected returns an error.
[[nodiscard]] std::optional<std::string> connection_problem(rd_kafka_event_t* event,
                                                            const Cluster& cluster);

}  // namespace penstock::local
