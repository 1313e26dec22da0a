#pragma once

#include <string>

#include "kafka/producer.h"

namespace penstock::apps {

// Appends penstock_kafka_topic_ready, with one value for each topic of the producer.
void write_topic_metrics(std::string& out, const kafka::Producer& producer);

}  // namespace penstock::apps
