#include "kafka/producer.h"

#include "kafka/client_log.h"
#include "kafka/clock_hint.h"
#include "kafka/delivery_outcome.h"
#include "kafka/record_sender.h"

namespace penstock::kafka {
namespace {

using events::DeliveryOutcome;
using events::DeliveryReport;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{250};
// An instance that is not allowed to write learns it earlier than after this time.
constexpr std::chrono::seconds kAdmittedAfter{5};
// A cluster that has just started answers all requests after this time.
constexpr std::chrono::seconds kStarting{5};

}  // namespace

Producer::Producer(boost::asio::io_context& io, Settings settings, std::vector<std::string> topics,
                   log::Log& log)
    : settings_(std::move(settings)),
      log_(log),
      topics_(std::move(topics), settings_, log),
      tokens_(settings_.tokens, settings_.client_id, log),
      health_(tokens_, settings_.bootstrap),
      tick_timer_(io.get_executor()),
      instances_(io, settings_, *this, log) {}

base::Result<std::unique_ptr<Producer>> Producer::make(boost::asio::io_context& io,
                                                       Settings settings,
                                                       std::vector<std::string> topics,
                                                       log::Log& log) {
  std::unique_ptr<Producer> producer(new Producer(io, std::move(settings), std::move(topics), log));
  if (auto started = producer->instances_.start(); !started) return started.error();
  producer->tick();
  return producer;
}

std::optional<DeliveryReport> Producer::submit(const events::Event& event, events::Ticket ticket) {
  Instance* const instance = instances_.current();
  if (instance == nullptr) {
    return health_.explain(
        {.outcome = DeliveryOutcome::not_stored, .reason = "the Kafka producer is being replaced"});
  }
  if (!tokens_.problem().empty() && !health_.is_connected()) {
    return DeliveryReport{.outcome = DeliveryOutcome::not_stored, .reason = tokens_.problem()};
  }
  const TopicStates& topics = topics_.states();
  const auto standing = topics.standing(event.topic);
  if (standing == TopicStates::Standing::missing && health_.is_connected()) {
    return DeliveryReport{.outcome = DeliveryOutcome::refused,
                          .reason = topics.not_ready_reason(event.topic)};
  }
  if (standing == TopicStates::Standing::pending) {
    return health_.explain(
        {.outcome = DeliveryOutcome::not_stored, .reason = topics.not_ready_reason(event.topic)});
  }
  const rd_kafka_resp_err_t error = send_record(*instance, event, ticket, time_text_);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  return DeliveryReport{.outcome = outcome_of(error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED),
                        .reason = rd_kafka_err2str(error)};
}

std::string Producer::not_ready_reason() const {
  const std::string reason = health_.not_ready_reason(instances_.current() == nullptr);
  return reason.empty() ? topics_.states().not_ready_reason() : reason;
}

void Producer::renew_token() {
  if (Instance* const instance = instances_.current()) tokens_.renew(instance->client());
}

void Producer::instance_started(Instance& instance) {
  topics_.forget_requests();
  topics_.request(instance.client(), instance.queue(), steady_clock::now());
}

void Producer::take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_ERROR:
      return take_error(instance, is_retired, event);
    case RD_KAFKA_EVENT_LOG:
      return write_client_log(log_, event, settings_.tokens,
                              steady_clock::now() - instances_.started_at() < kStarting);
    case RD_KAFKA_EVENT_STATS:
      if (const auto statistics = parse_statistics(rd_kafka_event_stats(event));
          statistics && !is_retired) {
        health_.take_statistics(*statistics);
      }
      return;
    case RD_KAFKA_EVENT_CREATETOPICS_RESULT:
      if (is_retired) return;
      if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR) health_.broker_answered();
      return topics_.take_result(event, steady_clock::now());
    case RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT:
      if (!is_retired) (void)topics_.take_look(event, steady_clock::now());
      return;
    case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH:
      if (!is_retired) tokens_.renew(instance.client());
      return;
    default:
      return;
  }
}

void Producer::take_report(const rd_kafka_message_t& message) {
  topics_.take_report(message, steady_clock::now());
  DeliveryReport report = report_of(message);
  if (report.outcome == DeliveryOutcome::stored) health_.writing_admitted();
  if (report.outcome == DeliveryOutcome::not_stored) report = health_.explain(std::move(report));
  report_listener_(ticket_of(message), std::move(report));
}

void Producer::take_error(Instance& instance, bool is_retired, rd_kafka_event_t* event) {
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event);
  std::string text = shown(rd_kafka_event_error_string(event), settings_.tokens);
  text += clock_hint(text, settings_.tokens != nullptr, std::chrono::system_clock::now());
  if (rd_kafka_event_error_is_fatal(event) != 0) {
    if (!is_retired) take_fatal_error(instance, text);
    return;
  }
  if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION && !is_retired) tokens_.refused();
  if (error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    health_.connection_failed(text);
  } else if (!is_retired) {
    health_.all_brokers_down();  // Its text, "1/1 brokers are down", would only hide the reason.
  }
  log::Line(log_, log::Level::warning, "the Kafka client reports an error")
      .field("error", rd_kafka_err2name(error))
      .field("reason", text);
}

void Producer::take_fatal_error(Instance& instance, const std::string& text) {
  const auto fatal = rd_kafka_fatal_error(instance.client(), nullptr, 0);
  if (outcome_of(fatal, RD_KAFKA_MSG_STATUS_NOT_PERSISTED) == DeliveryOutcome::refused) {
    health_.writing_denied(text + " (with IAM, it needs kafka-cluster:WriteDataIdempotently)");
  }
  instances_.replace(text);
  health_.connections_closed();
}

// Does the regular work that is not urgent.
void Producer::tick() {
  if (Instance* const instance = instances_.current()) {
    const auto now = steady_clock::now();
    topics_.request(instance->client(), instance->queue(), now);
    tokens_.retry_after_refusal(instance->client(), health_.is_connected());
    if (now - instances_.started_at() > kAdmittedAfter) health_.writing_admitted();
  }
  instances_.end_retired();
  tick_timer_.expires_after(kTick);
  tick_timer_.async_wait(lifetime_.guard([this](boost::system::error_code error) {
    if (!error) tick();
  }));
}

}  // namespace penstock::kafka
