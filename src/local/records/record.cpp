#include "local/records/record.h"

#include "json/text.h"
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
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte >= 100) out += static_cast<char>('0' + byte / 100);
    if (byte >= 10) out += static_cast<char>('0' + byte / 10 % 10);
    out += static_cast<char>('0' + byte % 10);
  }
  out += ']';
}

// Enough for a record that needs no escapes.
size_t json_bytes(const Record& record) {
  constexpr size_t kNames = 192;  // Those of the members, and the numbers.
  size_t bytes = kNames + record.topic_partition.topic.size();
  bytes += ((record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0)) / 3 * 4 + 8;
  for (const auto& [name, value] : record.headers) bytes += name.size() + 4 * value.size() + 8;
  return bytes;
}

}  // namespace

std::string record_json(const Record& record) {
  std::string out;
  out.reserve(json_bytes(record));
  out += "{\"topic\":";
  json::append_string(out, record.topic_partition.topic);
  out += ",\"partition\":" + base::to_text(record.topic_partition.partition);
  out += ",\"offset\":" + base::to_text(record.offset);
  out += ",\"timestamp\":" + std::to_string(record.timestamp_ms);
  out += ",\"timestampType\":\"";
  out += name(record.timestamp_type);
  out += '"';
  if (record.key) out += ",\"key\":\"" + lambda::encode_base64(*record.key) + '"';
  if (record.value) out += ",\"value\":\"" + lambda::encode_base64(*record.value) + '"';
  out += ",\"headers\":[";
  for (size_t i = 0; i < record.headers.size(); ++i) {
    out += i > 0 ? ",{" : "{";
    json::append_string(out, record.headers[i].first);
    out += ':';
    append_byte_numbers(out, record.headers[i].second);
    out += '}';
  }
  out += "]}";
  return out;
}

}  // namespace penstock::local
