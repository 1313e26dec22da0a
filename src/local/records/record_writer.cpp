#include "local/records/record_writer.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr int kStepMs = 50;  // The time after which a stop is noticed.

kafka::Headers headers_of(const NewRecord& record) {
  kafka::Headers headers(rd_kafka_headers_new(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()),
                        value ? value->data() : nullptr,
                        value ? static_cast<ssize_t>(value->size()) : 0);
  }
  return headers;
}

base::Result<kafka::Client> make_producer(const Cluster& cluster, bool one_by_one) {
  kafka::Properties properties{{"enable.idempotence", "true"},
                               // This is the default of Kafka's Java client, so that a key's
                               // partition is the same as with it.
                               {"partitioner", "murmur2_random"},
                               {"delivery.timeout.ms", "10000"},
                               {"message.max.bytes", "10485760"}};
  if (one_by_one) {
    properties.insert(properties.end(), {{"batch.num.messages", "1"},
                                         // The time-out of a delivery begins in the queue.
                                         {"queue.buffering.max.messages", "100"}});
  }
  return make_client(RD_KAFKA_PRODUCER, cluster, std::move(properties),
                     RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
}

// A topic refuses a set of records that is too large, even if it has only one. librdkafka itself
// refuses records over its own limit.
bool is_too_large(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
         code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
}

}  // namespace

base::Result<std::unique_ptr<RecordWriter>> RecordWriter::open(const Cluster& cluster,
                                                               std::string topic) {
  auto client = make_producer(cluster, false);
  if (!client) return client.error();
  return std::unique_ptr<RecordWriter>(
      new RecordWriter(std::move(*client), cluster, std::move(topic)));
}

RecordWriter::RecordWriter(kafka::Client client, Cluster cluster, std::string topic)
    : cluster_(std::move(cluster)),
      client_(std::move(client)),
      reports_(rd_kafka_queue_get_main(client_.get())),
      topic_(std::move(topic)) {}

base::Result<> RecordWriter::open_again(bool one_by_one) {
  auto client = make_producer(cluster_, one_by_one);
  if (!client) return client.error();
  reports_.reset();
  client_ = std::move(*client);
  reports_.reset(rd_kafka_queue_get_main(client_.get()));
  one_by_one_ = one_by_one;
  return {};
}

void RecordWriter::take_problem(rd_kafka_event_t* event) {
  if (auto problem = connection_problem(event, cluster_)) problem_ = std::move(problem);
}

bool RecordWriter::has_failed_for_good() const {
  return rd_kafka_fatal_error(client_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

void RecordWriter::serve() {
  while (const kafka::Event event{rd_kafka_queue_poll(reports_.get(), 0)}) {
    take_problem(event.get());
  }
}

// Counts the records of one write that have no report yet, and keeps those that are too large.
class RecordWriter::Write {
 public:
  // `stored` must outlive the write.
  Write(RecordWriter& writer, std::chrono::milliseconds patience, std::stop_token stop,
        const std::function<void(size_t)>& stored)
      : writer_(writer),
        stop_(std::move(stop)),
        stored_(stored),
        deadline_(steady_clock::now() + patience) {}

  base::Result<> add(const NewRecord& record, size_t index) {
    const void* key = record.key ? record.key->data() : nullptr;
    const size_t key_size = record.key ? record.key->size() : 0;
    // librdkafka copies the value (RD_KAFKA_MSG_F_COPY).
    void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
    const size_t value_size = record.value ? record.value->size() : 0;
    const uintptr_t id = writer_.next_id_++;
    while (true) {
      kafka::Headers headers = headers_of(record);
      const auto code =
          rd_kafka_producev(writer_.client_.get(), RD_KAFKA_V_TOPIC(writer_.topic_.c_str()),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                            RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_HEADERS(headers.get()),
                            RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(id)), RD_KAFKA_V_END);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        static_cast<void>(headers.release());  // librdkafka owns them now.
        waiting_[id] = index;
        return {};
      }
      if (is_too_large(code)) {
        too_large_.push_back(index);
        return {};
      }
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return not_taken(why(code));
      if (auto going_on = take_reports(); !going_on) return going_on;
    }
  }

  // Returns the indexes of the records that are too large.
  base::Result<std::vector<size_t>> finish() {
    while (!waiting_.empty()) {
      if (auto going_on = take_reports(); !going_on) return going_on.error();
    }
    if (!refused_) return refused_.error();
    std::sort(too_large_.begin(), too_large_.end());
    return std::move(too_large_);
  }

 private:
  [[nodiscard]] std::string why(rd_kafka_resp_err_t code) const {
    // After a fatal error, the code of each record says only that the record was given up.
    std::array<char, 512> text{};
    const auto fatal = rd_kafka_fatal_error(writer_.client_.get(), text.data(), text.size());
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) return explain(fatal, text.data(), writer_.cluster_);
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
    writer_.take_problem(event.get());
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) return {};
    while (const rd_kafka_message_t* report = rd_kafka_event_message_next(event.get())) {
      const auto sent = waiting_.find(reinterpret_cast<uintptr_t>(report->_private));
      if (sent == waiting_.end()) continue;
      const size_t index = sent->second;
      waiting_.erase(sent);
      if (report->err == RD_KAFKA_RESP_ERR_NO_ERROR && report->offset < 0) {
        // librdkafka has only concluded that the record is stored (docs/adr/0024).
        refused_ = not_taken("no broker has said where it is");
      } else if (report->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        writer_.problem_.reset();
        if (stored_) stored_(index);
      } else if (is_too_large(report->err)) {
        too_large_.push_back(index);
      } else {
        refused_ = not_taken(why(report->err));
      }
    }
    return {};
  }

  RecordWriter& writer_;
  const std::stop_token stop_;
  const std::function<void(size_t)>& stored_;
  const steady_clock::time_point deadline_;
  std::unordered_map<uintptr_t, size_t> waiting_;  // The index of each record, by its id.
  std::vector<size_t> too_large_;
  base::Result<> refused_;
};

base::Result<std::vector<size_t>> RecordWriter::write(const std::vector<NewRecord>& records,
                                                      std::stop_token stop,
                                                      const std::function<void(size_t)>& stored) {
  std::vector<size_t> left(records.size());
  std::iota(left.begin(), left.end(), size_t{0});
  if (has_failed_for_good()) {
    if (auto opened = open_again(one_by_one_); !opened) return opened.error();
  }
  while (true) {
    const bool alone = one_by_one_;
    Write write(*this, kDeadline + (alone ? static_cast<int64_t>(left.size()) : 0) * kDeadlineOfOne,
                stop, stored);
    for (const size_t index : left) {
      if (auto added = write.add(records[index], index); !added) return added.error();
    }
    auto too_large = write.finish();
    if (!too_large || too_large->empty() || alone) return too_large;
    left = std::move(*too_large);
    if (auto opened = open_again(true); !opened) return opened.error();
  }
}

}  // namespace penstock::local
