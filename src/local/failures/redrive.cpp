#include "local/failures/redrive.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <chrono>
#include <utility>

#include "base/printable_text.h"
#include "json/parse.h"
#include "json/writer.h"
#include "lambda/kafka_event.h"
#include "local/function/undone_records.h"
#include "local/records/topic_reader.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kReadPatience{30};  // For one range.
constexpr size_t kChunksMax = 16;  // The number of events that a batch may need without its filter.
// A line has texts from the document, from Kafka and from the function. Each is cut here, in bytes,
// so that one of them does not hide the others.
constexpr size_t kNameMax = 1'100;  // A key of S3 has at most 1024.
constexpr size_t kRecordsMax = 500;
constexpr size_t kConditionMax = 100;
constexpr size_t kReasonMax = 2'000;

base::Error failed(std::string sentence) {
  return {.code = base::ErrorCode::unavailable, .message = std::move(sentence)};
}

NewRecord copy(const Record& record) {
  return {record.key, record.value, record.headers};
}

// Returns a batch that says which records an event has, without their contents.
EventBatch batch_of(const lambda::KafkaEvent& event) {
  EventBatch batch;
  for (const lambda::Record& record : event.records) {
    batch.add(
        {.topic_partition = {std::string(record.topic), record.partition}, .offset = record.offset},
        "");
  }
  return batch;
}

// Returns the event of a document for the function, with the names that the user gives to the
// source in place of the document's. A function may connect to where its event is from.
base::Result<std::string> with_own_names(const std::string& text, const lambda::KafkaEvent& event,
                                         const NamedKafka& kafka) {
  const bool other_kafka = !kafka.bootstrap.empty() && event.bootstrap_servers != kafka.bootstrap;
  const bool other_source =
      !kafka.event_source_arn.empty() && event.event_source_arn != kafka.event_source_arn;
  if (!other_kafka && !other_source) return text;
  auto value = json::parse(text);
  if (!value || !value->is_object()) return failed("its payload is not a Kafka event");
  boost::json::object& members = value->get_object();
  if (other_kafka) members["bootstrapServers"] = kafka.bootstrap;
  if (other_source) {
    members["eventSource"] = "aws:kafka";
    members["eventSourceArn"] = kafka.event_source_arn;
  }
  return json::to_text(*value);
}

}  // namespace

base::Result<Redrive::Totals> Redrive::run(std::stop_token stop) {
  for (size_t number = 1; number <= settings_.documents_max && !stop.stop_requested(); ++number) {
    const auto item = inbox_.next(stop);
    if (!item) return item.error();
    if (!*item) {
      const std::string rest = inbox_.rest();
      if (!rest.empty()) say_(base::printable(rest, kNameMax));
      break;
    }
    const std::string prefix =
        std::to_string(number) + ": " + base::printable((*item)->name, kNameMax) + ": ";
    const auto document = (*item)->problem.empty() ? FailureDocument::parse((*item)->text)
                                                   : FailureDocument::refusal((*item)->problem);
    if (!document) {
      ++totals_.left;
      say_(prefix + base::printable(document.error().message, kReasonMax) + "; " + inbox_.leave());
      continue;
    }
    records_ = 0;
    warning_.clear();
    const auto began = steady_clock::now();
    auto done = redrive(*document, stop);
    std::string after;
    if (done && !settings_.dry_run) {
      auto acknowledged = inbox_.acknowledge(stop);
      // The document will arrive again and be handled twice, which is better than not at all.
      if (!acknowledged) {
        done =
            failed("it was handled, but will come again: " + base::describe(acknowledged.error()));
      } else {
        after = "; " + *acknowledged;
      }
    }
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began).count();
    std::string line = prefix + base::printable(document->text(), kRecordsMax) + " (" +
                       base::printable(document->condition, kConditionMax) + "): ";
    if (!done) {
      ++totals_.left;
      line += base::printable(base::describe(done.error()), kReasonMax) + "; " + inbox_.leave();
    } else {
      ++totals_.done;
      totals_.records += records_;
      line += std::to_string(records_) + (records_ == 1 ? " record" : " records");
      const std::string where =
          settings_.invoker != nullptr ? "the function" : "topic '" + settings_.topic + "'";
      line += settings_.dry_run
                  ? " would go to " + where
                  : " to " + where + " in " + std::to_string(milliseconds) + " ms" + after;
    }
    say_(line + warning_);
  }
  return totals_;
}

base::Result<> Redrive::redrive(const FailureDocument& document, std::stop_token stop) {
  return document.event ? redrive_event(document, std::move(stop))
                        : redrive_ranges(document, std::move(stop));
}

void Redrive::compare_count(int64_t found, int64_t batch_size, const std::string& part) {
  if (found >= batch_size) return;
  warning_ = "; its batchSize is " + std::to_string(batch_size) + ", and its " + part +
             " has only " + std::to_string(found) +
             ": a filter may have passed over the others, or the document is cut";
}

// Handles a document that contains the records.
base::Result<> Redrive::redrive_event(const FailureDocument& document, std::stop_token stop) {
  const std::string& text = *document.event;
  const auto event = lambda::decode_kafka_event(text);
  if (!event) return failed("its payload is not a Kafka event: " + event.error().message);
  records_ = event->records.size();
  if (records_ == 0) return failed("its payload has no records");
  compare_count(static_cast<int64_t>(records_), document.batch_size, "payload");
  if (settings_.invoker != nullptr) {
    if (settings_.dry_run) return {};
    const auto own = with_own_names(text, *event, settings_.kafka);
    if (!own) return own.error();
    return invoke(*own, batch_of(*event), std::move(stop));
  }
  // Nothing is read from the Kafka that the event names, so it need not be the one that the user
  // names for the topic.
  const bool is_named = !settings_.kafka.bootstrap.empty();
  const auto cluster = cluster_of(is_named ? "" : std::string(event->bootstrap_servers));
  if (!cluster) return cluster.error();
  if (settings_.dry_run) return {};
  std::vector<NewRecord> records;
  for (const lambda::Record& record : event->records) {
    NewRecord copy;
    if (record.key) copy.key = std::string(*record.key);
    if (record.value) copy.value = std::string(*record.value);
    for (const auto& header : record.headers) {
      copy.headers.emplace_back(std::string(header.name), std::string(header.value));
    }
    records.push_back(std::move(copy));
  }
  return write(records, *cluster, std::move(stop));
}

