#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "kafka/broker_certificates.h"
#include "kafka/token_source.h"

namespace penstock::kafka {

// Holds the settings of a producer.
struct Settings {
  std::string bootstrap;  // "HOST:PORT,…"
  std::string client_id;  // The name of this client in the brokers' logs.
  // An event must have its report within this time after submit().
  std::chrono::milliseconds publish_deadline{2000};
  // These limit the size in KiB and the number of the events that wait for the broker. A container
  // has 64 to 512 MB.
  int64_t queue_kib_max = 16 * 1024;
  int64_t queue_messages_max = 10'000;
  // These say whether to create missing topics at the start, with how many partitions, and how long
  // they keep records. A retention of 0 means the cluster's default.
  bool create_topics = true;
  int64_t partitions = 1;
  std::chrono::milliseconds retention{0};
  // If it is not null, the producer uses SASL/OAUTHBEARER over TLS with tokens from here. The
  // source must outlive the producer.
  TokenSource* tokens = nullptr;
  // If it is not null, it learns what certificates the brokers show. It must outlive the producer.
  BrokerCertificates* certificates = nullptr;
};

}  // namespace penstock::kafka
