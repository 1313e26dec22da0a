#include "local/records/record.h"

#include "json/object_writer.h"
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

// Appends the bytes as "[116,-61,-68]".
void append_byte_numbers(std::string& out, std::string_view bytes) {
  out += '[';
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out += ',';
    int byte = static_cast<signed char>(bytes[i]);
    if (byte < 0) {
      out += '-';
      byte = -byte;
    }
    if (byte >= 100) out += '1';
    if (byte >= 10) out += static_cast<char>('0' + byte / 10 % 10);
    out += static_cast<char>('0' + byte % 10);
  }
  out += ']';
}

// Returns a size in bytes that suffices for a record without escapes.
size_t json_bytes(const Record& record) {
  constexpr size_t kNames = 192;  // The names of the members, and the numbers.
  size_t bytes = kNames + record.topic_partition.topic.size();
  bytes +=
      ((record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0)) / 3 * 4 +
      8;
  for (const auto& [name, value] : record.headers) bytes += name.size() + 4 * value.size() + 8;
  return bytes;
}

}  // namespace

std::string record_json(const Record& record) {
  std::string out;
  out.reserve(json_bytes(record));
  json::ObjectWriter object(out);
  object.member("topic", record.topic_partition.topic)
      .member("partition", record.topic_partition.partition.number);
  object.member("offset", record.offset.value).member("timestamp", record.timestamp_ms);
  object.member("timestampType", name(record.timestamp_type));
  // Base64 needs no escapes.
  if (record.key) object.key("key") += '"' + lambda::encode_base64(*record.key) + '"';
  if (record.value) object.key("value") += '"' + lambda::encode_base64(*record.value) + '"';
  json::ArrayWriter headers(object.key("headers"));
  for (const auto& [name, value] : record.headers) {
    json::ObjectWriter header(headers.element());
    append_byte_numbers(header.key_of_text(name), value);
    header.end();
  }
  headers.end();
  object.end();
  return out;
}

}  // namespace penstock::local
