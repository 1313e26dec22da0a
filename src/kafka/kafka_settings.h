#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "kafka/token_source.h"

namespace penstock::kafka {

// What a producer is made with.
struct Settings {
  std::string bootstrap;  // "HOST:PORT,…"
  std::string client_id;
  std::chrono::milliseconds publish_deadline{2000};
  // Events waiting for the broker; the container has 64 to 512 MB.
  int64_t queue_kib_max = 16 * 1024;
  int64_t queue_messages_max = 10'000;
  bool create_topics = true;
  int64_t partitions = 1;                  // Of a topic that is made at start.
  std::chrono::milliseconds retention{0};  // The same; 0: the cluster's default.
  // Not null: SASL/OAUTHBEARER over TLS with its tokens. It must live longer than the producer.
  TokenSource* tokens = nullptr;
};

}  // namespace penstock::kafka
