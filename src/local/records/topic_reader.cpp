#include "local/records/topic_reader.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "base/topic_name.h"
#include "local/records/record_source.h"

namespace penstock::local {
namespace {

using base::Error;
using base::ErrorCode;
using base::Offset;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{100};
constexpr int kFirstAskMs = 1'000;  // The first time-out of a request. It doubles each time.
// If gaps leave too few records in the last offsets, this factor more offsets are read.
constexpr int64_t kLookBackGrowth = 8;

int left_ms(TopicReader::Time deadline) {
  const auto left =
      std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 600'000));
}

// Says whether an error means that no broker has answered. An event may say why.
bool is_silence(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
         code == RD_KAFKA_RESP_ERR__TIMED_OUT;
}

size_t bytes_of(const Record& record) {
  return record_json(record).size() + 1;
}

// Stops consuming a partition when it is destroyed.
class Consumption {
 public:
  Consumption(rd_kafka_topic_t* topic, int32_t partition) : topic_(topic), partition_(partition) {}
  Consumption(const Consumption&) = delete;
  Consumption& operator=(const Consumption&) = delete;
  ~Consumption() { rd_kafka_consume_stop(topic_, partition_); }

 private:
  rd_kafka_topic_t* topic_;
  int32_t partition_;
};

// Keeps the newest of the records that are added, within the bounds.
class Newest {
 public:
  explicit Newest(const TopicReader::Bounds& bounds) : bounds_(bounds) {}

  void add(Record record) {
    const size_t bytes = bytes_of(record);
    bytes_ += bytes;
    ++count_;
    const TopicPartition topic_partition = record.topic_partition;
    topic_partitions_[topic_partition].push_back({std::move(record), bytes});
    while (count_ > 1 && (count_ > bounds_.records || bytes_ > bounds_.bytes)) drop_oldest();
  }
  [[nodiscard]] bool full() const { return full_ || count_ >= bounds_.records; }
  [[nodiscard]] std::vector<Record> take() {
    std::vector<Record> all;
    for (auto& [topic_partition, kept] : topic_partitions_) {
      for (Kept& one : kept) all.push_back(std::move(one.record));
    }
    return all;
  }

 private:
  struct Kept {
    Record record;
    size_t bytes;
  };

  void drop_first(std::deque<Kept>& kept) {
    bytes_ -= kept.front().bytes;
    --count_;
    kept.pop_front();
  }
  void drop_oldest() {
    std::deque<Kept>* oldest = nullptr;
    for (auto& [topic_partition, kept] : topic_partitions_) {
      if (kept.empty()) continue;
      if (oldest == nullptr ||
          kept.front().record.timestamp_ms < oldest->front().record.timestamp_ms) {
        oldest = &kept;
      }
    }
    drop_first(*oldest);
    full_ = true;
  }

  const TopicReader::Bounds bounds_;
  std::map<TopicPartition, std::deque<Kept>> topic_partitions_;
  size_t count_ = 0;
  size_t bytes_ = 0;
  bool full_ = false;  // Whether a record was dropped.
};

}  // namespace

std::string RecordRange::missing_text() const {
  std::string text;
  for (const OffsetRange& range : missing) text += (text.empty() ? "" : ", ") + range.text();
  return text;
}

base::Result<TopicReader> TopicReader::open(const Cluster& cluster) {
  kafka::Properties properties = {
      {"enable.auto.commit", "false"},
      // Applies if the first offset expires while it is requested.
      {"auto.offset.reset", "earliest"},
      {"enable.partition.eof", "true"},
      // The in-process broker answers a fetch only after this time.
      {"fetch.wait.max.ms", "100"},
      {"queued.max.messages.kbytes", "16384"},
      {"fetch.max.bytes", "8388608"},
      {"reconnect.backoff.max.ms", "1000"},
  };
  auto client =
      make_client(RD_KAFKA_CONSUMER, cluster, std::move(properties), RD_KAFKA_EVENT_ERROR);
  if (!client) return client.error();
  return TopicReader(std::move(*client), cluster);
}

rd_kafka_resp_err_t TopicReader::call_until(Time deadline,
                                            const std::function<rd_kafka_resp_err_t(int)>& call) {
  static_cast<void>(known_problem());  // Takes what piled up since the last call.
  for (int patience = kFirstAskMs;; patience *= 2) {
    const int left = left_ms(deadline);
    const auto code = call(std::clamp(patience, 1, std::max(1, left)));
    if (!is_silence(code) || left <= patience || stop_.stop_requested() || known_problem()) {
      return code;
    }
    if (patience > kFirstAskMs && on_silence_) {
      std::exchange(on_silence_,
                    nullptr)("no broker answers at " + cluster_.bootstrap + "; waiting for it");
    }
  }
}

const std::optional<std::string>& TopicReader::known_problem() {
  while (const kafka::Event event{rd_kafka_queue_poll(events_.get(), 0)}) {
    if (auto problem = connection_problem(event.get(), cluster_)) problem_ = std::move(problem);
  }
  return problem_;
}

Error TopicReader::error_of(rd_kafka_resp_err_t code, const std::string& asked) {
  const std::string where = asked + " at " + cluster_.bootstrap;
  if (is_silence(code)) {
    const bool is_known = known_problem().has_value();
    return {.code = ErrorCode::unavailable,
            .message = is_known ? where + ": " + *problem_
                                : "no broker answers at " + cluster_.bootstrap + " for " + asked,
            .detail = is_known ? "" : rd_kafka_err2str(code),
            .retryable = true};
  }
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return {
          .code = ErrorCode::not_found,
          .message = explain(code, asked + " does not exist at " + cluster_.bootstrap, cluster_)};
    default:
      return {.code = ErrorCode::unavailable,
              .message = where + ": " + explain(code, rd_kafka_err2str(code), cluster_)};
  }
}

