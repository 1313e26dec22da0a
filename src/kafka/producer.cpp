#include "kafka/producer.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

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
// Batches that are refused get smaller by this factor, down to this size. Topics with a lower limit
// are rare, and their records are sent alone.
constexpr int64_t kBatchDivisor = 8;
constexpr int64_t kBatchBytesMin = 2'000;
constexpr std::chrono::milliseconds kFlushStep{50};
// librdkafka takes no record whose key and value have more bytes together (its default of
// message.max.bytes).
constexpr size_t kRecordBytesMax = 1'000'000;

// Says whether Kafka has refused a batch for its size.
bool is_of_size(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
         error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
}

}  // namespace

Producer::Producer(boost::asio::io_context& io, Settings settings, std::vector<std::string> topics,
                   log::Log& log)
    : settings_(std::move(settings)),
      log_(log),
      topics_(topics, settings_, log),
      tokens_(settings_.tokens, settings_.client_id, log),
      health_(tokens_, settings_.bootstrap, settings_.publish_deadline),
      limits_(topics, log),
      purge_timer_(io.get_executor()),
      tick_timer_(io.get_executor()),
      instances_(io, settings_, *this, log),
      lone_(io, settings_, tokens_, log,
            [this](events::Ticket ticket, rd_kafka_resp_err_t error, DeliveryReport&& report) {
              take_lone_report(ticket, error, std::move(report));
            }) {}

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
  if (!is_rotating_ || instances_.current() != nullptr) return send(event, ticket);
  held_.push_back({.event = event, .ticket = ticket});
  return std::nullopt;
}

std::optional<DeliveryReport> Producer::obstacle(const events::Event& event) const {
  if (event.key.size() + event.value.size() > kRecordBytesMax) {
    return DeliveryReport{.outcome = DeliveryOutcome::refused,
                          .reason = rd_kafka_err2str(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)};
  }
  // Without a producer it would be held until there is one.
  if (is_rotating_ && instances_.current() == nullptr) return std::nullopt;
  return obstacle_of(event.topic);
}

std::optional<DeliveryReport> Producer::obstacle_of(const std::string& topic) const {
  if (instances_.current() == nullptr) {
    return health_.explain(
        {.outcome = DeliveryOutcome::not_stored, .reason = "the Kafka producer is being replaced"});
  }
  if (!tokens_.problem().empty() && !health_.is_connected()) {
    return DeliveryReport{.outcome = DeliveryOutcome::not_stored, .reason = tokens_.problem()};
  }
  const TopicStates& topics = topics_.states();
  const auto standing = topics.standing(topic);
  if (standing == TopicStates::Standing::missing && health_.is_connected()) {
    return DeliveryReport{.outcome = DeliveryOutcome::refused,
                          .reason = topics.not_ready_reason(topic)};
  }
  if (standing == TopicStates::Standing::pending) {
    return health_.explain(
        {.outcome = DeliveryOutcome::not_stored, .reason = topics.not_ready_reason(topic)});
  }
  return std::nullopt;
}

std::optional<DeliveryReport> Producer::send(const events::Event& event, events::Ticket ticket) {
  if (auto report = obstacle_of(event.topic)) return report;
  const rd_kafka_resp_err_t error = send_record(*instances_.current(), event, ticket, time_text_);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  return DeliveryReport{.outcome = outcome_of(error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED),
                        .reason = rd_kafka_err2str(error)};
}

// What is taken back from a librdkafka producer that has sent something ends this producer
// (docs/adr/0024). Another one takes its place first, so that only those records are taken back
// that have had no answer for long: what is on its way to other brokers is acknowledged meanwhile.
// While all that is taken back has no partition, the producer stays: it may be about to learn that
// there is no such topic.
void Producer::recall(std::chrono::milliseconds time) {
  lone_.recall();
  release_held();  // They have waited for a producer until their deadline.
  const Instance* const instance = instances_.current();
  const bool only_unassigned = taken_back_.unassigned && !taken_back_.assigned;
  taken_back_ = {};
  if (instance != nullptr && (only_unassigned || !instance->has_sent())) {
    return instances_.purge_unsent();
  }
  rotate(health_.is_connected() ? time / 3 : std::chrono::milliseconds(0));
}

void Producer::rotate(std::chrono::milliseconds until_purge) {
  if (instances_.current() != nullptr) {
    is_rotating_ = true;
    instances_.rotate();
  }
  purge_timer_.expires_after(until_purge);
  purge_timer_.async_wait(lifetime_.guard([this](boost::system::error_code error) {
    if (!error) instances_.purge_retired();
  }));
}

// Notes what a recall has taken back. If the current producer had sent it against expectation,
// another takes its place at once, but not here, where its reports are being read.
void Producer::take_back(const Instance& instance, const rd_kafka_message_t& message) {
  if (message.partition < 0) {
    taken_back_.unassigned = true;
    return;
  }
  if (std::exchange(taken_back_.assigned, true) || &instance != instances_.current()) return;
  boost::asio::post(tick_timer_.get_executor(), lifetime_.guard([this] {
    if (instances_.current() != nullptr) rotate({});
  }));
}

// Sends the events that have waited for a producer, or says why this is not possible.
void Producer::release_held() {
  is_rotating_ = false;
  for (const Held& held : std::exchange(held_, {})) {
    if (auto refusal = send(held.event, held.ticket)) report(held.ticket, std::move(*refusal));
  }
}

void Producer::await_reports(steady_clock::time_point until) {
  const auto left = [until] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now());
  };
  while ((instances_.owes_reports() || lone_.owes_reports()) && left().count() > 0) {
    // The reports of one may become records of the other.
    instances_.flush(lone_.owes_reports() ? std::min(kFlushStep, left()) : left());
    lone_.flush(std::min(kFlushStep, left()));
  }
}

