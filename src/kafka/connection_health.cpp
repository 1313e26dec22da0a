#include "kafka/connection_health.h"

#include <algorithm>
#include <utility>

namespace penstock::kafka {

using events::DeliveryOutcome;
using events::DeliveryReport;

void ConnectionHealth::broker_answered() {
  statistics_.brokers_up = std::max<int64_t>(1, statistics_.brokers_up);
}

void ConnectionHealth::clock_refused(std::string reason, Time now) {
  clock_problem_ = std::move(reason);
  clock_refused_at_ = now;
}

void ConnectionHealth::event_stored(Time now) {
  stored_at_ = now;
  failure_.clear();
  clock_problem_.clear();
  writing_admitted();
}

void ConnectionHealth::event_failed(std::string_view reason, Time now) {
  if (now - stored_at_ <= patience_) return;  // Others are stored.
  failure_ = reason;
  failed_at_ = now;
}

void ConnectionHealth::forget_old(Time now) {
  if (now - clock_refused_at_ > kClockToldFor) clock_problem_.clear();
  if (now - failed_at_ > kFailureToldFor) failure_.clear();
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
  if (is_replaced) return "the Kafka producer is being replaced";
  if (!is_connected()) {
    return "no connection to Kafka at " + bootstrap_ +
           (connection_problem().empty() ? "" : ": " + connection_problem());
  }
  if (!tokens_.problem().empty()) {
    return "connected to Kafka, but not for long: " + tokens_.problem();
  }
  if (!failure_.empty()) return "Kafka acknowledges no events: " + failure_;
  return clock_problem_;
}

const std::string& ConnectionHealth::connection_problem() const {
  return tokens_.problem().empty() ? last_error_ : tokens_.problem();
}

}  // namespace penstock::kafka
