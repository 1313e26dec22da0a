#include "apps/api/topic_metrics.h"

#include "http/metrics.h"

namespace penstock::apps {

void write_topic_metrics(std::string& out, const kafka::Producer& producer) {
  std::string_view help =
      "1 if Kafka has the topic, or does not say; 0 if it is missing or still to be created.";
  for (const kafka::TopicReadiness& topic : producer.topics()) {
    http::write_metric(out, "penstock_kafka_topic_ready", "gauge", help, topic.ready ? 1 : 0,
                       http::Labels().add("topic", topic.name));
    help = {};
  }
}

}  // namespace penstock::apps
