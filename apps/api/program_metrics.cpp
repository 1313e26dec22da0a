#include "apps/api/program_metrics.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "http/metrics.h"
#include "kafka/statistics.h"

namespace penstock::apps {
namespace {

using http::Labels;
using http::write_metric;

void write_gauge(std::string& out, std::string_view name, std::string_view help, auto value) {
  write_metric(out, name, "gauge", help, static_cast<double>(value));
}

void write_counter(std::string& out, std::string_view name, std::string_view help, auto value) {
  write_metric(out, name, "counter", help, static_cast<double>(value));
}

// Writes one series for each reason.
template <size_t n>
void write_by_reason(std::string& out, std::string_view name, std::string_view help,
                     const std::array<std::string_view, n>& reasons,
                     const std::array<uint64_t, n>& counts) {
  for (size_t i = 0; i < n; ++i) {
    write_metric(out, name, "counter", help, static_cast<double>(counts[i]),
                 Labels().add("reason", reasons[i]));
    help = {};
  }
}

void write_build(std::string& out, std::string_view program) {
  write_metric(out, "penstock_build_info", "gauge", "The versions of this program; always 1.", 1,
               Labels()
                   .add("librdkafka", kafka::library_version())
                   .add("program", program)
                   .add("version", PENSTOCK_VERSION));
}

void write_checks(std::string& out, const std::vector<http::Check>& checks) {
  std::string_view help = "1 if a check of /readiness is passed, otherwise 0.";
  for (const http::Check& check : checks) {
    write_metric(out, "penstock_ready", "gauge", help, check.ready ? 1 : 0,
                 Labels().add("check", check.name));
    help = {};
  }
}

void write_server(std::string& out, const Measured& measured) {
  const http::ServerStatistics& server = measured.server.statistics();
  write_gauge(out, "penstock_http_connections", "Open client connections.", server.connections);
  write_gauge(out, "penstock_http_connections_max", "How many client connections may be open.",
              measured.connections_max);
  write_counter(out, "penstock_http_connections_accepted_total",
                "Connections that clients have opened.", server.accepted);
  write_by_reason(out, "penstock_http_connections_refused_total",
                  "Clients that got 503, or were cut at once, because of a limit.",
                  http::kRefusalReasons, server.refused);
  write_by_reason(out, "penstock_http_connections_cut_total",
                  "Connections that the server has ended before their clients did.",
                  http::kCutReasons, server.cut);
  write_counter(out, "penstock_http_accept_errors_total",
                "Connections that the system could not give to the server.", server.accept_errors);
  write_gauge(out, "penstock_http_buffered_bytes", "What requests and answers hold in memory.",
              server.buffered_bytes);
  write_gauge(out, "penstock_http_buffered_bytes_max", "How much they may hold.",
              measured.buffered_bytes_max);
}

void write_guard(std::string& out, const http::Guard& guard) {
  if (guard.authenticator() != nullptr) guard.authenticator()->write_metrics(out);
  const auto policies = guard.rates().statistics();
  std::string_view help = "Requests that were answered with 429 because of a rate limit.";
  for (const auto& policy : policies) {
    write_metric(out, "penstock_rate_limited_total", "counter", help,
                 static_cast<double>(policy.refused), Labels().add("policy", policy.name));
    help = {};
  }
  help = "Clients whose requests a rate limit remembers.";
  for (const auto& policy : policies) {
    write_metric(out, "penstock_rate_limit_clients", "gauge", help,
                 static_cast<double>(policy.clients), Labels().add("policy", policy.name));
    help = {};
  }
}

void write_blocking(std::string& out, const async::BlockingPool::Counts& counts) {
  write_gauge(out, "penstock_blocking_calls_running", "Blocking calls of handlers that run.",
              counts.running);
  write_gauge(out, "penstock_blocking_calls_waiting", "Blocking calls that wait for a thread.",
              counts.waiting);
  write_counter(out, "penstock_blocking_calls_refused_total",
                "Blocking calls that failed because too many waited.", counts.refused);
  write_counter(out, "penstock_blocking_calls_late_total",
                "Blocking calls without a result by their deadline.", counts.late);
}

// Writes whether each topic of the service can take events.
void write_topics(std::string& out, const kafka::Producer& producer) {
  std::string_view help =
      "1 if Kafka has the topic, or does not say; 0 if it is missing or still to be created.";
  for (const kafka::TopicReadiness& topic : producer.topics()) {
    http::write_metric(out, "penstock_kafka_topic_ready", "gauge", help, topic.ready ? 1 : 0,
                       http::Labels().add("topic", topic.name));
    help = {};
  }
}

void write_kafka(std::string& out, const kafka::Producer& producer,
                 const kafka::Settings& settings) {
  const kafka::Statistics& now = producer.statistics();
  const kafka::StatisticsTotals& totals = producer.totals();
  write_gauge(out, "penstock_kafka_brokers_up", "Brokers with an open connection.", now.brokers_up);
  write_gauge(out, "penstock_kafka_queued_messages", "Events that wait for the broker.",
              now.queued_messages);
  write_gauge(out, "penstock_kafka_queued_bytes", "The bytes of these events.", now.queued_bytes);
  write_gauge(out, "penstock_kafka_queued_bytes_max", "How many bytes may wait.",
              settings.queue_kib_max * 1024);
  write_gauge(out, "penstock_kafka_requests_in_flight", "Requests that wait for a broker's answer.",
              now.requests_in_flight);
  write_gauge(out, "penstock_kafka_round_trip_seconds", "Mean round trip to the slowest broker.",
              static_cast<double>(now.round_trip_us) / 1e6);
  write_counter(out, "penstock_kafka_records_sent_total",
                "Events in requests to brokers; those that are sent again count again.",
                totals.records_sent());
  write_counter(out, "penstock_kafka_request_retries_total",
                "Requests other than those with events that were sent again.",
                totals.requests_repeated());
  write_counter(out, "penstock_kafka_request_timeouts_total",
                "Requests to which no broker has answered in time.", totals.requests_timed_out());
  write_counter(out, "penstock_kafka_throttle_seconds_total",
                "How long brokers have asked the producer to wait, because of a quota.",
                static_cast<double>(totals.throttled_ms()) / 1e3);
  write_counter(out, "penstock_kafka_producer_replacements_total",
                "Producers replaced after a fatal error.", producer.replacements());
  if (const auto expires = producer.token_expires()) {
    write_gauge(out, "penstock_kafka_token_expiration_timestamp_seconds",
                "When the MSK IAM token expires that the producer has.",
                std::chrono::duration<double>(expires->time_since_epoch()).count());
  }
}

// Writes what has become of the transactions of atomic events.
void write_transactions(std::string& out, const kafka::transactions::TransactionCounts& counts) {
  static constexpr std::string_view kName = "penstock_kafka_transactions_total";
  std::string_view help =
      "Transactions by outcome. Of an unknown one, the commit was sent and not acknowledged.";
  const std::pair<std::string_view, uint64_t> outcomes[] = {
      {"committed", counts.committed}, {"aborted", counts.aborted}, {"unknown", counts.unknown}};
  for (const auto& [outcome, count] : outcomes) {
    write_metric(out, kName, "counter", help, static_cast<double>(count),
                 Labels().add("outcome", outcome));
    help = {};
  }
  write_counter(out, "penstock_kafka_transactional_producer_replacements_total",
                "Producers of transactions replaced after an error.", counts.replaced.load());
}

}  // namespace

void write_metrics(std::string& out, const Measured& measured) {
  write_build(out, measured.program);
  measured.process.write(out);
  measured.api.metrics().write(out);
  measured.publishing.write_metrics(out);
  if (const auto* waiting = measured.api.waiting()) waiting->write_metrics(out);
  write_blocking(out, measured.blocking.counts());
  for (const auto& write : measured.registry.metrics()) write(out);
  measured.event_loop_lag.write_metrics(out);
  write_checks(out, measured.checks);
  write_server(out, measured);
  if (const http::Guard* guard = measured.api.guard()) write_guard(out, *guard);
  write_counter(out, "penstock_log_lines_dropped_total",
                "Log lines dropped: the output was not read fast enough, it could not be written, "
                "or there was no memory.",
                measured.log.dropped_lines());
  if (measured.msk_iam != nullptr) {
    write_gauge(out, "penstock_aws_credentials_expiration_timestamp_seconds",
                "When the AWS credentials expire; 0 if they do not, or if there are none.",
                measured.msk_iam->expiration());
  }
  if (measured.producer != nullptr) {
    write_topics(out, *measured.producer);
    write_kafka(out, *measured.producer, measured.kafka);
  }
  if (measured.transactions != nullptr) write_transactions(out, *measured.transactions);
  if (const auto end = measured.certificates.first_end()) {
    write_gauge(out, "penstock_kafka_certificate_expiration_timestamp_seconds",
                "When the first certificate expires of those that brokers have shown.",
                std::chrono::duration<double>(end->time_since_epoch()).count());
  }
}

}  // namespace penstock::apps
