#include "kafka/producer.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "kafka/delivery.h"

namespace penstock::kafka {
namespace {

using events::Outcome;
using log::Level;
using log::Line;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{250};
constexpr milliseconds kRestartBackoffMin{100};
constexpr milliseconds kRestartBackoffMax{10'000};
constexpr std::chrono::seconds kHealthyAfter{30};  // An instance that lived this long resets the backoff.
constexpr std::chrono::seconds kAdmittedAfter{5};  // An instance that may write nothing is told so sooner.
constexpr int kSyslogWarning = 4;
constexpr int kSyslogError = 3;

// The one place that gives librdkafka an opaque pointer; take_reports() takes it back.
bool hand_over(Instance& instance, rd_kafka_topic_t* topic, const events::Event& event, events::Ticket ticket,
               base::TimeText& time_text, rd_kafka_resp_err_t& error) {
  std::array<events::Header, events::kHeadersMax> headers;
  const size_t count = events::record_headers(event, time_text.rfc3339(event.time), headers);
  Headers record_headers(rd_kafka_headers_new(count));
  for (size_t i = 0; i < count; ++i) {
    rd_kafka_header_add(record_headers.get(), headers[i].name.data(),
                        static_cast<ssize_t>(headers[i].name.size()), headers[i].value.data(),
                        static_cast<ssize_t>(headers[i].value.size()));
  }
  std::array<rd_kafka_vu_t, 6> arguments{};
  arguments[0].vtype = RD_KAFKA_VTYPE_RKT;
  arguments[0].u.rkt = topic;
  arguments[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[1].u.i =
      RD_KAFKA_MSG_F_COPY;  // The record may outlive the request, when its deadline comes first.
  arguments[2].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[2].u.mem = {const_cast<char*>(event.value.data()), event.value.size()};
  arguments[3].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[3].u.ptr = ticket;
  arguments[4].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[4].u.headers = record_headers.get();
  size_t used = 5;
  if (event.has_key) {
    arguments[5].vtype = RD_KAFKA_VTYPE_KEY;
    arguments[5].u.mem = {const_cast<char*>(event.key.data()), event.key.size()};
    used = 6;
  }
  const Failure failure(rd_kafka_produceva(instance.client(), arguments.data(), used));
  error = failure ? rd_kafka_error_code(failure.get()) : RD_KAFKA_RESP_ERR_NO_ERROR;
  if (failure) return false;
  (void)record_headers.release();  // The record owns them now.
  return true;
}

}  // namespace

Producer::Producer(boost::asio::io_context& io, Settings settings, std::vector<std::string> topics,
                   log::Log& log)
    : io_(io),
      settings_(std::move(settings)),
      log_(log),
      topics_(std::move(topics), settings_, log),
      tokens_(settings_.tokens, settings_.client_id, log),
      tick_timer_(io.get_executor()),
      restart_timer_(io.get_executor()),
      restart_backoff_(kRestartBackoffMin) {}

base::Result<std::unique_ptr<Producer>> Producer::make(boost::asio::io_context& io, Settings settings,
                                                       std::vector<std::string> topics, log::Log& log) {
  std::unique_ptr<Producer> producer(new Producer(io, std::move(settings), std::move(topics), log));
  if (auto started = producer->start_instance(); !started) return started.error();
  producer->tick();
  return producer;
}

Producer::~Producer() {
  for (const auto& watched : retired_) watched->descriptor.release();
  if (current_) current_->descriptor.release();
}

base::Result<> Producer::start_instance() {
  auto instance = Instance::make(settings_);
  if (!instance) return instance.error();
  const int fd = (*instance)->event_fd();
  current_ = std::make_shared<Watched>(
      Watched{.instance = std::move(*instance),
              .descriptor = boost::asio::posix::basic_stream_descriptor<Executor>(io_.get_executor(), fd)});
  started_at_ = steady_clock::now();
  topics_.forget_request();
  topics_.request(current_->instance->client(), current_->instance->queue(), started_at_);
  watch(current_);
  return {};
}

void Producer::watch(const std::shared_ptr<Watched>& watched) {
  watched->descriptor.async_wait(boost::asio::posix::descriptor_base::wait_read,
                                 [this, watched](boost::system::error_code error) {
                                   if (error || !watched->instance) return;
                                   uint64_t signals = 0;
                                   (void)!::read(watched->instance->event_fd(), &signals, sizeof signals);
                                   drain(*watched);
                                   watch(watched);
                                 });
}

// Everything that is in the queue now: the descriptor is signalled again only when the queue has been empty.
void Producer::drain(Watched& watched) {
  while (Event event{rd_kafka_queue_poll(watched.instance->queue(), 0)}) take(watched, event.get());
}

void Producer::take(Watched& watched, rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_DR:
      return take_reports(event);
    case RD_KAFKA_EVENT_ERROR:
      return take_error(watched, event);
    case RD_KAFKA_EVENT_LOG:
      return take_log(event);
    case RD_KAFKA_EVENT_STATS:
      if (const auto statistics = parse_statistics(rd_kafka_event_stats(event));
          statistics && !watched.retired) {
        statistics_ = *statistics;
      }
      return;
    case RD_KAFKA_EVENT_CREATETOPICS_RESULT:
      if (watched.retired) return;
      if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR)
        statistics_.brokers_up = std::max<int64_t>(1, statistics_.brokers_up);
      return topics_.take(event, steady_clock::now());
    case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH:
      if (!watched.retired) tokens_.renew(watched.instance->client());
      return;
    default:
      return;
  }
}

void Producer::renew_token() {
  if (current_) tokens_.renew(current_->instance->client());
}

void Producer::take_reports(rd_kafka_event_t* event) {
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    events::Report report = report_of(*message);
    if (report.outcome == Outcome::stored) {
      denied_.clear();
    } else if (report.outcome == Outcome::not_stored) {
      report = why_not_stored(std::move(report));
    }
    take_(message->_private, std::move(report));
  }
}

