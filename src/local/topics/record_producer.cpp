#include "local/topics/record_producer.h"

#include <algorithm>

namespace penstock::local {
namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::steady_clock;

constexpr int kStepMs = 50;  // The time after which a stop is noticed.

}  // namespace

base::Result<StoredAt> store_record(const Cluster& cluster, const std::string& topic,
                                    std::optional<base::Partition> partition,
                                    const NewRecord& record, std::chrono::milliseconds patience,
                                    std::stop_token stop) {
  auto client = make_client(
      RD_KAFKA_PRODUCER, cluster,
      {{"enable.idempotence", "true"},
       // This is the default of Kafka's Java client, so that a key's partition is the same.
       {"partitioner", "murmur2_random"},
       {"delivery.timeout.ms", std::to_string(patience.count())},
       {"linger.ms", "0"},
       {"message.max.bytes", "10485760"}},
      RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  if (!client) return client.error();
  const std::string failed = "the record could not be stored in topic '" + topic + "'";
  std::optional<std::string> problem;
  const auto error_of = [&](ErrorCode code, const std::string& why) {
    return Error{.code = code,
                 .message = failed + ": " + why + (problem ? ": " + *problem : ""),
                 .retryable = code == ErrorCode::unavailable};
  };
  const auto error_of_code = [&](rd_kafka_resp_err_t code) {
    const bool too_large = code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
                           code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
    const bool unknown = code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
    return error_of(too_large ? ErrorCode::too_large
                    : unknown ? ErrorCode::timed_out
                              : ErrorCode::unavailable,
                    too_large ? "it is larger than the topic allows (max.message.bytes)"
                              : explain(code, rd_kafka_err2str(code), cluster));
  };

  kafka::Headers headers(rd_kafka_headers_new(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()),
                        value ? value->data() : nullptr,
                        value ? static_cast<ssize_t>(value->size()) : 0);
  }
  const int32_t number = partition ? partition->number : RD_KAFKA_PARTITION_UA;
  const void* key = record.key ? record.key->data() : nullptr;
  const size_t key_size = record.key ? record.key->size() : 0;
  // librdkafka copies the value (RD_KAFKA_MSG_F_COPY).
  void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
  const size_t value_size = record.value ? record.value->size() : 0;
  const auto code = rd_kafka_producev(
      client->get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_PARTITION(number), RD_KAFKA_V_KEY(key, key_size),
      RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_END);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of_code(code);
  static_cast<void>(headers.release());  // librdkafka owns them now.

  const kafka::Queue reports(rd_kafka_queue_get_main(client->get()));
  // librdkafka reports by its own deadline; the last second is for its report.
  const auto deadline = steady_clock::now() + patience + std::chrono::seconds(1);
  while (steady_clock::now() < deadline && !stop.stop_requested()) {
    const kafka::Event event(rd_kafka_queue_poll(reports.get(), kStepMs));
    if (!event) continue;
    if (auto known = connection_problem(event.get(), cluster)) problem = std::move(known);
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) continue;
    const rd_kafka_message_t* report = rd_kafka_event_message_next(event.get());
    if (report == nullptr) continue;
    if (report->err != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of_code(report->err);
    if (report->offset < 0) {
      // librdkafka has only concluded that the record is stored (docs/adr/0024).
      return error_of(ErrorCode::timed_out, "no broker has said where it is");
    }
    return StoredAt{{report->partition}, {report->offset}};
  }
  return error_of(ErrorCode::timed_out, "Kafka has not answered in time, and may have stored it");
}

}  // namespace penstock::local
