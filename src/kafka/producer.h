#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <list>
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
#include "kafka/lone_sender.h"
#include "kafka/statistics.h"
#include "kafka/tokens.h"
#include "kafka/topic_limits.h"
#include "kafka/topics.h"
#include "log/log.h"

namespace penstock::kafka {

// Stores events in Kafka. Records are written idempotently and acknowledged by all in-sync
// replicas. Delivery reports arrive in batches on the thread of the io_context, through a
// descriptor that librdkafka signals, so no thread of the program has to wait for them. A record
// whose batch is refused is sent again alone, so that a refusal is true of the record. No other
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
  [[nodiscard]] std::optional<events::DeliveryReport> obstacle(
      const events::Event& event) const override;
  // Lets another librdkafka producer take the place of the current one. Lets what is on its way
  // arrive for a part of the time, then takes back what is left.
  void recall(std::chrono::milliseconds time) override;
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
  // Returns for each topic of the service whether its events can be stored, as far as is known.
  [[nodiscard]] std::vector<TopicReadiness> topics() const { return topics_.states().readiness(); }
  // Returns how many librdkafka producers were replaced after a fatal error.
  [[nodiscard]] uint64_t replacements() const { return instances_.replacements(); }

  // Gives librdkafka a new token. The owner calls it when the source of tokens has a newer one than
  // the producer has, or its first.
  void renew_token();

  // Blocks until every record has its report, but no longer than `timeout`. Shortly before that, it
  // takes back what has none. It is for the end of the program.
  void flush(std::chrono::milliseconds timeout);

 private:
  friend struct ProducerTestAccess;  // tests/support/running_producer.h

  Producer(boost::asio::io_context& io, Settings settings, std::vector<std::string> topics,
           log::Log& log);

  void instance_started(Instance& instance) override;
  void take_report(Instance& instance, const rd_kafka_message_t& message) override;
  void take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) override;
  // Says whether Kafka was reached a few seconds ago, or not yet.
  [[nodiscard]] bool is_starting(std::chrono::steady_clock::time_point now) const;
  void take_error(Instance& instance, bool is_retired, rd_kafka_event_t* event);
  void take_fatal_error(Instance& instance, const std::string& text);
  // Returns why no event of this topic can be sent now, or nothing.
  [[nodiscard]] std::optional<events::DeliveryReport> obstacle_of(const std::string& topic) const;
  std::optional<events::DeliveryReport> send(const events::Event& event, events::Ticket ticket);
  void take_lone_report(events::Ticket ticket, rd_kafka_resp_err_t error,
                        events::DeliveryReport&& report);
  void report(events::Ticket ticket, events::DeliveryReport&& report);
  std::string clock_problem();
  // Lets another librdkafka producer take the place of the current one, and then takes back what
  // the old one has.
  void rotate(std::chrono::milliseconds until_purge);
  void take_back(const Instance& instance, const rd_kafka_message_t& message);
  void release_held();
  // Waits until all reports have come, or until the time.
  void await_reports(std::chrono::steady_clock::time_point until);
  // Makes the batches as large as the topics allow, as far as is known.
  void size_batches();
  void tick();

  // Holds an event that waits for another librdkafka producer.
  struct Held {
    events::Event event;
    events::Ticket ticket;
  };

  const Settings settings_;
  log::Log& log_;
  Topics topics_;
  Tokens tokens_;
  ConnectionHealth health_;
  std::chrono::steady_clock::time_point connected_at_;  // When the statistics showed it last.
  ReportListener report_listener_;
  base::TimeText time_text_;
  TopicLimits limits_;
  // The largest batch that is thought to be taken, where the topics' limits are not known.
  int64_t batch_bytes_max_ = Batching{}.bytes_max;
  bool refused_for_size_ = false;  // Kafka has refused a batch since the batches got their size.
  // Says what the last recall has taken back: records with a partition, or without one, because
  // the topic's partitions are not known.
  struct TakenBack {
    bool assigned = false;
    bool unassigned = false;
  };
  TakenBack taken_back_;
  bool is_rotating_ = false;  // Another librdkafka producer is being made after a recall.
  std::list<Held> held_;      // The limits of the publisher bound it.
  async::Timer purge_timer_;
  async::Timer tick_timer_;
  Instances instances_;
  LoneSender lone_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::kafka
