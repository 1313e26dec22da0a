#include "local/function/invocation_event.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>
#include <utility>

#include "json/parse.h"
#include "json/writer.h"
#include "lambda/kafka_event.h"

namespace penstock::local {
namespace {

constexpr auto kRecordsMax = static_cast<size_t>(EventBatch::kRecordsMax);
// With offsets up to this one, no repetition exceeds the largest number.
constexpr int64_t kOffsetMax = std::numeric_limits<int64_t>::max() / (2 * EventBatch::kRecordsMax);
constexpr size_t kDepthMax = 512;

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

}  // namespace

base::Result<> check_json(std::string_view text) {
  return json::check(text, kDepthMax);
}

std::optional<size_t> record_count(std::string_view event) {
  const auto decoded = lambda::decode_kafka_event(event);
  if (!decoded) return std::nullopt;
  return decoded->records.size();
}

base::Result<std::string> filled_event(std::string_view text) {
  const auto decoded = lambda::decode_kafka_event(text);
  if (!decoded) return decoded.error();
  if (decoded->records.empty()) return invalid("the event has no records that could be repeated");
  for (const auto& record : decoded->records) {
    if (record.offset.value > kOffsetMax) {
      return invalid("the event's offsets are too large to repeat its records behind them");
    }
  }
  // The decoder has checked the shape. Members that it does not know are repeated, too.
  auto document = json::parse(text, json::kLenient);
  if (!document) return invalid("the event cannot be repeated: " + document.error().message);
  auto& event = document->get_object();
  auto& groups = event.at("records").as_object();
  const boost::json::object originals = groups;
  size_t count = decoded->records.size();
  size_t bytes = json::to_text(event).size();
  for (int64_t round = 1;; ++round) {
    for (const auto& [name, value] : originals) {
      const auto& records = value.as_array();
      if (records.empty()) continue;
      const int64_t span =
          records.back().at("offset").as_int64() - records.front().at("offset").as_int64() + 1;
      for (const auto& original : records) {
        boost::json::object record = original.as_object();
        record["offset"] = record.at("offset").as_int64() + round * span;
        bytes += json::to_text(record).size() + 1;
        if (count == kRecordsMax || bytes >= EventBatch::kEventBytesMax) {
          return json::to_text(event);
        }
        groups.at(name).as_array().push_back(std::move(record));
        ++count;
      }
    }
  }
}

std::string event_of(std::vector<Record> records, const EventBatch::Envelope& envelope) {
  EventBatch batch;
  for (Record& record : records) {
    std::string json = record_json(record);
    batch.add(std::move(record), std::move(json));
  }
  return batch.payload(envelope);
}

}  // namespace penstock::local