void Producer::flush(std::chrono::milliseconds timeout) {
  const auto end = steady_clock::now() + timeout;
  release_held();
  await_reports(end - timeout / 8);
  lone_.recall();
  instances_.retire();
  instances_.purge_retired();
  await_reports(end);
}

std::string Producer::not_ready_reason() const {
  const bool is_replaced = instances_.current() == nullptr && !is_rotating_;
  const std::string reason = health_.not_ready_reason(is_replaced);
  return reason.empty() ? topics_.states().not_ready_reason() : reason;
}

void Producer::renew_token() {
  if (Instance* const instance = instances_.current()) tokens_.renew(instance->client());
  lone_.renew_token();
}

void Producer::instance_started(Instance& instance) {
  topics_.forget_requests();
  limits_.forget_request();
  topics_.request(instance.client(), instance.queue(), steady_clock::now());
  release_held();
}

// The statistics come once a second, so a broker may have been asked before they show it.
bool Producer::is_starting(steady_clock::time_point now) const {
  return !health_.is_connected() || now - connected_at_ < Instances::kStarting ||
         now - instances_.started_at() < Instances::kStarting;
}

void Producer::take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_ERROR:
      return take_error(instance, is_retired, event);
    case RD_KAFKA_EVENT_LOG:
      if (is_retired && is_of_a_purge(event)) return;
      return write_client_log(log_, event, settings_.tokens, is_starting(steady_clock::now()));
    case RD_KAFKA_EVENT_STATS:
      if (const auto statistics = parse_statistics(rd_kafka_event_stats(event));
          statistics && !is_retired) {
        const bool was_connected = health_.is_connected();
        health_.take_statistics(*statistics);
        if (!was_connected && health_.is_connected()) connected_at_ = steady_clock::now();
      }
      return;
    case RD_KAFKA_EVENT_CREATETOPICS_RESULT:
      if (is_retired) return;
      if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR) health_.broker_answered();
      return topics_.take_result(event, steady_clock::now());
    case RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT:
      if (is_retired || topics_.take_look(event, steady_clock::now())) return;
      limits_.take_result(event, steady_clock::now());
      return size_batches();
    case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH:
      if (!is_retired) tokens_.renew(instance.client());
      return;
    default:
      return;
  }
}

void Producer::take_report(Instance& instance, const rd_kafka_message_t& message) {
  topics_.take_report(message, steady_clock::now());
  const bool not_stored = rd_kafka_message_status(&message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
  if (not_stored && may_concern_another_record(message.err)) {
    if (is_of_size(message.err)) {
      refused_for_size_ = true;
      limits_.batch_was_refused();
    }
    const std::chrono::microseconds age(rd_kafka_message_latency(&message));
    if (age < settings_.publish_deadline) return lone_.send(Record(message));
    return report(ticket_of(message), {.outcome = DeliveryOutcome::not_stored,
                                       .reason = rd_kafka_err2str(message.err)});
  }
  if (is_without_answer(message.err)) take_back(instance, message);
  report(ticket_of(message), report_of(message, instance));
}

void Producer::take_lone_report(events::Ticket ticket, rd_kafka_resp_err_t error,
                                DeliveryReport&& lone) {
  if (lone.outcome == DeliveryOutcome::stored && refused_for_size_) {
    // So the record was not too large, but its batch was.
    refused_for_size_ = false;
    batch_bytes_max_ = std::max(kBatchBytesMin, batch_bytes_max_ / kBatchDivisor);
  }
  if (error == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP) {
    lone.reason = clock_problem();
    health_.clock_refused(lone.reason, steady_clock::now());
  }
  report(ticket, std::move(lone));
}

// A record's time stamp is this machine's time.
std::string Producer::clock_problem() {
  return "Kafka refuses the record's time stamp: this machine's clock says " +
         std::string(time_text_.rfc3339(std::chrono::system_clock::now())) +
         "; compare it with the brokers' clocks, and with the topic's "
         "message.timestamp.before.max.ms "
         "and message.timestamp.after.max.ms";
}

void Producer::report(events::Ticket ticket, DeliveryReport&& report) {
  if (report.outcome == DeliveryOutcome::not_stored) report = health_.explain(std::move(report));
  if (report.outcome == DeliveryOutcome::stored) {
    health_.event_stored(steady_clock::now());
  } else if (report.outcome != DeliveryOutcome::refused) {
    health_.event_failed(report.reason, steady_clock::now());
  }
  report_listener_(ticket, std::move(report));
}

void Producer::size_batches() {
  Instance* const instance = instances_.current();
  if (instance == nullptr) return;
  Batching batching;
  batching.bytes_max = std::min(limits_.smallest().value_or(batch_bytes_max_), batching.bytes_max);
  if (instance->batching().bytes_max == batching.bytes_max || !instances_.renew(batching)) return;
  log::Line(log_, log::Level::info, "record batches get another size, since a topic limits them")
      .field("bytes", batching.bytes_max);
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
    if (topics_.states().not_ready_reason().empty()) {
      limits_.request(instance->client(), instance->queue(), now);
    }
    size_batches();
    tokens_.retry_after_refusal(instance->client(), health_.is_connected());
    if (now - instances_.started_at() > kAdmittedAfter) health_.writing_admitted();
  }
  instances_.end_retired();
  lone_.tick();
  health_.forget_old(steady_clock::now());
  tick_timer_.expires_after(kTick);
  tick_timer_.async_wait(lifetime_.guard([this](boost::system::error_code error) {
    if (!error) tick();
  }));
}

}  // namespace penstock::kafka
