#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/token_source.h"

namespace penstock::kafka {

// librdkafka's handles, each given back by its own function.
template <auto release>
struct Release {
  template <class T>
  void operator()(T* handle) const {
    release(handle);
  }
};

using Client = std::unique_ptr<rd_kafka_t, Release<rd_kafka_destroy>>;
using Conf = std::unique_ptr<rd_kafka_conf_t, Release<rd_kafka_conf_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Release<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Release<rd_kafka_event_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, Release<rd_kafka_message_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, Release<rd_kafka_topic_destroy>>;
using Headers = std::unique_ptr<rd_kafka_headers_t, Release<rd_kafka_headers_destroy>>;
using Failure = std::unique_ptr<rd_kafka_error_t, Release<rd_kafka_error_destroy>>;
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                   Release<rd_kafka_topic_partition_list_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Release<rd_kafka_NewTopic_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, Release<rd_kafka_AdminOptions_destroy>>;

using Properties = std::vector<std::pair<std::string, std::string>>;

// With these a client shows tokens, over TLS. The brokers' certificates are checked against the
// system's authorities, or those of SSL_CERT_FILE.
[[nodiscard]] Properties token_properties();

// A client with these properties; `events` are the RD_KAFKA_EVENT_… that it delivers through queues
// instead of callbacks. `tokens`: not null: it shows its tokens, for which it asks on a thread of
// librdkafka's; it must live longer than the client. The error names the property that was not
// taken.
[[nodiscard]] base::Result<Client> make_client(rd_kafka_type_t type, const Properties& properties,
                                               int events = 0, TokenSource* tokens = nullptr);

// Hands a token to a client; `principal` is for librdkafka's own log. Error: librdkafka does not
// take it.
[[nodiscard]] base::Result<> set_token(rd_kafka_t* client, const Token& token,
                                       const std::string& principal);

}  // namespace penstock::kafka
