#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "base/time_text.h"
#include "events/sink.h"
#include "kafka/connection_health.h"
#include "kafka/instances.h"
#include "kafka/kafka_settings.h"
#include "kafka/statistics.h"
#include "kafka/tokens.h"
#include "kafka/topics.h"
#include "log/log.h"

namespace penstock::kafka {

// Stores events in Kafka. Records are written idempotently and acknowledged by all in-sync
// replicas. Delivery reports arrive in batches on the thread of the io_context, through a
// descriptor that librdkafka signals, so no thread of the program has to wait for them. No other
// thread may use the producer.
class Producer final : public events::Sink, private Instances::Listener {
 public:
  // Makes a producer for events of these topics. Fails with `invalid` for a setting that librdkafka
  // refuses, and with `internal` if librdkafka does not start. A broker that is down is not an
  // error. `io` and `log` must outlive the producer.
  [[nodiscard]] static base::Result<std::unique_ptr<Producer>> make(boost::asio::io_context& io,
                                                                    Settings settings,
                                                                    std::vector<std::string> topics,
                                                                    log::Log& log);

  [[nodiscard]] std::optional<events::DeliveryReport> submit(const events::Event& event,
                                                             events::Ticket ticket) override;
  void set_report_listener(ReportListener listener) override {
    report_listener_ = std::move(listener);
  }

  // Returns why events cannot be stored now, or an empty text if they can.
  [[nodiscard]] std::string not_ready_reason() const;
  // Returns librdkafka's last statistics.
  [[nodiscard]] const Statistics& statistics() const { return health_.statistics(); }
  // Returns what its statistics have counted so far.
  [[nodiscard]] const StatisticsTotals& totals() const { return health_.totals(); }
  // Returns when the token expires that librdkafka has, or nothing if there is none.
  [[nodiscard]] std::optional<base::SystemTime> token_expires() const { return tokens_.expires(); }
  // Returns how many librdkafka producers were replaced after a fatal error.
  [[nodiscard]] uint64_t replacements() const { return instances_.replacements(); }

  // Gives librdkafka a new token. The owner calls it when the source of tokens has a newer one than
  // the producer has, or its first.
  void renew_token();

  // Blocks until every record has its report, but no longer than `timeout`. It is for the end of
  // the program.
  void flush(std::chrono::milliseconds timeout) { instances_.flush(timeout); }

 private:
  friend struct ProducerTestAccess;  // tests/support/running_producer.h

  Producer(boost::asio::io_context& io, Settings settings, std::vector<std::string> topics,
           log::Log& log);

  void instance_started(Instance& instance) override;
  void take_report(const rd_kafka_message_t& message) override;
  void take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) override;
  void take_error(Instance& instance, bool is_retired, rd_kafka_event_t* event);
  void take_fatal_error(Instance& instance, const std::string& text);
  void tick();

  const Settings settings_;
  log::Log& log_;
  Topics topics_;
  Tokens tokens_;
  ConnectionHealth health_;
  ReportListener report_listener_;
  base::TimeText time_text_;
  async::Timer tick_timer_;
  Instances instances_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::kafka
