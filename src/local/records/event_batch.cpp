#include "local/records/event_batch.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "json/object_writer.h"
#include "json/text.h"

namespace penstock::local {
namespace {

// Appends the beginning of an event, up to its records, to `out`.
void append_begin(std::string& out, const EventBatch::Envelope& envelope) {
  json::ObjectWriter event(out);
  if (envelope.event_source_arn.empty()) {
    event.member("eventSource", "SelfManagedKafka");
  } else {
    event.member("eventSource", "aws:kafka").member("eventSourceArn", envelope.event_source_arn);
  }
  event.member("bootstrapServers", envelope.bootstrap_servers).key("records") += '{';
}

// Appends the name of a partition, and what comes between it and the first record.
void append_name(std::string& out, const TopicPartition& topic_partition) {
  json::append_string(out, topic_partition.text());
  out += ":[";
}

// Returns the size of what a payload has of a partition besides its records. Kafka's names of
// topics need no escapes.
size_t name_bytes(const TopicPartition& topic_partition) {
  return topic_partition.text().size() + std::string_view(R"("":[])").size();
}

constexpr std::string_view kEndOfPart = "]";
constexpr std::string_view kEndOfEvent = "}}";

constexpr size_t kEnvelopeBytes = 512;  // The memory that is reserved for the rest of an event.

// The records of a part begin here, with room for the beginning of an event before them.
constexpr size_t kBegin = 1024;
constexpr size_t kEndBytes = kEndOfPart.size() + kEndOfEvent.size();
constexpr size_t kFirstCapacity = 16 * 1024;
constexpr size_t kGrowthMax = 1024 * 1024;
// An empty batch keeps no more memory than a full one of one partition has.
constexpr size_t kSpareBytesMax = EventBatch::kEventBytesMax + 2 * kGrowthMax;

}  // namespace

size_t EventBatch::bytes_max(const Envelope& envelope, size_t event_bytes_max) {
  const size_t rest = EventBatch().payload(envelope).size();
  return event_bytes_max > rest ? event_bytes_max - rest : 0;
}

EventBatch::EventBatch(const EventBatch& other) {
  for (const Entry& entry : other.entries_) {
    append(other.topic_partition(entry), entry, entry.json);
  }
}

EventBatch& EventBatch::operator=(const EventBatch& other) {
  if (this != &other) *this = EventBatch(other);
  return *this;
}

size_t EventBatch::index_of(const TopicPartition& topic_partition) const {
  // Usually many records in a row are from the same partition.
  if (!entries_.empty()) {
    const size_t last = entries_.back().partition_index;
    if (parts_[last].topic_partition == topic_partition) return last;
  }
  const auto found = std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) {
    return part.topic_partition == topic_partition;
  });
  return static_cast<size_t>(found - parts_.begin());
}

EventBatch::Part& EventBatch::part_at(size_t index, const TopicPartition& topic_partition,
                                      size_t more) {
  if (index == parts_.size()) {
    Text text;
    if (!spare_.empty()) {
      text = std::move(spare_.back());
      spare_.pop_back();
    }
    text.end = kBegin;
    parts_.push_back({topic_partition, std::move(text)});
  }
  Part& part = parts_[index];
  if (part.text.end + more + kEndBytes > part.text.capacity) make_room(index, more);
  return part;
}

void EventBatch::make_room(size_t index, size_t more) {
  Text& text = parts_[index].text;
  const size_t grown = text.capacity + std::min(text.capacity, kGrowthMax);
  const size_t capacity = std::max({text.end + more + kEndBytes, grown, kFirstCapacity});
  auto bytes = std::make_shared_for_overwrite<char[]>(capacity);
  if (text.end > kBegin) {
    std::memcpy(bytes.get() + kBegin, text.bytes.get() + kBegin, text.end - kBegin);
  }
  for (Entry& entry : entries_) {
    if (entry.partition_index != index) continue;
    entry.json = {bytes.get() + (entry.json.data() - text.bytes.get()), entry.json.size()};
  }
  text.bytes = std::move(bytes);
  text.capacity = capacity;
}

bool EventBatch::add(const RecordView& record, RecordEncoder& encoder, size_t bytes_max) {
  const size_t index = index_of(*record.topic_partition);
  const bool is_new = index == parts_.size();
  Text& text = part_at(index, *record.topic_partition, 1 + encoder.bytes_max(record)).text;
  char* const begin = text.bytes.get() + text.end + (is_new ? 0 : 1);
  const auto size = static_cast<size_t>(encoder.write(record, begin) - begin);
  const size_t bytes =
      bytes_ + size + (is_new ? name_bytes(*record.topic_partition) : 0) + (empty() ? 0 : 1);
  if (!empty() && bytes > bytes_max) {
    if (is_new) {
      spare_.push_back(std::move(parts_.back().text));
      parts_.pop_back();
    }
    return false;
  }
  if (!is_new) *(begin - 1) = ',';
  text.end = static_cast<size_t>(begin - text.bytes.get()) + size;
  bytes_ = bytes;
  entries_.push_back({index,
                      record.offset,
                      record.timestamp_ms,
                      record.key ? std::optional<std::string>(*record.key) : std::nullopt,
                      {begin, size}});
  return true;
}

