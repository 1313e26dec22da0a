#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "events/sink.h"
#include "kafka/instance.h"
#include "kafka/settings.h"
#include "kafka/statistics.h"
#include "kafka/tokens.h"
#include "kafka/topics.h"
#include "log/log.h"

namespace penstock::kafka {

// Stores events in Kafka: idempotent, acknowledged by all in-sync replicas. Delivery reports arrive on the
// thread of the io_context, through a descriptor that librdkafka signals: no thread of ours waits, and
// reports come in batches.
class Producer final : public events::Sink {
 public:
  // The error is a setting that librdkafka refuses. A broker that is down is no error.
  [[nodiscard]] static base::Result<std::unique_ptr<Producer>> make(boost::asio::io_context& io,
                                                                    Settings settings,
                                                                    std::vector<std::string> topics,
                                                                    log::Log& log);
  ~Producer() override;

  bool submit(const events::Event& event, events::Ticket ticket, events::Report& refusal) override;
  void on_report(OnReport take) override { take_ = std::move(take); }

  // Why events cannot be stored now; empty when they can.
  [[nodiscard]] std::string not_ready_reason() const;
  [[nodiscard]] const Statistics& statistics() const { return statistics_; }
  // Producer instances that were replaced after a fatal error.
  [[nodiscard]] uint64_t replacements() const { return replacements_; }

  // The source of tokens has a newer one than the last that it gave, or one at last.
  void renew_token();

  // At the end: waits, blocking, until every record has its report, but no longer than `timeout`.
  void flush(std::chrono::milliseconds timeout);

 private:
  friend struct ProducerTestAccess;  // tests/support/running_producer.h

  using Executor = boost::asio::io_context::executor_type;
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  // An instance and the watch on its descriptor.
  struct Watched {
    std::unique_ptr<Instance> instance;
    boost::asio::posix::basic_stream_descriptor<Executor> descriptor;
    bool retired = false;
  };

  Producer(boost::asio::io_context& io, Settings settings, std::vector<std::string> topics, log::Log& log);

  base::Result<> start_instance();
  void watch(const std::shared_ptr<Watched>& watched);
  void drain(Watched& watched);
  void take(Watched& watched, rd_kafka_event_t* event);
  void take_reports(rd_kafka_event_t* event);
  [[nodiscard]] events::Report why_not_stored(events::Report report) const;
  [[nodiscard]] const std::string& connection_problem() const;
  void take_error(Watched& watched, rd_kafka_event_t* event);
  void take_log(rd_kafka_event_t* event);
  void replace(const std::string& reason);
  void restart_later();
  void reap();
  void tick();

  boost::asio::io_context& io_;
  const Settings settings_;
  log::Log& log_;
  Topics topics_;
  Tokens tokens_;
  OnReport take_;
  std::shared_ptr<Watched> current_;             // Null while it is being replaced.
  std::list<std::shared_ptr<Watched>> retired_;  // Their last reports are still to come.
  std::vector<std::jthread> destroying_;         // Each ends one retired instance; rd_kafka_destroy blocks.
  Timer tick_timer_;
  Timer restart_timer_;
  std::chrono::milliseconds restart_backoff_;
  std::chrono::steady_clock::time_point started_at_;
  Statistics statistics_;
  std::string last_error_;
  std::string denied_;  // Why the cluster lets the producer write nothing at all; empty if it does.
  base::TimeText time_text_;
  uint64_t replacements_ = 0;
};

}  // namespace penstock::kafka
