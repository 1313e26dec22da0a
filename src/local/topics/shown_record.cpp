#include "local/topics/shown_record.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/printable_text.h"

namespace penstock::local {
namespace {

constexpr size_t kHeaderNameMax = 1'000;

std::optional<std::string_view> view(const std::optional<std::string>& bytes) {
  return bytes ? std::optional<std::string_view>(*bytes) : std::nullopt;
}

}  // namespace

size_t ShownRecord::text_bytes() const {
  size_t sum = key.text.size() + value.text.size();
  for (const auto& [name, text] : headers) sum += name.size() + text.text.size();
  return sum;
}

ShownRecord shown_record(const Record& record, const RecordBounds& bounds) {
  ShownRecord shown{.topic_partition = record.topic_partition,
                    .offset = record.offset,
                    .timestamp_ms = std::max<int64_t>(record.timestamp_ms, 0),
                    .key = shown_bytes(view(record.key), bounds.part),
                    .value = shown_bytes(view(record.value), bounds.part)};
  for (const auto& [name, value] : record.headers) {
    if (shown.headers.size() == bounds.headers) break;
    shown.headers.emplace_back(base::printable(name, kHeaderNameMax),
                               shown_bytes(view(value), bounds.header));
  }
  shown.headers_left_out = record.headers.size() - shown.headers.size();
  return shown;
}

boost::json::object to_json(const ShownRecord& record) {
  boost::json::array headers;
  for (const auto& [name, value] : record.headers) {
    headers.push_back(boost::json::object{{"name", name}, {"value", to_json(value)}});
  }
  return {{"topic", record.topic_partition.topic},
          {"partition", record.topic_partition.partition.number},
          {"offset", record.offset.value},
          {"at_ms", record.timestamp_ms},
          {"key", to_json(record.key)},
          {"value", to_json(record.value)},
          {"headers", std::move(headers)},
          {"headers_left_out", record.headers_left_out}};
}

}  // namespace penstock::local