void EventBatch::append(const TopicPartition& topic_partition, Entry entry, std::string_view json) {
  const size_t index = index_of(topic_partition);
  bytes_ +=
      json.size() + (index == parts_.size() ? name_bytes(topic_partition) : 0) + (empty() ? 0 : 1);
  Text& text = part_at(index, topic_partition, 1 + json.size()).text;
  if (text.end > kBegin) text.bytes[text.end++] = ',';
  char* const begin = text.bytes.get() + text.end;
  std::memcpy(begin, json.data(), json.size());
  text.end += json.size();
  entry.partition_index = index;
  entry.json = {begin, json.size()};
  entries_.push_back(std::move(entry));
}

void EventBatch::add(Record record, std::string_view json) {
  append(record.topic_partition, {0, record.offset, record.timestamp_ms, std::move(record.key), {}},
         json);
}

void EventBatch::clear() {
  entries_.clear();
  size_t kept = 0;
  for (const Text& text : spare_) kept += text.capacity;
  for (Part& part : parts_) {
    if (part.text.bytes.use_count() > 1 || kept + part.text.capacity > kSpareBytesMax) continue;
    kept += part.text.capacity;
    spare_.push_back(std::move(part.text));
  }
  parts_.clear();
  bytes_ = 0;
}

Offsets EventBatch::first_offsets() const {
  Offsets firsts;
  for (const Entry& entry : entries_) {
    firsts.try_emplace(topic_partition(entry), entry.offset);
    if (firsts.size() == parts_.size()) break;
  }
  return firsts;
}

std::map<TopicPartition, EventBatch::Range> EventBatch::ranges() const {
  std::vector<Range*> of_parts(parts_.size(), nullptr);
  std::map<TopicPartition, Range> ranges;
  for (const Entry& entry : entries_) {
    Range*& range = of_parts[entry.partition_index];
    if (range == nullptr) {
      range = &ranges
                   .try_emplace(
                       topic_partition(entry),
                       Range{{entry.offset, entry.offset}, entry.timestamp_ms, entry.timestamp_ms})
                   .first->second;
    }
    range->offsets.last = entry.offset;
    range->last_timestamp_ms = entry.timestamp_ms;
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
  std::string out;
  out.reserve(kEnvelopeBytes + bytes_ + parts_.size() * 300);
  append_begin(out, envelope);
  // Like AWS, groups the records by partition and keeps their order within each.
  for (const Part& part : parts_) {
    if (&part != &parts_.front()) out += ',';
    append_name(out, part.topic_partition);
    out.append(part.text.bytes.get() + kBegin, part.text.end - kBegin).append(kEndOfPart);
  }
  return out += kEndOfEvent;
}

Payload EventBatch::shared_payload(const Envelope& envelope) const {
  if (parts_.size() != 1) return payload(envelope);
  std::string begin;
  append_begin(begin, envelope);
  append_name(begin, parts_.front().topic_partition);
  if (begin.size() > kBegin) return payload(envelope);
  const Text& text = parts_.front().text;
  char* const at = text.bytes.get() + kBegin - begin.size();
  // A function that was killed may still be sent these bytes, so they are not written again.
  const auto write = [](char* out, std::string_view part) {
    if (std::string_view(out, part.size()) != part) std::memcpy(out, part.data(), part.size());
    return out + part.size();
  };
  write(at, begin);
  write(write(text.bytes.get() + text.end, kEndOfPart), kEndOfEvent);
  return {text.bytes, {at, begin.size() + text.end - kBegin + kEndBytes}};
}

std::string EventBatch::payload(const Envelope& envelope, const Entry& entry) const {
  std::string out;
  out.reserve(kEnvelopeBytes + entry.json.size());
  append_begin(out, envelope);
  append_name(out, topic_partition(entry));
  return out.append(entry.json).append(kEndOfPart).append(kEndOfEvent);
}

template <class Condition>
EventBatch EventBatch::split_off(Condition leaves) {
  EventBatch stays;
  EventBatch other;
  for (Entry& entry : entries_) {
    EventBatch& part = leaves(std::as_const(entry)) ? other : stays;
    const std::string_view json = entry.json;
    part.append(topic_partition(entry), std::move(entry), json);
  }
  *this = std::move(stays);
  return other;
}

void EventBatch::drop(const TopicPartition& dropped) {
  if (index_of(dropped) == parts_.size()) return;
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
