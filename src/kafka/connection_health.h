#pragma once

#include <string>
#include <string_view>

#include "events/delivery_report.h"
#include "kafka/statistics.h"
#include "kafka/tokens.h"

namespace penstock::kafka {

// What the producer knows of its connection to Kafka, and how it explains with that why events are
// not stored. Pure of I/O and clocks: the producer tells it what it sees. One thread.
class ConnectionHealth {
 public:
  // `tokens` outlives this; `bootstrap` is named in explanations.
  ConnectionHealth(const Tokens& tokens, std::string bootstrap)
      : tokens_(tokens), bootstrap_(std::move(bootstrap)) {}

  // librdkafka reports once a second.
  void take_statistics(const Statistics& statistics) { statistics_ = statistics; }
  // A broker has answered a request, which the next statistics will show, too.
  void broker_answered();
  void all_brokers_down() { statistics_.brokers_up = 0; }
  // An error of the connection's, as librdkafka words it.
  void connection_failed(std::string_view error) { last_error_ = error; }
  // The cluster lets the producer write nothing at all; `reason` says so.
  void writing_denied(std::string reason) { denied_ = std::move(reason); }
  // An event was stored, or a new producer was not denied for some time.
  void writing_admitted() { denied_.clear(); }
  // A new librdkafka producer starts without connections.
  void connections_closed() { statistics_ = {}; }

  [[nodiscard]] const Statistics& statistics() const { return statistics_; }
  [[nodiscard]] bool is_connected() const { return statistics_.brokers_up > 0; }

  // The report of an event that was not stored, with the connection's reason added to its own: a
  // record that nobody took in time, or a topic that nobody has spoken of, says only that.
  [[nodiscard]] events::DeliveryReport explain(events::DeliveryReport report) const;
  // Why no event can be stored now; empty when the connection and the tokens are fine.
  // `is_replaced`: there is no producer at the moment.
  [[nodiscard]] std::string not_ready_reason(bool is_replaced) const;

 private:
  [[nodiscard]] const std::string& connection_problem() const;

  const Tokens& tokens_;
  const std::string bootstrap_;
  Statistics statistics_;
  std::string last_error_;
  std::string denied_;  // It is empty while the cluster lets the producer write.
};

}  // namespace penstock::kafka
