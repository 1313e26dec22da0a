#pragma once

#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/redaction.h"
#include "base/result.h"
#include "kafka/broker_certificates.h"
#include "kafka/token_source.h"

namespace penstock::kafka {

// Frees a handle of librdkafka with the function for its type. The handles below are unique_ptrs
// that do so.
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

// This holds names and values of librdkafka's CONFIGURATION.md.
using Properties = std::vector<std::pair<std::string, std::string>>;

// Returns the properties with which a client authenticates by tokens, over TLS. It checks the
// brokers' certificates against the system's authorities, or those in SSL_CERT_FILE.
[[nodiscard]] Properties token_properties();

// Adds to a client's configuration what is no property.
using Configure = std::function<void(rd_kafka_conf_t*)>;

// Makes a client with these properties. `events` is a set of RD_KAFKA_EVENT_… flags: the client
// delivers these through queues instead of callbacks. If `tokens` is not null, the client
// authenticates with its tokens and asks for them on one of librdkafka's threads; `tokens` must
// outlive the client. Fails with `invalid` if librdkafka refuses a property, which the message
// names, or if one of them would send tokens without TLS or to an unchecked peer; and with
// `internal` if the client does not start. If `certificates` is not null, it learns what the
// brokers show, and must outlive the client; then `tokens` must be null.
[[nodiscard]] base::Result<Client> make_client(rd_kafka_type_t type, const Properties& properties,
                                               int events = 0, TokenSource* tokens = nullptr,
                                               BrokerCertificates* certificates = nullptr,
                                               const Configure& configure = nullptr);

// Returns the secrets among the properties: passwords, keys and the like, by their names. The name
// of a file or a URL with a secret is none.
[[nodiscard]] base::Redaction secrets_of(const Properties& properties);

// Prepares a text of librdkafka for messages. Such texts may have words of a broker, which may
// repeat what the client sent: the secrets of `tokens`, which may be null, are taken out, and what
// controls a terminal. Null counts as an empty text.
[[nodiscard]] std::string shown(const char* text, const TokenSource* tokens);

// Hands a token to a client. `principal` appears only in librdkafka's log. Fails with `internal` if
// librdkafka rejects the token.
[[nodiscard]] base::Result<> set_token(rd_kafka_t* client, const Token& token,
                                       const std::string& principal);

}  // namespace penstock::kafka
