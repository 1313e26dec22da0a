#include "local/records/record_writer.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr int kStepMs = 50;  // The time after which a stop is noticed.

kafka::Headers headers_of(const NewRecord& record) {
  kafka::Headers headers(rd_kafka_headers_new(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  return headers;
}

}  // namespace

base::Result<std::unique_ptr<RecordWriter>> RecordWriter::open(const Cluster& cluster,
                                                               std::string topic) {
  kafka::Properties properties{{"enable.idempotence", "true"},
                               // This is the default of Kafka's Java client, so that a key's
                               // partition is the same as with it.
                               {"partitioner", "murmur2_random"},
                               {"delivery.timeout.ms", "10000"},
                               {"message.max.bytes", "10485760"}};
  auto client = make_client(RD_KAFKA_PRODUCER, cluster, std::move(properties),
                            RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  if (!client) return client.error();
  return std::unique_ptr<RecordWriter>(
      new RecordWriter(std::move(*client), cluster, std::move(topic)));
}

RecordWriter::RecordWriter(kafka::Client client, Cluster cluster, std::string topic)
    : cluster_(std::move(cluster)),
      client_(std::move(client)),
      reports_(rd_kafka_queue_get_main(client_.get())),
      topic_(std::move(topic)) {}

// Counts the records of one write that have no report yet.
class RecordWriter::Write {
 public:
  Write(RecordWriter& writer, std::stop_token stop)
      : writer_(writer),
        opaque_(reinterpret_cast<void*>(++writer.writes_)),
        stop_(std::move(stop)),
        deadline_(steady_clock::now() + kDeadline) {}

  base::Result<> add(const NewRecord& record) {
    const void* key = record.key ? record.key->data() : nullptr;
    const size_t key_size = record.key ? record.key->size() : 0;
    // librdkafka copies the value (RD_KAFKA_MSG_F_COPY).
    void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
    const size_t value_size = record.value ? record.value->size() : 0;
    while (true) {
      kafka::Headers headers = headers_of(record);
      const auto code =
          rd_kafka_producev(writer_.client_.get(), RD_KAFKA_V_TOPIC(writer_.topic_.c_str()),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                            RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_HEADERS(headers.get()),
                            RD_KAFKA_V_OPAQUE(opaque_), RD_KAFKA_V_END);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        static_cast<void>(headers.release());  // librdkafka owns them now.
        ++waiting_;
        return {};
      }
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return not_taken(why(code));
      if (auto going_on = take_reports(); !going_on) return going_on;
    }
  }

  base::Result<> finish() {
    while (waiting_ > 0) {
      if (auto going_on = take_reports(); !going_on) return going_on;
    }
    return refused_;
  }

 private:
  [[nodiscard]] std::string why(rd_kafka_resp_err_t code) const {
    return explain(code, rd_kafka_err2str(code), writer_.cluster_);
  }
  [[nodiscard]] base::Error not_taken(const std::string& why) const {
    return {.code = base::ErrorCode::unavailable,
            .message = "a record could not be stored in topic '" + writer_.topic_ + "'",
            .detail = why + (writer_.problem_ ? ": " + *writer_.problem_ : ""),
            .retryable = true};
  }

  base::Result<> take_reports() {
    if (stop_.stop_requested()) return not_taken("stopped");
    if (steady_clock::now() > deadline_) return not_taken("Kafka has not reported in time");
    const kafka::Event event(rd_kafka_queue_poll(writer_.reports_.get(), kStepMs));
    if (!event) return {};
    if (auto problem = connection_problem(event.get(), writer_.cluster_)) {
      writer_.problem_ = std::move(problem);
    }
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) return {};
    while (const rd_kafka_message_t* report = rd_kafka_event_message_next(event.get())) {
      if (report->_private != opaque_) continue;
      --waiting_;
      if (report->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        writer_.problem_.reset();
      } else {
        refused_ = not_taken(why(report->err));
      }
    }
    return {};
  }

  RecordWriter& writer_;
  void* const opaque_;
  const std::stop_token stop_;
  const steady_clock::time_point deadline_;
  size_t waiting_ = 0;
  base::Result<> refused_;
};

base::Result<> RecordWriter::write(const std::vector<NewRecord>& records, std::stop_token stop) {
  Write write(*this, std::move(stop));
  for (const NewRecord& record : records) {
    if (auto added = write.add(record); !added) return added;
  }
  return write.finish();
}

}  // namespace penstock::local