base::Result<> Redrive::redrive_ranges(const FailureDocument& document, std::stop_token stop) {
  int64_t offsets_in_sum = 0;
  for (const auto& [topic_partition, offsets] : document.ranges) {
    offsets_in_sum += std::min(offsets.count(), document.batch_size);
  }
  compare_count(offsets_in_sum, document.batch_size, "recordsInfo");
  const auto cluster = cluster_of(document.bootstrap);
  if (!cluster) return cluster.error();
  auto reader = TopicReader::open(*cluster);
  if (!reader) return reader.error();
  reader->on_silence(say_);
  const size_t bytes_max =
      EventBatch::bytes_max({settings_.kafka.event_source_arn, cluster->bootstrap});
  // Everything is read before the first record is handed over, so that a batch that has lost
  // records is not handed over in part. The batch was one event, but without its filter it may fill
  // several.
  std::vector<Chunk> chunks(1);
  for (const auto& [topic_partition, offsets] : document.ranges) {
    for (base::Offset at = offsets.first; at <= offsets.last;) {
      if (stop.stop_requested()) return failed("the program is stopping");
      auto range = reader->read_range(topic_partition, at, offsets.last,
                                      steady_clock::now() + kReadPatience);
      if (!range) return range.error();
      if (!range->missing.empty() && !settings_.skip_missing) {
        return failed("Kafka no longer has the records " + range->missing_text() + " of " +
                      topic_partition.text() + ". Use --skip-missing to go on without them");
      }
      if (range->next <= at) {
        return failed("no record can be read at " + topic_partition.text(at));
      }
      at = range->next;
      for (Record& record : range->records) {
        if (!settings_.filter.passes(record.value)) continue;
        const std::string json = record_json(record);
        EventBatch alone;
        alone.add(record, json);
        if (settings_.invoker != nullptr && alone.bytes() > bytes_max) {
          return failed(topic_partition.text(record.offset) +
                        " is larger than an event of Lambda may be. Use --to-topic for it");
        }
        const EventBatch& batch = chunks.back().batch;
        // The records of a partition follow each other.
        const bool has_partition =
            !batch.empty() && batch.topic_partition(batch.entries().back()) == topic_partition;
        const size_t more = 1 + (has_partition ? json.size() : alone.bytes());
        const bool full = batch.bytes() + more > bytes_max ||
                          batch.size() == static_cast<size_t>(EventBatch::kRecordsMax);
        if (!batch.empty() && full) {
          if (chunks.size() == kChunksMax) {
            return failed("its ranges have more records than a batch can have had");
          }
          chunks.emplace_back();
        }
        if (settings_.invoker == nullptr) chunks.back().records.push_back(copy(record));
        chunks.back().batch.add(std::move(record), json);
      }
    }
  }
  for (const Chunk& chunk : chunks) {
    if (auto handed = hand_over(chunk, *cluster, stop); !handed) return handed;
  }
  return {};
}

base::Result<Cluster> Redrive::cluster_of(const std::string& bootstrap) const {
  const auto address = settings_.kafka.address_of(bootstrap);
  if (!address) return address.error();
  Cluster cluster{.bootstrap = address->bootstrap, .properties = settings_.kafka.properties};
  if (address->may_authenticate && settings_.tokens) {
    const auto tokens = settings_.tokens(cluster.bootstrap);
    if (!tokens) return tokens.error();
    cluster.tokens = *tokens;
  }
  return cluster;
}

base::Result<> Redrive::hand_over(const Chunk& chunk, const Cluster& cluster,
                                  std::stop_token stop) {
  base::Result<> done;
  if (!settings_.dry_run && !chunk.batch.empty()) {
    done = settings_.invoker != nullptr
               ? invoke(chunk.batch.payload({settings_.kafka.event_source_arn, cluster.bootstrap}),
                        chunk.batch, std::move(stop))
               : write(chunk.records, cluster, std::move(stop));
  }
  if (done) records_ += chunk.batch.size();
  return done;
}

base::Result<> Redrive::invoke(const std::string& payload, const EventBatch& batch,
                               std::stop_token stop) {
  const InvocationOutcome outcome = settings_.invoker->invoke(payload, std::move(stop));
  UndoneRecords undone = undone_records(outcome, batch, settings_.report_batch_item_failures);
  if (!undone.reason.empty()) return failed(std::move(undone.reason));
  return {};
}

base::Result<> Redrive::write(const std::vector<NewRecord>& records, const Cluster& cluster,
                              std::stop_token stop) {
  if (!writer_ || writer_bootstrap_ != cluster.bootstrap) {
    auto writer = RecordWriter::open(cluster, settings_.topic);
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
    writer_bootstrap_ = cluster.bootstrap;
  }
  const auto too_large = writer_->write(records, std::move(stop));
  if (!too_large) return too_large.error();
  if (!too_large->empty()) {
    return failed("topic '" + settings_.topic + "' takes no records as large as " +
                  std::to_string(too_large->size()) + " of these. Raise its max.message.bytes");
  }
  return {};
}

}  // namespace penstock::local
