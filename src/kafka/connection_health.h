#pragma once

#include <string>
#include <string_view>

#include "events/delivery_report.h"
#include "kafka/statistics.h"
#include "kafka/tokens.h"

namespace penstock::kafka {

// Keeps what the producer knows about its connection to Kafka: the last statistics, the last error,
// and whether the cluster denies writing. It uses them to explain why events are not stored. It
// does no I/O and reads no clock: the producer reports what it sees. Only one thread may use it.
class ConnectionHealth {
 public:
  // `tokens` must outlive this object. `bootstrap` is for explanations.
  ConnectionHealth(const Tokens& tokens, std::string bootstrap)
      : tokens_(tokens), bootstrap_(std::move(bootstrap)) {}

  // Takes librdkafka's statistics, which come once a second.
  void take_statistics(const Statistics& statistics) {
    statistics_ = statistics;
    totals_.take(statistics);
  }
  // Notes that a broker has answered a request. The next statistics will show it, too.
  void broker_answered();
  // Notes that no broker is connected.
  void all_brokers_down() { statistics_.brokers_up = 0; }
  // Notes an error of the connection, in librdkafka's words.
  void connection_failed(std::string_view error) { last_error_ = error; }
  // Notes that the cluster does not allow the producer to write at all, and why.
  void writing_denied(std::string reason) { denied_ = std::move(reason); }
  // Notes that an event was stored, or that a new producer was not denied for some time.
  void writing_admitted() { denied_.clear(); }
  // Notes that the librdkafka producer was replaced; the new one starts without connections.
  void connections_closed() {
    statistics_ = {};
    totals_.restart();
  }

  // Returns the last statistics. All members are 0 before the first.
  [[nodiscard]] const Statistics& statistics() const { return statistics_; }
  // Returns what the statistics have counted so far.
  [[nodiscard]] const StatisticsTotals& totals() const { return totals_; }
  [[nodiscard]] bool is_connected() const { return statistics_.brokers_up > 0; }

  // Adds the connection's reason to the report of an event that was not stored. Without it the
  // report would say only that the record timed out, or that the topic is unknown. If writing is
  // denied, the outcome becomes `refused`.
  [[nodiscard]] events::DeliveryReport explain(events::DeliveryReport report) const;
  // Returns why no event can be stored now, or an empty text if the connection and the tokens are
  // fine. `is_replaced` says that there is no librdkafka producer at the moment.
  [[nodiscard]] std::string not_ready_reason(bool is_replaced) const;

 private:
  [[nodiscard]] const std::string& connection_problem() const;

  const Tokens& tokens_;
  const std::string bootstrap_;
  Statistics statistics_;
  StatisticsTotals totals_;
  std::string last_error_;
  std::string denied_;  // Empty while the cluster allows the producer to write.
};

}  // namespace penstock::kafka
