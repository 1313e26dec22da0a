#include "local/records/event_batch.h"

#include <algorithm>
#include <utility>

#include "json/object_writer.h"

namespace penstock::local {
namespace {

// An event, whose records are written by `write_records(json::ObjectWriter&)`.
template <class WriteRecords>
std::string event_json(const EventBatch::Envelope& envelope, size_t bytes, WriteRecords write_records) {
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

// Enough for what an event has besides its records, with short names.
constexpr size_t kEnvelopeBytes = 512;

}  // namespace

size_t EventBatch::index_of(const TopicPartition& place) {
  // Records come from one partition many times in a row.
  if (!entries_.empty() && places_[entries_.back().place] == place) return entries_.back().place;
  const auto found = std::find(places_.begin(), places_.end(), place);
  if (found != places_.end()) return static_cast<size_t>(found - places_.begin());
  places_.push_back(place);
  return places_.size() - 1;
}

void EventBatch::add(Record record, std::string json) {
  bytes_ = bytes_with(json);
  const size_t place = index_of(record.place);
  entries_.push_back({place, record.offset, record.timestamp_ms, std::move(record.key), std::move(json)});
}

void EventBatch::clear() {
  entries_.clear();
  places_.clear();
  bytes_ = 0;
}

std::map<TopicPartition, EventBatch::Range> EventBatch::ranges() const {
  std::map<TopicPartition, Range> ranges;
  for (const Entry& entry : entries_) {
    Range& range = ranges
                       .try_emplace(place(entry),
                                    Range{entry.offset, entry.offset, entry.timestamp_ms, entry.timestamp_ms})
                       .first->second;
    range.last_offset = entry.offset;
    range.last_timestamp_ms = entry.timestamp_ms;
  }
  return ranges;
}

std::string EventBatch::text() const {
  std::string text;
  for (const auto& [place, range] : ranges()) {
    if (!text.empty()) text += ", ";
    text += place.text() + " " + std::to_string(range.first_offset);
    if (range.last_offset != range.first_offset) text += ".." + std::to_string(range.last_offset);
  }
  return text;
}

std::string EventBatch::payload(const Envelope& envelope) const {
  // AWS groups by partition; within one, the order is that of the partition.
  std::vector<std::vector<const Entry*>> by_place(places_.size());
  for (const Entry& entry : entries_) by_place[entry.place].push_back(&entry);
  return event_json(envelope, kEnvelopeBytes + bytes_ + places_.size() * 300,
                    [&](json::ObjectWriter& records) {
                      for (size_t i = 0; i < places_.size(); ++i) {
                        if (by_place[i].empty()) continue;
                        json::ArrayWriter list(records.key_of_text(places_[i].text()));
                        for (const Entry* entry : by_place[i]) list.element() += entry->json;
                        list.end();
                      }
                    });
}

std::string EventBatch::payload(const Envelope& envelope, const Entry& entry) const {
  return event_json(envelope, kEnvelopeBytes + entry.json.size(), [&](json::ObjectWriter& records) {
    json::ArrayWriter list(records.key_of_text(place(entry).text()));
    list.element() += entry.json;
    list.end();
  });
}

template <class Condition>
EventBatch EventBatch::split_off(Condition leaves) {
  EventBatch other;
  other.places_ = places_;
  auto stays = entries_.begin();
  for (Entry& entry : entries_) {
    if (leaves(std::as_const(entry))) {
      other.bytes_ += entry.json.size() + 1;
      other.entries_.push_back(std::move(entry));
    } else {
      if (&*stays != &entry) *stays = std::move(entry);
      ++stays;
    }
  }
  entries_.erase(stays, entries_.end());
  bytes_ -= other.bytes_;
  return other;
}

void EventBatch::drop(const TopicPartition& partition) {
  static_cast<void>(split_off([&](const Entry& entry) { return place(entry) == partition; }));
}

void EventBatch::keep_from(const Offsets& offsets) {
  static_cast<void>(split_off([&](const Entry& entry) {
    const auto from = offsets.find(place(entry));
    return from == offsets.end() || entry.offset < from->second;
  }));
}

EventBatch EventBatch::split_off_half() {
  const Entry* const middle = entries_.data() + (entries_.size() + 1) / 2;
  return split_off([&](const Entry& entry) { return &entry >= middle; });
}

EventBatch EventBatch::split_off_older(base::SystemTime time) {
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return split_off([&](const Entry& entry) { return entry.timestamp_ms >= 0 && entry.timestamp_ms < limit; });
}

}  // namespace penstock::local