// A record that nobody took in time, or a topic that nobody has spoken of, says only that: the connection
// knows why.
events::Report Producer::why_not_stored(events::Report report) const {
  if (!denied_.empty()) return {.outcome = Outcome::refused, .reason = denied_};
  if (statistics_.brokers_up == 0 && !connection_problem().empty())
    report.reason += ": " + connection_problem();
  return report;
}

const std::string& Producer::connection_problem() const {
  return tokens_.problem().empty() ? last_error_ : tokens_.problem();
}

void Producer::take_error(Watched& watched, rd_kafka_event_t* event) {
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event);
  const char* text = rd_kafka_event_error_string(event);
  if (rd_kafka_event_error_is_fatal(event) != 0) {
    if (watched.retired) return;
    const auto fatal = rd_kafka_fatal_error(watched.instance->client(), nullptr, 0);
    if (outcome_of(fatal, RD_KAFKA_MSG_STATUS_NOT_PERSISTED) == Outcome::refused) {
      denied_ = std::string(text) + " (by IAM: kafka-cluster:WriteDataIdempotently)";
    }
    replace(text);
    return;
  }
  if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION && !watched.retired) tokens_.refused();
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    if (!watched.retired) statistics_.brokers_up = 0;
  } else {
    last_error_ = text;  // "1/1 brokers are down" would only hide why.
  }
  Line(log_, Level::warning, "Kafka client").field("error", rd_kafka_err2name(error)).field("reason", text);
}

void Producer::take_log(rd_kafka_event_t* event) {
  const char* facility = "";
  const char* text = "";
  int level = 0;
  if (rd_kafka_event_log(event, &facility, &text, &level) != 0) return;
  const Level ours = level <= kSyslogError     ? Level::error
                     : level <= kSyslogWarning ? Level::warning
                                               : Level::debug;
  Line(log_, ours, "Kafka client").field("facility", facility).field("reason", text);
}

