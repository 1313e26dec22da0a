#include "local/records/cluster.h"

namespace penstock::local {
namespace {

constexpr size_t kTextBytesMax = 1'000;  // As much as kafka::shown() returns.

}  // namespace

base::Result<kafka::Client> make_client(rd_kafka_type_t type, const Cluster& cluster,
                                        kafka::Properties properties, int events) {
  properties.insert(properties.end(), {{"bootstrap.servers", cluster.bootstrap},
                                       {"client.id", "penstock_local"},
                                       {"log_level", "0"}});
  properties.insert(properties.end(), cluster.properties.begin(), cluster.properties.end());
  return kafka::make_client(type, properties, events, cluster.tokens);
}

std::string explain(rd_kafka_resp_err_t code, const std::string& said, const Cluster& cluster) {
  const std::string text = kafka::secrets_of(cluster.properties)
                               .shown(kafka::shown(said.c_str(), cluster.tokens), kTextBytesMax);
  if (cluster.tokens == nullptr) return text;
  switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      cluster.tokens->refused();
      return text + ". See docs/msk-iam.md, \"When it does not work\".";
    case RD_KAFKA_RESP_ERR__SSL:
      return text +
             ". Name the file of the trusted certificates with SSL_CERT_FILE if the system's do "
             "not suffice.";
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return text + ", or you are not allowed to see it (by IAM: kafka-cluster:DescribeTopic)";
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return text + " (by IAM: kafka-cluster:DescribeTopic, and ReadData or WriteData)";
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return text + " (by IAM: kafka-cluster:DescribeGroup and AlterGroup)";
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return text + " (by IAM: kafka-cluster:WriteDataIdempotently)";
    default:
      return text;
  }
}

base::Error kafka_error(rd_kafka_resp_err_t code) {
  return {
      .code = base::ErrorCode::unavailable, .message = rd_kafka_err2str(code), .retryable = true};
}

std::optional<std::string> connection_problem(rd_kafka_event_t* event, const Cluster& cluster) {
  if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_ERROR) return std::nullopt;
  const auto code = rd_kafka_event_error(event);
  if (code != RD_KAFKA_RESP_ERR__AUTHENTICATION && code != RD_KAFKA_RESP_ERR__SSL) {
    return std::nullopt;
  }
  return explain(code, rd_kafka_event_error_string(event), cluster);
}

}  // namespace penstock::local
