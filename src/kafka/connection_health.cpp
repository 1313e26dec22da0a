#include "kafka/connection_health.h"

#include <algorithm>

namespace penstock::kafka {

using events::DeliveryOutcome;
using events::DeliveryReport;

void ConnectionHealth::broker_answered() {
  statistics_.brokers_up = std::max<int64_t>(1, statistics_.brokers_up);
}

DeliveryReport ConnectionHealth::explain(DeliveryReport report) const {
  if (!denied_.empty()) return {.outcome = DeliveryOutcome::refused, .reason = denied_};
  if (!is_connected() && !connection_problem().empty()) {
    report.reason += ": " + connection_problem();
  }
  return report;
}

std::string ConnectionHealth::not_ready_reason(bool is_replaced) const {
  if (!denied_.empty()) return "Kafka does not allow the producer to write: " + denied_;
  if (is_replaced) return "the Kafka producer is being replaced after a fatal error";
  if (!is_connected()) {
    return "no connection to Kafka at " + bootstrap_ +
           (connection_problem().empty() ? "" : ": " + connection_problem());
  }
  if (!tokens_.problem().empty()) {
    return "connected to Kafka, but not for long: " + tokens_.problem();
  }
  return {};
}

const std::string& ConnectionHealth::connection_problem() const {
  return tokens_.problem().empty() ? last_error_ : tokens_.problem();
}

}  // namespace penstock::kafka
