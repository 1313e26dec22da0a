#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>

#include "events/sink.h"
#include "kafka/instances.h"
#include "kafka/kafka_settings.h"
#include "kafka/record_sender.h"
#include "kafka/tokens.h"
#include "log/log.h"

namespace penstock::kafka {

// Sends records again, each alone in its batch, after Kafka has refused the batch that they were
// in. It has a librdkafka producer of its own for that, which it starts on a thread when it is
// first needed: how many records a batch has is a property of a producer. Until it has started, the
// records wait here. The limits of the publisher bound them, since they have no report. Only the
// thread of the io_context may use it.
class LoneSender final : private Instances::Listener {
 public:
  // Receives the report of each record, which was alone in its batch, and librdkafka's error.
  using ReportListener =
      std::function<void(events::Ticket, rd_kafka_resp_err_t error, events::DeliveryReport&&)>;

  // `io`, `settings`, `tokens` and `log` must outlive this object.
  LoneSender(boost::asio::io_context& io, const Settings& settings, Tokens& tokens, log::Log& log,
             ReportListener listener);

  // Sends the record. Its report follows, perhaps before this returns.
  void send(Record record);
  // Takes back what it has. The reports follow soon.
  void recall();
  // Gives its producer a new token.
  void renew_token();
  // Does the regular work that is not urgent.
  void tick() { instances_.end_retired(); }
  // Blocks as Instances::flush() does. What waits for the producer is not sent any more: a
  // recall() must follow.
  void flush(std::chrono::milliseconds timeout) { instances_.flush(timeout); }
  // Says whether its producer was needed since the last recall.
  [[nodiscard]] bool has_started() const { return started_; }
  // Says whether its producer still has records without a report.
  [[nodiscard]] bool owes_reports() const { return instances_.owes_reports(); }

 private:
  void send_to(Instance& instance, Record record);
  void report_failure(events::Ticket ticket, rd_kafka_resp_err_t error);
  void instance_started(Instance& instance) override;
  void take_report(Instance& instance, const rd_kafka_message_t& message) override;
  void take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) override;

  const Settings& settings_;
  Tokens& tokens_;
  log::Log& log_;
  const ReportListener listener_;
  bool started_ = false;
  std::list<Record> parked_;  // These wait for the producer.
  Instances instances_;
};

}  // namespace penstock::kafka
