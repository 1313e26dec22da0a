#include "local/kafka_destination.h"

#include <chrono>

namespace penstock::local {
namespace {

constexpr int kStepMs = 50;  // How soon a stop is seen.

base::Error not_taken(const std::string& topic, const char* why) {
  return {.code = base::ErrorCode::unavailable,
          .message = "topic '" + topic + "' has not taken a record",
          .detail = why,
          .retryable = true};
}

}  // namespace

base::Result<std::unique_ptr<KafkaDestination>> KafkaDestination::open(
    const std::string& bootstrap, const std::vector<std::pair<std::string, std::string>>& properties,
    std::string topic, FailureContext context) {
  std::vector<std::pair<std::string, std::string>> all{
      {"bootstrap.servers", bootstrap},
      {"client.id", "penstock_local"},
      {"enable.idempotence", "true"},
      // Kafka's own default, so that a key has the partition that any other producer would give it.
      {"partitioner", "murmur2_random"},
      {"delivery.timeout.ms", "10000"},
      {"message.max.bytes", "10485760"},
      {"log_level", "0"}};
  all.insert(all.end(), properties.begin(), properties.end());
  auto client = kafka::make_client(RD_KAFKA_PRODUCER, all, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  if (!client) return client.error();
  return std::unique_ptr<KafkaDestination>(
      new KafkaDestination(std::move(*client), std::move(topic), std::move(context)));
}

KafkaDestination::KafkaDestination(kafka::Client client, std::string topic, FailureContext context)
    : client_(std::move(client)),
      reports_(rd_kafka_queue_get_main(client_.get())),
      topic_(std::move(topic)),
      context_(std::move(context)) {}

base::Result<> KafkaDestination::tell(const FailedBatch& failed, std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  const auto now = std::chrono::system_clock::now();
  // Reports of an attempt that was abandoned must not count for this one.
  size_t waiting = 0;
  void* const attempt = reinterpret_cast<void*>(++attempts_);
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE);
  base::Result<> result;
  const auto take_reports = [&](int patience_ms) {
    const kafka::Event event(rd_kafka_queue_poll(reports_.get(), patience_ms));
    if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) return;
    while (const rd_kafka_message_t* report = rd_kafka_event_message_next(event.get())) {
      if (report->_private != attempt) continue;
      --waiting;
      if (report->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        result = not_taken(topic_, rd_kafka_err2str(report->err));
    }
  };
  for (const auto& entry : failed.batch.entries()) {
    const std::string document = failure_document(failed, entry, context_, now);
    const void* key = entry.key ? entry.key->data() : nullptr;
    const size_t key_size = entry.key ? entry.key->size() : 0;
    while (true) {
      const auto code = rd_kafka_producev(
          client_.get(), RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
          RD_KAFKA_V_KEY(key, key_size),
          RD_KAFKA_V_VALUE(const_cast<char*>(document.data()), document.size()),  // It is copied.
          RD_KAFKA_V_OPAQUE(attempt), RD_KAFKA_V_END);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || std::chrono::steady_clock::now() > deadline ||
          stop.stop_requested()) {
        return not_taken(topic_, rd_kafka_err2str(code));
      }
      take_reports(kStepMs);
    }
    ++waiting;
  }
  while (waiting > 0) {
    if (stop.stop_requested()) return not_taken(topic_, "stopped");
    if (std::chrono::steady_clock::now() > deadline) return not_taken(topic_, "no report in time");
    take_reports(kStepMs);
  }
  return result;
}

}  // namespace penstock::local
