#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apps/shared/msk_iam.h"
#include "async/blocking_pool.h"
#include "http/admin.h"
#include "http/api.h"
#include "http/event_loop_lag.h"
#include "http/process_metrics.h"
#include "http/publishing.h"
#include "http/server/server.h"
#include "kafka/producer.h"
#include "kafka/transactions/transaction_writer.h"
#include "log/log.h"
#include "resources/registry.h"

namespace penstock::apps {

// Says what `/metrics` tells of. A pointer is null if there is no such part.
struct Measured {
  std::string_view program;  // Its name.
  const http::ProcessMetrics& process;
  const http::Api& api;
  const http::Publishing& publishing;
  const http::EventLoopLag& event_loop_lag;
  const http::Server& server;
  int64_t connections_max;
  int64_t buffered_bytes_max;
  const log::Log& log;
  const std::vector<http::Check>& checks;
  const MskIam* msk_iam;
  const kafka::Producer* producer;
  const kafka::transactions::TransactionCounts* transactions;
  const kafka::BrokerCertificates& certificates;
  const kafka::Settings& kafka;
  const async::BlockingPool& blocking;
  const resources::Registry& registry;
};

// Appends all metrics of the API in Prometheus' text format. docs/runbook.md and
// docs/monitoring/alerts.yaml use their names, and a test compares them.
void write_metrics(std::string& out, const Measured& measured);

}  // namespace penstock::apps
