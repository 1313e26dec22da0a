#include "local/records/record.h"

#include "local/records/record_encoder.h"

namespace penstock::local {
namespace {

std::optional<std::string> copy_of(const std::optional<std::string_view>& bytes) {
  if (!bytes) return std::nullopt;
  return std::string(*bytes);
}

}  // namespace

Record RecordView::copy() const {
  Record record{.topic_partition = *topic_partition,
                .offset = offset,
                .timestamp_ms = timestamp_ms,
                .timestamp_type = timestamp_type,
                .key = copy_of(key),
                .value = copy_of(value)};
  record.headers.reserve(headers.size());
  for (const Header& header : headers) {
    record.headers.emplace_back(header.name, copy_of(header.value));
  }
  return record;
}

std::string record_json(const Record& record) {
  std::vector<RecordView::Header> headers;
  headers.reserve(record.headers.size());
  for (const auto& [name, value] : record.headers) headers.push_back({name, value});
  const RecordView view{.topic_partition = &record.topic_partition,
                        .offset = record.offset,
                        .timestamp_ms = record.timestamp_ms,
                        .timestamp_type = record.timestamp_type,
                        .key = record.key,
                        .value = record.value,
                        .headers = headers};
  RecordEncoder encoder;
  std::string out(encoder.bytes_max(view), '\0');
  out.resize(static_cast<size_t>(encoder.write(view, out.data()) - out.data()));
  return out;
}

}  // namespace penstock::local
