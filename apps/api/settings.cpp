#include "apps/api/settings.h"

#include "apps/shared/msk_iam.h"
#include "aws/region.h"
#include "service_names.h"

namespace penstock::apps {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool wants_msk_iam(const ApiSettings& settings) {
  if (settings.kafka.bootstrap.empty() || settings.kafka_auth == KafkaAuth::none) return false;
  return settings.kafka_auth == KafkaAuth::iam ||
         aws::region_of_msk(settings.kafka.bootstrap).has_value();
}

base::Result<aws::MskCluster> msk_cluster(const ApiSettings& settings) {
  auto cluster = msk_cluster(settings.kafka.bootstrap, settings.msk_region,
                             std::string(kVariablePrefix) + "AWS_MSK_CLUSTER_REGION");
  if (cluster) cluster->host = settings.msk_signing_host;
  return cluster;
}

void declare(base::Configuration& table, ApiSettings& settings) {
  table.text("AWS_MSK_CLUSTER_BOOTSTRAP", settings.kafka.bootstrap,
             "Kafka's bootstrap brokers, HOST:PORT,…; empty: events are only logged");
  table.text("AWS_MSK_CLUSTER_TOPIC", settings.topic,
             "takes the place of the contract's topics; empty: the contract's");
  table.choice(
      "KAFKA_AUTH", "",
      [&](std::string_view text) {
        if (text == "iam") settings.kafka_auth = KafkaAuth::iam;
        if (text == "none") settings.kafka_auth = KafkaAuth::none;
        return text.empty() || text == "iam" || text == "none";
      },
      "iam or none",
      "iam: TLS, and MSK IAM with the AWS credentials of this machine; none: plain text; empty: "
      "iam if the "
      "bootstrap is an MSK "
      "host name");
  table.text("AWS_MSK_CLUSTER_REGION", settings.msk_region,
             "the cluster's region; empty: from the MSK host name, else AWS_REGION");
  table.text("AWS_MSK_CLUSTER_SIGNING_HOST", settings.msk_signing_host,
             "signs for this host; empty: kafka.REGION and the suffix of the region's partition");
  table.text("ADDRESS", settings.address, "address to listen on");
  table.integer("PORT", settings.port, 0, 65'535, "port of the API; 0: any free one");
  table.integer("ADMIN_PORT", settings.admin_port, 0, 65'535,
                "port of /readiness and /metrics, on the loopback address; 0: any free one");
  table.choice(
      "LOG_LEVEL", "INFO",
      [&](std::string_view text) {
        const auto level = log::level_named(text);
        settings.log_level = level.value_or(settings.log_level);
        return level.has_value();
      },
      "DEBUG, INFO, WARNING or ERROR", "what is logged; the line of a completed request is INFO");
  table.duration(
      "DRAIN_DELAY", settings.drain_delay, milliseconds(0), seconds(120),
      "after SIGTERM, goes on accepting for so long, with `Connection: close`; 20 on AWS");
  table.duration("DRAIN_TIMEOUT", settings.drain_timeout, milliseconds(100), seconds(120),
                 "then what is in flight may take so long");
  table.duration("PUBLISH_DEADLINE", settings.publishing.deadline, milliseconds(500), seconds(30),
                 "the longest wait for Kafka's acknowledgement");
  table.integer("PUBLISH_IN_FLIGHT_MAX", settings.publishing.in_flight_max, 1, 1'000'000,
                "events without a report from Kafka; beyond: 503");
  table.integer("KAFKA_QUEUE_KIB_MAX", settings.kafka.queue_kib_max, 64, 1'048'576,
                "size of the events that wait for Kafka; beyond: 503");
  table.boolean("KAFKA_CREATE_TOPIC", settings.kafka.create_topics,
                "make a missing topic at start");
  table.integer("KAFKA_PARTITIONS", settings.kafka.partitions, 1, 1'000,
                "partitions of a topic that is made");
  table.duration("KAFKA_RETENTION", settings.kafka.retention, seconds(0),
                 std::chrono::hours(24 * 3650),
                 "how long a topic that is made keeps its records; 0: the cluster's default");
  http::Limits& limits = settings.limits;
  table.integer("HEADER_BYTES_MAX", limits.header_bytes_max, 1'024, 1'048'576,
                "size of a request's start line and headers; beyond: 431 or 414");
  table.integer("HEADERS_MAX", limits.headers_max, 8, 1'000,
                "number of a request's headers; beyond: 431");
  table.integer("BODY_BYTES_MAX", limits.body_bytes_max, 0, 104'857'600,
                "size of a request's body; beyond: 413");
  table.integer("REQUESTS_PER_CONNECTION_MAX", limits.requests_per_connection_max, 1, 1'000'000'000,
                "then the connection is closed");
  table.integer("CONNECTIONS_MAX", limits.connections_max, 1, 1'000'000,
                "open connections; beyond: 503");
  table.duration("HEADER_TIMEOUT", limits.header_timeout, milliseconds(250), seconds(600),
                 "from a request's first byte to the end of its headers; beyond: 408");
  table.duration("BODY_TIMEOUT", limits.body_timeout, milliseconds(250), seconds(600),
                 "the same for its body");
  table.duration("WRITE_TIMEOUT", limits.write_timeout, milliseconds(250), seconds(600),
                 "a client may take so long to read its answer");
  table.duration("IDLE_TIMEOUT", limits.idle_timeout, milliseconds(250), seconds(3600),
                 "between requests; longer than the load balancer's");
}

std::string markdown(const base::Configuration& table) {
  std::string out = "| variable | default | range | meaning |\n| --- | --- | --- | --- |\n";
  for (const base::Configuration::Row& row : table.rows()) {
    out += "| `" + row.name + "` | " + (row.standard.empty() ? "" : "`" + row.standard + "`") +
           " | " + row.range + " | " + row.meaning + " |\n";
  }
  return out;
}

}  // namespace penstock::apps