base::Result<std::vector<TopicPartition>> TopicReader::partitions(const std::string& topic,
                                                                  Time deadline) {
  if (const std::string problem = base::problem_of_topic(topic); !problem.empty()) {
    return Error{.code = ErrorCode::invalid, .message = problem};
  }
  const std::string name = "topic '" + topic + "'";
  const kafka::Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  if (!handle) {
    return Error{.code = ErrorCode::internal,
                 .message = name + ": " + rd_kafka_err2str(rd_kafka_last_error())};
  }
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = call_until(deadline, [&](int patience) {
    return rd_kafka_metadata(client_.get(), 0, handle.get(), &metadata, patience);
  });
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code, name);
  const std::unique_ptr<const rd_kafka_metadata_t, kafka::Release<rd_kafka_metadata_destroy>> owner(
      metadata);
  if (metadata->topic_cnt != 1) return error_of(RD_KAFKA_RESP_ERR__BAD_MSG, name);
  const auto& found = metadata->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(found.err, name);
  std::vector<TopicPartition> all;
  for (int i = 0; i < found.partition_cnt; ++i) all.push_back({topic, {found.partitions[i].id}});
  std::sort(all.begin(), all.end());
  return all;
}

base::Result<Extent> TopicReader::extent(const TopicPartition& topic_partition, Time deadline) {
  Extent extent;
  const auto code = call_until(deadline, [&](int patience) {
    return rd_kafka_query_watermark_offsets(client_.get(), topic_partition.topic.c_str(),
                                            topic_partition.partition.number, &extent.first.value,
                                            &extent.end.value, patience);
  });
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return error_of(code, "partition " + topic_partition.text());
  }
  return extent;
}

base::Result<Offset> TopicReader::read_each(const TopicPartition& topic_partition, Offset first,
                                            Offset last, Time deadline,
                                            const std::function<bool(Record)>& take) {
  const auto there = extent(topic_partition, deadline);
  if (!there) return there.error();
  const Offset from = std::max(first, there->first);
  if (from > last || from >= there->end) return last + 1;
  const kafka::Topic topic(
      rd_kafka_topic_new(client_.get(), topic_partition.topic.c_str(), nullptr));
  const kafka::Queue records(rd_kafka_queue_new(client_.get()));
  if (!topic || rd_kafka_consume_start_queue(topic.get(), topic_partition.partition.number,
                                             from.value, records.get()) != 0) {
    return error_of(rd_kafka_last_error(), "partition " + topic_partition.text());
  }
  const Consumption consumption(topic.get(), topic_partition.partition.number);
  while (steady_clock::now() < deadline && !stop_.stop_requested()) {
    const int patience = std::min(left_ms(deadline), static_cast<int>(kStep.count()));
    const kafka::Message message(rd_kafka_consume_queue(records.get(), patience));
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return last + 1;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return error_of(message->err, "partition " + topic_partition.text());
    }
    const Offset offset{message->offset};
    if (offset < from) continue;
    if (offset > last) return last + 1;
    if (!take(copy_record(*message))) return offset;
    if (offset == last) return last + 1;
  }
  return Error{.code = ErrorCode::timed_out,
               .message = "partition " + topic_partition.text() + " at " + cluster_.bootstrap +
                          " could not be read in time",
               .detail = known_problem().value_or(""),
               .retryable = true};
}

base::Result<RecordRange> TopicReader::read_range(const TopicPartition& topic_partition,
                                                  Offset first, Offset last, Time deadline,
                                                  const Bounds& bounds) {
  RecordRange range;
  size_t bytes = 0;
  const auto next = read_each(topic_partition, first, last, deadline, [&](Record record) {
    const size_t more = bytes_of(record);
    const bool fits = range.records.size() < bounds.records && bytes + more <= bounds.bytes;
    if (!fits && !range.records.empty()) return false;
    bytes += more;
    range.records.push_back(std::move(record));
    return true;
  });
  if (!next) return next.error();
  range.next = *next;
  Offset expected = first;
  for (const Record& record : range.records) {
    if (record.offset > expected) range.missing.push_back({expected, record.offset - 1});
    expected = record.offset + 1;
  }
  if (range.next > expected) range.missing.push_back({expected, range.next - 1});
  return range;
}

base::Result<std::vector<Record>> TopicReader::newest(
    const std::vector<TopicPartition>& topic_partitions, Time deadline, const Bounds& bounds) {
  // Reads the wanted number of records of each partition, and keeps the newest of all.
  Newest all(bounds);
  for (const TopicPartition& topic_partition : topic_partitions) {
    const auto there = extent(topic_partition, deadline);
    if (!there) return there.error();
    for (auto back = static_cast<int64_t>(bounds.records); !there->empty();
         back *= kLookBackGrowth) {
      const Offset from = std::max(there->first, there->end - back);
      Newest own(bounds);
      const auto read =
          read_each(topic_partition, from, there->end - 1, deadline, [&](Record record) {
            own.add(std::move(record));
            return true;
          });
      if (!read) return read.error();
      if (!own.full() && from > there->first) continue;
      for (Record& record : own.take()) all.add(std::move(record));
      break;
    }
  }
  return all.take();
}

}  // namespace penstock::local
