#include "local/kafka_event.h"

#include "base/json_text.h"
#include "lambda/base64.h"

namespace penstock::local {
namespace {

std::string_view name(Record::TimestampType type) {
  switch (type) {
    case Record::TimestampType::none:
      return "NO_TIMESTAMP_TYPE";
    case Record::TimestampType::create_time:
      return "CREATE_TIME";
    case Record::TimestampType::log_append_time:
      return "LOG_APPEND_TIME";
  }
  return "NO_TIMESTAMP_TYPE";
}

// [116,101,120,116]; AWS's own decoders of other languages expect numbers here, not base64.
void append_byte_numbers(std::string& out, std::string_view bytes) {
  out += '[';
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out += ',';
    out += std::to_string(static_cast<unsigned char>(bytes[i]));
  }
  out += ']';
}

}  // namespace

std::string record_json(const Record& record) {
  std::string out = "{\"topic\":";
  base::append_json_string(out, record.topic);
  out += ",\"partition\":" + std::to_string(record.partition);
  out += ",\"offset\":" + std::to_string(record.offset);
  out += ",\"timestamp\":" + std::to_string(record.timestamp_ms);
  out += ",\"timestampType\":\"";
  out += name(record.timestamp_type);
  out += '"';
  if (record.key) out += ",\"key\":\"" + lambda::encode_base64(*record.key) + '"';
  if (record.value) out += ",\"value\":\"" + lambda::encode_base64(*record.value) + '"';
  out += ",\"headers\":[";
  for (size_t i = 0; i < record.headers.size(); ++i) {
    out += i > 0 ? ",{" : "{";
    base::append_json_string(out, record.headers[i].first);
    out += ':';
    append_byte_numbers(out, record.headers[i].second);
    out += '}';
  }
  out += "]}";
  return out;
}

void EventBatch::add(const Record& record, std::string json) {
  topic_ = record.topic;
  bytes_ += json.size() + 1;
  records_.push_back({record.partition, record.offset, std::move(json)});
}

void EventBatch::drop_partition(int32_t partition) {
  std::erase_if(records_, [&](const Entry& entry) {
    if (entry.partition == partition) bytes_ -= entry.json.size() + 1;
    return entry.partition == partition;
  });
}

void EventBatch::clear() {
  records_.clear();
  bytes_ = 0;
}

std::map<int32_t, int64_t> EventBatch::next_offsets() const {
  std::map<int32_t, int64_t> offsets;
  for (const Entry& entry : records_) offsets[entry.partition] = entry.offset + 1;
  return offsets;
}

std::string EventBatch::text() const {
  std::map<int32_t, std::pair<int64_t, int64_t>> ranges;
  for (const Entry& entry : records_) {
    ranges.try_emplace(entry.partition, entry.offset, entry.offset).first->second.second = entry.offset;
  }
  std::string text;
  for (const auto& [partition, range] : ranges) {
    if (!text.empty()) text += ", ";
    text += topic_ + "-" + std::to_string(partition) + " " + std::to_string(range.first);
    if (range.second != range.first) text += ".." + std::to_string(range.second);
  }
  return text;
}

std::string EventBatch::payload(const Envelope& envelope) const {
  std::map<int32_t, std::string> partitions;
  for (const Entry& entry : records_) {
    std::string& list = partitions[entry.partition];
    if (!list.empty()) list += ',';
    list += entry.json;
  }
  std::string out = R"({"eventSource":"aws:kafka","eventSourceArn":)";
  base::append_json_string(out, envelope.event_source_arn);
  out += ",\"bootstrapServers\":";
  base::append_json_string(out, envelope.bootstrap_servers);
  out += ",\"records\":{";
  bool first = true;
  for (const auto& [partition, list] : partitions) {
    if (!first) out += ',';
    first = false;
    base::append_json_string(out, topic_ + "-" + std::to_string(partition));
    out += ":[" + list + "]";
  }
  out += "}}";
  return out;
}

}  // namespace penstock::local
