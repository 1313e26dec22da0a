#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "events/delivery_report.h"
#include "kafka/statistics.h"
#include "kafka/tokens.h"

namespace penstock::kafka {

// Keeps what the producer knows about its connection to Kafka: the last statistics, the last error,
// whether the cluster denies writing, and whether it acknowledges events. It uses them to explain
// why events are not stored. It does no I/O and reads no clock: the producer reports what it sees.
// Only one thread may use it.
class ConnectionHealth {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // A refused time stamp is reported for so long. An instance that is not ready may get no
  // requests, so that no event would show that the clock was set.
  static constexpr std::chrono::seconds kClockToldFor{60};
  // That no events are acknowledged is reported for so long after the last one that failed, for the
  // same reason.
  static constexpr std::chrono::seconds kFailureToldFor{30};

  // `tokens` must outlive this object. `bootstrap` is for explanations. If an event fails and none
  // was stored for longer than `patience`, Kafka is said to acknowledge none.
  ConnectionHealth(const Tokens& tokens, std::string bootstrap, std::chrono::milliseconds patience)
      : tokens_(tokens), bootstrap_(std::move(bootstrap)), patience_(patience) {}

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
  // Notes that a new producer was not denied for some time.
  void writing_admitted() { denied_.clear(); }
  // Notes that an event was stored: writing is allowed, the clock is right, Kafka acknowledges.
  void event_stored(Time now);
  // Notes that an event was not stored, or is not known to be, and why. It may work for another.
  void event_failed(std::string_view reason, Time now);
  // Notes that Kafka has refused a record for its time stamp, which is this machine's time, and
  // why.
  void clock_refused(std::string reason, Time now);
  // Forgets what is too old to be reported. The owner calls it regularly.
  void forget_old(Time now);
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
  // fine and Kafka acknowledges events. `is_replaced` says that there is no librdkafka producer at
  // the moment.
  [[nodiscard]] std::string not_ready_reason(bool is_replaced) const;

 private:
  [[nodiscard]] const std::string& connection_problem() const;

  const Tokens& tokens_;
  const std::string bootstrap_;
  Statistics statistics_;
  StatisticsTotals totals_;
  std::string last_error_;
  std::string clock_problem_;  // Empty if no time stamp was refused lately.
  Time clock_refused_at_ = {};
  const std::chrono::milliseconds patience_;
  std::string failure_;  // Empty while events are acknowledged, as far as is known.
  Time failed_at_ = {};
  Time stored_at_ = {};
  std::string denied_;  // Empty while the cluster allows the producer to write.
};

}  // namespace penstock::kafka
