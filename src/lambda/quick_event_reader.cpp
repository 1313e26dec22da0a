#include "lambda/quick_event_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/check.h"
#include "json/skip_value.h"
#include "lambda/base64.h"
#include "lambda/header_bytes.h"

namespace penstock::lambda {
namespace {

// So many arrays and objects are open in a header's bytes, and in a record.
constexpr size_t kDepthOfBytes = 7;
constexpr size_t kDepthOfRecord = 4;

constexpr std::string_view kNull = "null";

// Is the name of a record's member with its quotes and its colon, as two words of a text.
struct FieldText {
  static constexpr size_t kBytes = 16;

  constexpr explicit FieldText(std::string_view member) : name(member), bytes(member.size() + 3) {
    char text[kBytes] = {'"'};
    for (size_t i = 0; i < member.size(); ++i) text[i + 1] = member[i];
    text[member.size() + 1] = '"';
    text[member.size() + 2] = ':';
    for (size_t i = 0; i < bytes; ++i) {
      words[i / 8] |= static_cast<uint64_t>(text[i]) << i % 8 * 8;
      masks[i / 8] |= uint64_t{0xff} << i % 8 * 8;
    }
  }
  // Says whether the 16 bytes at `at` begin with it.
  [[nodiscard]] bool begins(const char* at) const {
    uint64_t low = 0, high = 0;
    std::memcpy(&low, at, sizeof low);
    std::memcpy(&high, at + sizeof low, sizeof high);
    return (((low ^ words[0]) & masks[0]) | ((high ^ words[1]) & masks[1])) == 0;
  }