bool Producer::submit(const events::Event& event, events::Ticket ticket, events::Report& refusal) {
  if (!current_) {
    refusal =
        why_not_stored({.outcome = Outcome::not_stored, .reason = "the Kafka producer is being replaced"});
    return false;
  }
  if (!tokens_.problem().empty() && statistics_.brokers_up == 0) {
    refusal = {.outcome = Outcome::not_stored, .reason = tokens_.problem()};
    return false;
  }
  if (!topics_.settled(event.topic)) {
    refusal = why_not_stored({.outcome = Outcome::not_stored, .reason = topics_.unsettled_reason()});
    return false;
  }
  rd_kafka_topic_t* topic = current_->instance->topic(event.topic);
  rd_kafka_resp_err_t error = topic == nullptr ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR_NO_ERROR;
  if (topic != nullptr && hand_over(*current_->instance, topic, event, ticket, time_text_, error))
    return true;
  refusal = {.outcome = outcome_of(error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED),
             .reason = rd_kafka_err2str(error)};
  return false;
}

std::string Producer::not_ready_reason() const {
  if (!denied_.empty()) return "Kafka lets the producer write nothing: " + denied_;
  if (!current_) return "the Kafka producer is being replaced after a fatal error";
  if (statistics_.brokers_up == 0) {
    return "no connection to Kafka at " + settings_.bootstrap +
           (connection_problem().empty() ? "" : ": " + connection_problem());
  }
  if (!tokens_.problem().empty()) return "connected to Kafka, but not for long: " + tokens_.problem();
  return topics_.unsettled_reason();
}

// A fatal error ends an idempotent producer for good (librdkafka, INTRODUCTION.md, "Fatal errors"): its
// records get their reports by a purge, and a new instance starts after a backoff.
void Producer::replace(const std::string& reason) {
  ++replacements_;
  Line(log_, Level::error, "the Kafka producer failed for good and is being replaced")
      .field("reason", reason);
  current_->retired = true;
  rd_kafka_purge(current_->instance->client(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  retired_.push_back(std::move(current_));
  current_ = nullptr;
  statistics_ = {};
  if (steady_clock::now() - started_at_ > kHealthyAfter) restart_backoff_ = kRestartBackoffMin;
  restart_later();
}

void Producer::restart_later() {
  restart_timer_.expires_after(restart_backoff_);
  restart_backoff_ = std::min(restart_backoff_ * 2, kRestartBackoffMax);
  restart_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    if (auto started = start_instance(); !started) {
      Line(log_, Level::error, "cannot start a Kafka producer").field("reason", started.error().message);
      restart_later();
    }
  });
}

void Producer::tick() {
  if (current_) {
    topics_.request(current_->instance->client(), current_->instance->queue(), steady_clock::now());
    tokens_.tick(current_->instance->client(), statistics_.brokers_up > 0);
    if (steady_clock::now() - started_at_ > kAdmittedAfter) denied_.clear();
  }
  reap();
  tick_timer_.expires_after(kTick);
  tick_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) tick();
  });
}

// Ends the retired instances whose last report has come, each on a thread of its own.
void Producer::reap() {
  for (auto it = retired_.begin(); it != retired_.end();) {
    const std::shared_ptr<Watched> watched = *it;
    drain(*watched);
    if (rd_kafka_outq_len(watched->instance->client()) > 0) {
      ++it;
      continue;
    }
    watched->descriptor.release();  // Ends the watch; the instance closes the descriptor.
    destroying_.emplace_back([instance = std::move(watched->instance)]() mutable { instance.reset(); });
    it = retired_.erase(it);
  }
}

void Producer::flush(milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  if (!current_) return;
  while (rd_kafka_outq_len(current_->instance->client()) > 0 && steady_clock::now() < deadline) {
    if (Event event{rd_kafka_queue_poll(current_->instance->queue(), 50)}) take(*current_, event.get());
    if (!current_) return;  // A fatal error even now.
  }
}

}  // namespace penstock::kafka
