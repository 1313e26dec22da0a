#include "lambda/kafka_event_reader.h"

#include "lambda/base64.h"

namespace penstock::lambda {

using boost::system::error_code;

namespace {

// Names come from outside. An error shows at most this many bytes of them.
constexpr size_t kShownNameMax = 100;

}  // namespace

struct KafkaEventReader::FieldName {
  Place place;  // The object that has this member.
  std::string_view name;
  Field field;
  bool required;
  const char* expected;
};

const KafkaEventReader::FieldName KafkaEventReader::kFields[12] = {
    {Place::event, "eventSource", Field::event_source, true, "aws:kafka or SelfManagedKafka"},
    {Place::event, "eventSourceArn", Field::event_source_arn, false, "a string"},
    {Place::event, "bootstrapServers", Field::bootstrap_servers, false, "a string"},
    {Place::event, "records", Field::records, true, "an object"},
    {Place::record, "topic", Field::topic, true, "a string"},
    {Place::record, "partition", Field::partition, true, "a whole number from 0 to 2147483647"},
    {Place::record, "offset", Field::offset, true, "a whole number from 0"},
    {Place::record, "timestamp", Field::timestamp, true, "a whole number of milliseconds"},
    {Place::record, "timestampType", Field::timestamp_type, true, "a string"},
    {Place::record, "key", Field::key, false, "a string of base64 or null"},
    {Place::record, "value", Field::value, false, "a string of base64 or null"},
    {Place::record, "headers", Field::headers, false, "an array"},
};

bool KafkaEventReader::on_object_begin(error_code& ec) {
  if (is_passed_over()) return pass_over();
  switch (place_) {
    case Place::document:
      return enter(Place::event);
    case Place::event:
      return field_ == Field::records ? enter(Place::records) : wrong(ec);
    case Place::group:
      if (event_.records.size() == limits_.records_max) {
        return fail(ec, "more than " + std::to_string(limits_.records_max) + " records",
                    base::ErrorCode::too_large);
      }
      event_.records.emplace_back();
      seen_in_record_ = 0;
      return enter(Place::record);
    case Place::headers:
      return enter(Place::header);
    default:
      return wrong(ec);
  }
}

bool KafkaEventReader::on_object_end(size_t, error_code& ec) {
  if (depth_passed_ > 0) {
    --depth_passed_;
    return true;
  }
  switch (place_) {
    case Place::event:
      return complete(Place::event, seen_in_event_, ec) && enter(Place::document);
    case Place::records:
      return enter(Place::event);
    case Place::record:
      if (!complete(Place::record, seen_in_record_, ec)) return false;
      ++index_;
      return enter(Place::group);
    default:
      return enter(Place::headers);
  }
}

bool KafkaEventReader::on_array_begin(error_code& ec) {
  if (is_passed_over()) return pass_over();
  switch (place_) {
    case Place::records:
      index_ = 0;
      return enter(Place::group);
    case Place::record:
      return field_ == Field::headers ? enter(Place::headers) : wrong(ec);
    case Place::header:
      return enter(Place::header_bytes);
    default:
      return wrong(ec);
  }
}

bool KafkaEventReader::on_array_end(size_t, error_code&) {
  if (depth_passed_ > 0) {
    --depth_passed_;
    return true;
  }
  switch (place_) {
    case Place::header_bytes:
      return enter(Place::header);
    case Place::headers:
      return enter(Place::record);
    default:
      return enter(Place::records);
  }
}

bool KafkaEventReader::name(std::string_view name, error_code& ec) {
  if (depth_passed_ > 0) return true;
  if (place_ == Place::records) {
    group_ = name;
    return true;
  }
  if (place_ == Place::header) {
    if (record().headers.size() == limits_.headers_max) {
      return fail(ec, "more than " + std::to_string(limits_.headers_max) + " headers",
                  base::ErrorCode::too_large);
    }
    const std::string_view kept = keep(name);
    record().headers.push_back({kept, kept.substr(kept.size())});
    return true;
  }
  field_ = Field::unknown;
  for (const FieldName& known : kFields) {
    if (known.place == place_ && known.name == name) field_ = known.field;
  }
  unsigned& seen = place_ == Place::event ? seen_in_event_ : seen_in_record_;
  if (field_ != Field::unknown && (seen & bit(field_)) != 0) return fail(ec, "given twice");
  seen |= bit(field_);
  return true;
}

bool KafkaEventReader::text(std::string_view text, error_code& ec) {
  if (is_passed_over()) return true;
  if (place_ != Place::event && place_ != Place::record) return wrong(ec);
  switch (field_) {
    case Field::event_source:
      if (text != "aws:kafka" && text != "SelfManagedKafka") return wrong(ec);
      event_.event_source = keep(text);
      return true;
    case Field::event_source_arn:
      event_.event_source_arn = keep(text);
      return true;
    case Field::bootstrap_servers:
      event_.bootstrap_servers = keep(text);
      return true;
    case Field::topic:
      record().topic = keep(text);
      return true;
    case Field::timestamp_type:
      record().timestamp_type = keep(text);
      return true;
    case Field::key:
      return bytes(record().key, text, ec);
    case Field::value:
      return bytes(record().value, text, ec);
    default:
      return wrong(ec);
  }
}

bool KafkaEventReader::bytes(std::optional<std::string_view>& place, std::string_view text,
                             error_code& ec) {
  base::check(base64_bytes_max(text.size()) <= text_bytes_ - kept_,
              "decoded bytes are never longer than their JSON");
  char* const begin = event_.text.get() + kept_;
  const auto size = decode_base64(text, begin);
  if (!size) return fail(ec, "not base64");
  kept_ += *size;
  place = std::string_view(begin, *size);
  return true;
}

bool KafkaEventReader::on_int64(int64_t number, Text, error_code& ec) {
  if (is_passed_over()) return true;
  if (place_ == Place::header_bytes) {
    // A byte is written as 0 to 255, or as a signed byte of Java.
    if (number < -128 || number > 255) return wrong(ec);
    const char byte = static_cast<char>(number);
    std::string_view& value = record().headers.back().value;
    const std::string_view added = keep({&byte, 1});
    value = {added.data() - value.size(), value.size() + 1};
    return true;
  }
  if (place_ != Place::record) return wrong(ec);
  switch (field_) {
    case Field::partition:
      if (number < 0 || number > std::numeric_limits<int32_t>::max()) return wrong(ec);
      record().partition = {static_cast<int32_t>(number)};
      return true;
    case Field::offset:
      if (number < 0) return wrong(ec);
      record().offset = {number};
      return true;
    case Field::timestamp:
      if (number < -1) return wrong(ec);
      record().timestamp = std::chrono::milliseconds(number);
      return true;
    default:
      return wrong(ec);
  }
}

bool KafkaEventReader::on_null(error_code& ec) {
  if (is_passed_over() || place_ == Place::header) {
    return true;  // A header in Kafka may have no value.
  }
  const bool may_be_null = field_ == Field::key || field_ == Field::value ||
                           field_ == Field::headers || field_ == Field::event_source_arn ||
                           field_ == Field::bootstrap_servers;
  return ((place_ == Place::event || place_ == Place::record) && may_be_null) || wrong(ec);
}

bool KafkaEventReader::complete(Place place, unsigned seen, error_code& ec) {
  for (const FieldName& known : kFields) {
    if (known.place != place || !known.required || (seen & bit(known.field)) != 0) continue;
    field_ = known.field;
    return fail(ec, "missing");
  }
  return true;
}

bool KafkaEventReader::fail(error_code& ec, std::string_view sentence, base::ErrorCode code) {
  problem_ = {code, where() + ": " + std::string(sentence)};
  ec = make_error_code(boost::system::errc::invalid_argument);
  return false;
}

const char* KafkaEventReader::expected() const {
  switch (place_) {
    case Place::document:
      return "an object";
    case Place::records:
      return "an array of records";
    case Place::group:
      return "a record (an object)";
    case Place::headers:
      return "an object";
    case Place::header:
      return "an array of bytes";
    case Place::header_bytes:
      return "a byte (-128 to 255)";
    case Place::event:
    case Place::record:
      break;
  }
  for (const FieldName& known : kFields) {
    if (known.field == field_) return known.expected;
  }
  return "";
}

std::string KafkaEventReader::where() const {
  const auto field_name = [this]() -> std::string {
    for (const FieldName& known : kFields) {
      if (known.field == field_) return std::string(known.name);
    }
    return {};
  };
  if (place_ == Place::document) return "event";
  if (place_ == Place::event) return field_name();
  std::string path = "records/" + group_.substr(0, kShownNameMax);
  if (place_ == Place::records) return path;
  path += "/" + std::to_string(index_);
  if (place_ == Place::group) return path;
  path += "/" + field_name();
  if (place_ == Place::record || place_ == Place::headers) return path;
  if (event_.records.back().headers.empty()) return path;
  return path + "/" +
         std::string(event_.records.back().headers.back().name.substr(0, kShownNameMax));
}

}  // namespace penstock::lambda
