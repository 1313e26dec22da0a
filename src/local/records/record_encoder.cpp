#include "local/records/record_encoder.h"

#include <charconv>
#include <cstdint>
#include <cstring>

#include "json/object_writer.h"
#include "lambda/base64.h"

namespace penstock::local {
namespace {

std::string_view type_json(Record::TimestampType type) {
  switch (type) {
    case Record::TimestampType::none:
      return R"(,"timestampType":"NO_TIMESTAMP_TYPE")";
    case Record::TimestampType::create_time:
      return R"(,"timestampType":"CREATE_TIME")";
    case Record::TimestampType::log_append_time:
      return R"(,"timestampType":"LOG_APPEND_TIME")";
  }
  return R"(,"timestampType":"NO_TIMESTAMP_TYPE")";
}

// Has a signed byte as text, with a comma behind it: "-128,". All eight bytes are copied at once,
// since that is one instruction.
struct ByteText {
  std::array<char, 7> text;
  uint8_t size;
};
static_assert(sizeof(ByteText) == 8);

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
constexpr size_t kByteTextMax = 5;  // "-128,"

char* copy(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* write_number(int64_t number, char* out) {
  constexpr size_t kDigitsMax = 20;
  return std::to_chars(out, out + kDigitsMax, number).ptr;
}

// Writes the bytes as "116,-61]}". So much more than the text may be written behind it.
constexpr size_t kOverrun = sizeof(ByteText);
char* write_byte_numbers(std::string_view bytes, char* out) {
  for (const char byte : bytes) {
    const ByteText& one = kByteTexts[static_cast<unsigned char>(byte)];
    std::memcpy(out, &one, sizeof one);
    out += one.size;
  }
  if (!bytes.empty()) --out;  // The last comma.
  return copy("]}", out);
}

char* write_base64(std::string_view name, std::string_view bytes, char* out) {
  out = lambda::encode_base64_to(bytes, copy(name, out));
  *out++ = '"';
  return out;
}

constexpr std::string_view kTimestamp = ",\"timestamp\":";
constexpr std::string_view kKey = ",\"key\":\"";
constexpr std::string_view kValue = ",\"value\":\"";
constexpr std::string_view kHeaders = ",\"headers\":[";
// Suffices for the names above, the type, two numbers and all signs between them.
constexpr size_t kRestBytes = 192;

}  // namespace

const std::string& RecordEncoder::name_json(size_t index, std::string_view name) {
  const bool is_kept = index < places_.size() && name.size() <= kNameBytesMax;
  if (is_kept && places_[index].name == name && !places_[index].name_json.empty()) {
    return places_[index].name_json;
  }
  std::string& json = is_kept ? places_[index].name_json : other_name_;
  json.clear();
  json::ObjectWriter(json).key_of_text(name) += '[';
  if (is_kept) places_[index].name = name;
  return json;
}

size_t RecordEncoder::bytes_max(const RecordView& record) {
  if (begin_.empty() || *record.topic_partition != topic_partition_) {
    topic_partition_ = *record.topic_partition;
    begin_.clear();
    json::ObjectWriter(begin_)
        .member("topic", topic_partition_.topic)
        .member("partition", topic_partition_.partition.number)
        .key("offset");
  }
  size_t bytes = kRestBytes + kOverrun + begin_.size();
  if (record.key) bytes += lambda::base64_length(record.key->size());
  if (record.value) bytes += lambda::base64_length(record.value->size());
  for (size_t i = 0; i < record.headers.size(); ++i) {
    const auto& [name, value] = record.headers[i];
    bytes += name_json(i, name).size() + 3 + (value ? kByteTextMax * value->size() : 0);
  }
  return bytes;
}

char* RecordEncoder::write(const RecordView& record, char* out) {
  out = write_number(record.offset.value, copy(begin_, out));
  out = write_number(record.timestamp_ms, copy(kTimestamp, out));
  out = copy(type_json(record.timestamp_type), out);
  // Base64 needs no escapes.
  if (record.key) out = write_base64(kKey, *record.key, out);
  if (record.value) out = write_base64(kValue, *record.value, out);
  out = copy(kHeaders, out);
  for (size_t i = 0; i < record.headers.size(); ++i) {
    const auto& [name, value] = record.headers[i];
    if (i > 0) *out++ = ',';
    out = copy(name_json(i, name), out);
    out = write_value(i, value.value_or(std::string_view()), out);
  }
  return copy("]}", out);
}

char* RecordEncoder::write_value(size_t index, std::string_view value, char* out) {
  if (index >= places_.size() || value.size() > kValueBytesMax) {
    return write_byte_numbers(value, out);
  }
  Place& place = places_[index];
  if (place.value == value && !place.value_json.empty()) {
    place.misses = 0;
    return copy(place.value_json, out);
  }
  char* const end = write_byte_numbers(value, out);
  if (++place.misses > kMissesMax) {
    place.misses = 0;
    place.value = value;
    place.value_json.assign(out, static_cast<size_t>(end - out));
  }
  return end;
}

}  // namespace penstock::local