  std::string_view name;
  size_t bytes;
  uint64_t words[2] = {};
  uint64_t masks[2] = {};
};

// These are a record's members in the order in which AWS writes them.
enum Field : size_t {
  kTopic,
  kPartition,
  kOffset,
  kTimestamp,
  kTimestampType,
  kKey,
  kValue,
  kHeaders,
  kFields,  // Any other.
};
constexpr FieldText kFieldTexts[kFields] = {
    FieldText("topic"),         FieldText("partition"), FieldText("offset"), FieldText("timestamp"),
    FieldText("timestampType"), FieldText("key"),       FieldText("value"),  FieldText("headers")};
constexpr unsigned kRequired =
    1U << kTopic | 1U << kPartition | 1U << kOffset | 1U << kTimestamp | 1U << kTimestampType;

enum : unsigned { kSource = 1, kArn = 2, kServers = 4, kRecords = 8 };

}  // namespace

QuickEventReader::QuickEventReader(std::string_view text, const KafkaEventLimits& limits,
                                   KafkaEvent& event)
    : text_(text), tokens_(text.data() + text.size()), limits_(limits), event_(event) {}

bool QuickEventReader::read() {
  if (limits_.depth_max < kDepthOfBytes) return false;
  const char* const at = read_event(tokens_.skip_spaces(text_.data()));
  return at != nullptr && tokens_.is_end(tokens_.skip_spaces(at));
}

template <class Member>
inline const char* QuickEventReader::read_object(const char* at, Member member) {
  if (!is(at, '{')) return nullptr;
  at = tokens_.skip_spaces(at + 1);
  if (is(at, '}')) return at + 1;
  while (true) {
    std::string_view name;
    at = tokens_.read_key(at, name);
    if (at == nullptr) return nullptr;
    at = member(name, tokens_.skip_spaces(at));
    if (at == nullptr) return nullptr;
    at = tokens_.skip_spaces(at);
    if (is(at, '}')) return at + 1;
    if (!is(at, ',')) return nullptr;
    at = tokens_.skip_spaces(at + 1);
  }
}

template <class Element>
inline const char* QuickEventReader::read_array(const char* at, Element element) {
  if (!is(at, '[')) return nullptr;
  at = tokens_.skip_spaces(at + 1);
  if (is(at, ']')) return at + 1;
  while (true) {
    at = element(at);
    if (at == nullptr) return nullptr;
    at = tokens_.skip_spaces(at);
    if (is(at, ']')) return at + 1;
    if (!is(at, ',')) return nullptr;
    at = tokens_.skip_spaces(at + 1);
  }
}

const char* QuickEventReader::read_event(const char* at) {
  at = read_object(at, [this](std::string_view name, const char* value) {
    return read_event_member(name, value);
  });
  constexpr unsigned kNeeded = kSource | kRecords;
  return (seen_in_event_ & kNeeded) == kNeeded ? at : nullptr;
}

const char* QuickEventReader::read_event_member(std::string_view name, const char* at) {
  const auto is_new = [&](unsigned bit) {
    const bool first = (seen_in_event_ & bit) == 0;
    seen_in_event_ |= bit;
    return first;
  };
  const auto text = [&](std::string_view& place) {
    const char* const null = tokens_.read_word(at, kNull);
    return null != nullptr ? null : read_text(at, {}, place);
  };
  if (name == "records") return is_new(kRecords) ? read_groups(at) : nullptr;
  if (name == "eventSource") {
    std::string_view& source = event_.event_source;
    if (!is_new(kSource) || (at = read_text(at, {}, source)) == nullptr) return nullptr;
    return source == "aws:kafka" || source == "SelfManagedKafka" ? at : nullptr;
  }
  if (name == "eventSourceArn") return is_new(kArn) ? text(event_.event_source_arn) : nullptr;
  if (name == "bootstrapServers") {
    return is_new(kServers) ? text(event_.bootstrap_servers) : nullptr;
  }
  return json::skip_value(tokens_, at, limits_.depth_max - 1);
}

const char* QuickEventReader::read_groups(const char* at) {
  return read_object(at, [this](std::string_view, const char* group) { return read_group(group); });
}

const char* QuickEventReader::read_group(const char* at) {
  return read_array(at, [this](const char* record) {
    const char* const end = read_record(record);
    if (end != nullptr && event_.records.size() == 1) {
      // The others are about as long as the first one.
      const auto left = static_cast<size_t>(tokens_.end() - record);
      event_.records.reserve(
          std::min(limits_.records_max, left / static_cast<size_t>(end - record) + 1));
    }
    return end;
  });
}

const char* QuickEventReader::read_record(const char* at) {
  if (!is(at, '{') || event_.records.size() == limits_.records_max) return nullptr;
  Record& record = event_.records.emplace_back();
  unsigned seen = 0;
  size_t field = 0;
  do {
    at = read_field(tokens_.skip_spaces(at + 1), field);
    if (at == nullptr) return nullptr;
    at = tokens_.skip_spaces(at);
    const unsigned bit = field == kFields ? 0 : 1U << field;
    if ((seen & bit) != 0) return nullptr;
    seen |= bit;
    at = read_value(field, record, at);
    if (at == nullptr) return nullptr;
    at = tokens_.skip_spaces(at);
    ++field;
  } while (is(at, ','));
  return is(at, '}') && (seen & kRequired) == kRequired ? at + 1 : nullptr;
}

inline const char* QuickEventReader::read_field(const char* at, size_t& field) const {
  if (tokens_.end() - at >= static_cast<ptrdiff_t>(FieldText::kBytes)) {
    for (size_t i = 0; i < kFields; ++i) {
      const size_t likely = (field + i) % kFields;
      if (!kFieldTexts[likely].begins(at)) continue;
      field = likely;
      return at + kFieldTexts[likely].bytes;
    }
  }
  std::string_view name;
  at = tokens_.read_key(at, name);
  field = 0;
  while (field < kFields && kFieldTexts[field].name != name) ++field;
  return at;
}

inline const char* QuickEventReader::read_value(size_t field, Record& record, const char* at) {
  int64_t number = 0;
  switch (field) {
    case kTopic:
      at = read_text(at, topic_, record.topic);
      topic_ = record.topic;
      return at;
    case kPartition:
      at = read_whole(at, number);
      if (number > std::numeric_limits<int32_t>::max()) return nullptr;
      record.partition = {static_cast<int32_t>(number)};
      return at;
    case kOffset:
      at = read_whole(at, number);
      record.offset = {number};
      return at;
    case kTimestamp:
      if (const char* const none = tokens_.read_word(at, "-1")) return none;
      at = read_whole(at, number);
      record.timestamp = std::chrono::milliseconds(number);
      return at;
    case kTimestampType:
      at = read_text(at, timestamp_type_, record.timestamp_type);
      timestamp_type_ = record.timestamp_type;
      return at;
    case kKey:
      return read_bytes(at, record.key);
    case kValue:
      return read_bytes(at, record.value);
    case kHeaders:
      return read_headers(record, at);
    default:
      return json::skip_value(tokens_, at, limits_.depth_max - kDepthOfRecord);
  }
}

inline const char* QuickEventReader::read_text(const char* at, std::string_view known,
                                               std::string_view& text) {
  if (!is(at, '"')) return nullptr;
  const char* const start = at + 1;
  if (!known.empty() && static_cast<size_t>(tokens_.end() - start) > known.size() &&
      start[known.size()] == '"' && std::memcmp(start, known.data(), known.size()) == 0) {
    text = known;
    return start + known.size() + 1;
  }
  at = tokens_.skip_plain(start);
  if (at == nullptr || *at != '"') return nullptr;
  text = keep({start, static_cast<size_t>(at - start)});
  return at + 1;
}

inline const char* QuickEventReader::read_bytes(const char* at,
                                                std::optional<std::string_view>& bytes) {
  if (!is(at, '"')) return tokens_.read_word(at, kNull);
  const char* const start = at + 1;
  const auto* const end =
      static_cast<const char*>(std::memchr(start, '"', static_cast<size_t>(tokens_.end() - start)));
  if (end == nullptr) return nullptr;
  // Whatever is not base64, such as an escape, is refused here.
  const std::string_view text(start, static_cast<size_t>(end - start));
  base::check(base64_bytes_max(text.size()) <= text_.size() - kept_,
              "decoded bytes are never longer than their JSON");
  char* const out = event_.text.get() + kept_;
  const auto size = decode_base64(text, out);
  if (!size) return nullptr;
  kept_ += *size;
  bytes = std::string_view(out, *size);
  return end + 1;
}

// A number that is written in another way is rare or wrong: what follows the digits is no comma
// then.
inline const char* QuickEventReader::read_whole(const char* at, int64_t& number) const {
  constexpr ptrdiff_t kDigitsMax = 18;  // So many always fit into an int64.
  const char* const digits = at;
  int64_t whole = 0;
  for (; at != tokens_.end() && *at >= '0' && *at <= '9'; ++at) {
    if (at - digits == kDigitsMax) return nullptr;
    whole = whole * 10 + (*at - '0');
  }
  if (at == digits || (*digits == '0' && at - digits > 1)) return nullptr;
  number = whole;
  return at;
}

inline const char* QuickEventReader::read_headers(Record& record, const char* at) {
  if (!is(at, '[')) return tokens_.read_word(at, kNull);
  headers_.clear();
  size_t index = 0;
  at = read_array(at, [&](const char* begin) -> const char* {
    KnownHeader* const known = index < known_headers_.size() ? &known_headers_[index++] : nullptr;
    if (known != nullptr && !known->text.empty() &&
        static_cast<size_t>(tokens_.end() - begin) >= known->text.size() &&
        std::memcmp(begin, known->text.data(), known->text.size()) == 0) {
      if (headers_.size() == limits_.headers_max) return nullptr;
      headers_.push_back(known->header);
      return begin + known->text.size();
    }
    const size_t count = headers_.size();
    const char* const end = read_header(begin);
    if (end != nullptr && known != nullptr && headers_.size() == count + 1) {
      *known = {{begin, static_cast<size_t>(end - begin)}, headers_.back()};
    }
    return end;
  });
  if (at != nullptr) record.headers.assign(headers_.begin(), headers_.end());
  return at;
}

const char* QuickEventReader::read_header(const char* at) {
  return read_object(at, [this](std::string_view name, const char* value) -> const char* {
    if (headers_.size() == limits_.headers_max) return nullptr;
    const std::string_view kept = keep(name);
    char* out = event_.text.get() + kept_;
    Header& header = headers_.emplace_back(Header{kept, {out, 0}});
    if (!is(value, '[')) return tokens_.read_word(value, kNull);
    const char* const end = decode_header_bytes(text_.data(), value + 1, tokens_.end(), out);
    header.value = {header.value.data(), static_cast<size_t>(out - header.value.data())};
    kept_ += header.value.size();
    return end;
  });
}

std::string_view QuickEventReader::keep(std::string_view text) {
  base::check(text.size() <= text_.size() - kept_, "decoded text is never longer than its JSON");
  char* const place = event_.text.get() + kept_;
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  kept_ += text.size();
  return {place, text.size()};
}

}  // namespace penstock::lambda
