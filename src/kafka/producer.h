#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "async/awaitable.h"
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

// Stores events in Kafka: idempotent, acknowledged by all in-sync replicas. Delivery reports arrive
// on the thread of the io_context, through a descriptor that librdkafka signals: no thread of ours
// waits, and reports come in batches.
class Producer final : public events::Sink, private Instances::Listener {
 public:
  // The error is a setting that librdkafka refuses. A broker that is down is no error. `io` and
  // `log` outlive the producer.
  [[nodiscard]] static base::Result<std::unique_ptr<Producer>> make(boost::asio::io_context& io,
                                                                    Settings settings,
                                                                    std::vector<std::string> topics,
                                                                    log::Log& log);

  [[nodiscard]] std::optional<events::DeliveryReport> submit(const events::Event& event,
                                                             events::Ticket ticket) override;
  void set_report_listener(ReportListener listener) override {
    report_listener_ = std::move(listener);
  }

  // Why events cannot be stored now; empty when they can.
  [[nodiscard]] std::string not_ready_reason() const;
  [[nodiscard]] const Statistics& statistics() const { return health_.statistics(); }
  // How many librdkafka producers were replaced after a fatal error.
  [[nodiscard]] uint64_t replacements() const { return instances_.replacements(); }

  // Is to be called when the source of tokens has a newer one than the last that it gave, or one at
  // last.
  void renew_token();

  // At the end: waits, blocking, until every record has its report, but no longer than `timeout`.
  void flush(std::chrono::milliseconds timeout) { instances_.flush(timeout); }

 private:
  friend struct ProducerTestAccess;  // tests/support/running_producer.h

  Producer(boost::asio::io_context& io, Settings settings, std::vector<std::string> topics,
           log::Log& log);

  void instance_started(Instance& instance) override;
  void take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) override;
  void take_reports(rd_kafka_event_t* event);
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
};

}  // namespace penstock::kafka
