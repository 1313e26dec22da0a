#include "local/records/record.h"

#include <array>
#include <cstdint>
#include <cstring>

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

// Has a signed byte as text, with a comma behind it: "-128,".
struct ByteText {
  std::array<char, 5> text;
  uint8_t size;
};

constexpr std::array<ByteText, 256> byte_texts() {
  std::array<ByteText, 256> all{};
  for (size_t value = 0; value < all.size(); ++value) {
    ByteText& one = all[value];
    const auto add = [&](size_t character) { one.text[one.size++] = static_cast<char>(character); };
    const size_t number = value < 128 ? value : 256 - value;
    if (value >= 128) add('-');
    if (number >= 100) add('0' + number / 100);
    if (number >= 10) add('0' + number / 10 % 10);
    add('0' + number % 10);
    add(',');
  }
  return all;
}

constexpr std::array<ByteText, 256> kByteTexts = byte_texts();

// Appends the bytes as "[116,-61,-68]". Headers were a quarter of the work for a small record, so
// this copies a text of constant size for each byte, and moves on by its true size.
void append_byte_numbers(std::string& out, std::string_view bytes) {
  const size_t begin = out.size();
  out.resize(begin + 2 + bytes.size() * sizeof(ByteText::text));
  char* at = out.data() + begin;
  *at++ = '[';
  for (const char byte : bytes) {
    const ByteText& one = kByteTexts[static_cast<unsigned char>(byte)];
    std::memcpy(at, one.text.data(), one.text.size());
    at += one.size;
  }
  if (!bytes.empty()) --at;  // The last comma.
  *at++ = ']';
  out.resize(static_cast<size_t>(at - out.data()));
}

// Returns a size in bytes that suffices for a record without escapes.
size_t json_bytes(const Record& record) {
  constexpr size_t kNames = 192;  // The names of the members, and the numbers.
  size_t bytes = kNames + record.topic_partition.topic.size();
  bytes +=
      ((record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0)) / 3 * 4 +
      8;
  for (const auto& [name, value] : record.headers) {
    bytes += name.size() + 5 * (value ? value->size() : 0) + 8;
  }
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
    append_byte_numbers(header.key_of_text(name), value.value_or(""));
    header.end();
  }
  headers.end();
  object.end();
  return out;
}

}  // namespace penstock::local
