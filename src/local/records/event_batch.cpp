#include "local/records/event_batch.h"

#include <algorithm>
#include <utility>

#include "json/object_writer.h"

namespace penstock::local {
namespace {

// Returns an event whose records are written by `write_records(json::ObjectWriter&)`. `bytes` is
// its expected size.
template <class WriteRecords>
std::string event_json(const EventBatch::Envelope& envelope, size_t bytes,
                       WriteRecords write_records) {
  std::string out;
  out.reserve(bytes);
  json::ObjectWriter event(out);
  if (envelope.event_source_arn.empty()) {
    event.member("eventSource", "SelfManagedKafka");
  } else {
    event.member("eventSource", "aws:kafka").member("eventSourceArn", envelope.event_source_arn);
  }
  event.member("bootstrapServers", envelope.bootstrap_servers);
  json::ObjectWriter records(event.key("records"));
  write_records(records);
  records.end();
  event.end();
  return out;
}

constexpr size_t kEnvelopeBytes = 512;  // The memory that is reserved for the rest of an event.

}  // namespace

size_t EventBatch::bytes_max(const Envelope& envelope, size_t event_bytes_max) {
  const size_t rest = EventBatch().payload(envelope).size();
  return event_bytes_max > rest ? event_bytes_max - rest : 0;
}

size_t EventBatch::index_of(const TopicPartition& topic_partition) const {
  // Usually many records in a row are from the same partition.
  if (!entries_.empty() && topic_partitions_[entries_.back().partition_index] == topic_partition) {
    return entries_.back().partition_index;
  }
  const auto found = std::find(topic_partitions_.begin(), topic_partitions_.end(), topic_partition);
  return static_cast<size_t>(found - topic_partitions_.begin());
}

size_t EventBatch::bytes_with(const TopicPartition& topic_partition,
                              const std::string& json) const {
  if (index_of(topic_partition) < topic_partitions_.size()) return bytes_ + 1 + json.size();
  // Kafka's names of topics need no escapes.
  const size_t name = topic_partition.text().size() + std::string_view(R"("":[])").size();
  return bytes_ + (empty() ? 0 : 1) + name + json.size();
}

void EventBatch::append(const TopicPartition& topic_partition, Entry entry) {
  bytes_ = bytes_with(topic_partition, entry.json);
  entry.partition_index = index_of(topic_partition);
  if (entry.partition_index == topic_partitions_.size()) {
    topic_partitions_.push_back(topic_partition);
  }
  entries_.push_back(std::move(entry));
}

void EventBatch::add(Record record, std::string json) {
  append(record.topic_partition,
         {0, record.offset, record.timestamp_ms, std::move(record.key), std::move(json)});
}

void EventBatch::clear() {
  entries_.clear();
  topic_partitions_.clear();
  bytes_ = 0;
}

std::map<TopicPartition, EventBatch::Range> EventBatch::ranges() const {
  std::map<TopicPartition, Range> ranges;
  for (const Entry& entry : entries_) {
    Range& range = ranges
                       .try_emplace(topic_partition(entry), Range{{entry.offset, entry.offset},
                                                                  entry.timestamp_ms,
                                                                  entry.timestamp_ms})
                       .first->second;
    range.offsets.last = entry.offset;
    range.last_timestamp_ms = entry.timestamp_ms;
  }
  return ranges;
}

std::string EventBatch::text() const {
  std::string text;
  for (const auto& [topic_partition, range] : ranges()) {
    if (!text.empty()) text += ", ";
    text += topic_partition.text() + " " + range.offsets.text();
  }
  return text;
}

std::string EventBatch::payload(const Envelope& envelope) const {
  // Like AWS, groups the records by partition and keeps their order within each.
  std::vector<std::vector<const Entry*>> by_partition(topic_partitions_.size());
  for (const Entry& entry : entries_) by_partition[entry.partition_index].push_back(&entry);
  return event_json(envelope, kEnvelopeBytes + bytes_ + topic_partitions_.size() * 300,
                    [&](json::ObjectWriter& records) {
                      for (size_t i = 0; i < topic_partitions_.size(); ++i) {
                        if (by_partition[i].empty()) continue;
                        json::ArrayWriter list(records.key_of_text(topic_partitions_[i].text()));
                        for (const Entry* entry : by_partition[i]) list.element() += entry->json;
                        list.end();
                      }
                    });
}

std::string EventBatch::payload(const Envelope& envelope, const Entry& entry) const {
  return event_json(envelope, kEnvelopeBytes + entry.json.size(), [&](json::ObjectWriter& records) {
    json::ArrayWriter list(records.key_of_text(topic_partition(entry).text()));
    list.element() += entry.json;
    list.end();
  });
}

template <class Condition>
EventBatch EventBatch::split_off(Condition leaves) {
  EventBatch stays;
  EventBatch other;
  for (Entry& entry : entries_) {
    EventBatch& part = leaves(std::as_const(entry)) ? other : stays;
    part.append(topic_partition(entry), std::move(entry));
  }
  *this = std::move(stays);
  return other;
}

void EventBatch::drop(const TopicPartition& dropped) {
  static_cast<void>(
      split_off([&](const Entry& entry) { return topic_partition(entry) == dropped; }));
}

void EventBatch::keep(const RecordSet& records) {
  static_cast<void>(split_off([&](const Entry& entry) {
    const auto kept = records.find(topic_partition(entry));
    return kept == records.end() || !kept->second.contains(entry.offset);
  }));
}

void EventBatch::keep_from_first(const RecordSet& records) {
  static_cast<void>(split_off([&](const Entry& entry) {
    const auto kept = records.find(topic_partition(entry));
    return kept == records.end() || kept->second.empty() || entry.offset < *kept->second.begin();
  }));
}

EventBatch EventBatch::split_off_half() {
  const Entry* const middle = entries_.data() + (entries_.size() + 1) / 2;
  return split_off([&](const Entry& entry) { return &entry >= middle; });
}

EventBatch EventBatch::split_off_older(base::SystemTime time) {
  const auto limit =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return split_off(
      [&](const Entry& entry) { return entry.timestamp_ms >= 0 && entry.timestamp_ms < limit; });
}

}  // namespace penstock::local
