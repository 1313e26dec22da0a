#include "local/failures/failure_document_reader.h"

#include <boost/json/object.hpp>
#include <limits>

#include "base/number_text.h"
#include "json/parse.h"
#include "json/view.h"
#include "json/writer.h"

namespace penstock::local {
namespace {

constexpr size_t kDepthMax = 32;
constexpr int64_t kBatchSizeMax = 10'000;  // The largest BatchSize of a mapping.

std::string text_of(const boost::json::value* value) {
  return std::string(json::text(value).value_or(""));
}

// Reads an offset, which is a string in AWS's documents. No record has the largest number, because
// the offset behind a record is a number, too.
std::optional<int64_t> offset_of(const boost::json::value* value) {
  auto offset = json::number(value);
  if (!offset) {
    offset = base::whole_number<int64_t>(json::text(value).value_or(""));
    if (!offset) return std::nullopt;
  }
  const bool is_offset = *offset >= 0 && *offset < std::numeric_limits<int64_t>::max();
  return is_offset ? offset : std::nullopt;
}

// Reads a name such as "my-topic-0". The partition is the number behind the last dash.
std::optional<TopicPartition> topic_partition_of(std::string_view name) {
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  const auto partition = base::whole_number<int32_t>(name.substr(dash + 1));
  if (!partition) return std::nullopt;
  return TopicPartition{std::string(name.substr(0, dash)), {*partition}};
}

}  // namespace

std::string FailureDocument::text() const {
  if (ranges.empty()) {
    return "an event of " + std::to_string(batch_size) + (batch_size == 1 ? " record" : " records");
  }
  std::string text;
  for (const Range& range : ranges) {
    text += (text.empty() ? "" : ", ") + range.topic_partition.text() + " " + range.offsets.text();
  }
  return text;
}

base::Error FailureDocument::refusal(const std::string& problem) {
  return {base::ErrorCode::invalid, "this is not a failure document: " + problem};
}

base::Result<FailureDocument> FailureDocument::parse(std::string_view text) {
  const auto document = json::parse(text, {.depth_max = kDepthMax});
  if (!document) return refusal(document.error().message);
  const auto* batch = json::find(*document, "KafkaBatchInfo");
  if (batch == nullptr) return refusal("it has no KafkaBatchInfo");
  FailureDocument parsed;
  parsed.condition = text_of(json::find(json::find(*document, "requestContext"), "condition"));
  parsed.bootstrap = text_of(json::find(batch, "bootstrapServers"));
  const auto size = offset_of(json::find(batch, "batchSize"));
  if (!size || *size < 1 || *size > kBatchSizeMax) {
    return refusal("KafkaBatchInfo.batchSize must be from 1 to 10000");
  }
  parsed.batch_size = *size;
  if (const auto* payload = json::find(*document, "payload"); payload != nullptr) {
    if (payload->is_string()) parsed.event = std::string(payload->get_string());
    if (payload->is_object()) parsed.event = json::to_text(*payload);
    if (!parsed.event) return refusal("payload is neither a string nor an object");
    return parsed;
  }
  const auto* records = json::find(batch, "recordsInfo");
  if (records == nullptr || !records->is_object() || records->get_object().empty()) {
    return refusal("it has neither KafkaBatchInfo.recordsInfo nor a payload");
  }
  for (const auto& [name, info] : records->get_object()) {
    const auto topic_partition = topic_partition_of(name);
    const auto first = offset_of(json::find(info, "firstRecordOffset"));
    const auto last = offset_of(json::find(info, "lastRecordOffset"));
    if (!topic_partition) return refusal("recordsInfo has a name that is not TOPIC-PARTITION");
    if (!first || !last || *last < *first) {
      return refusal("recordsInfo has no valid offsets for " + topic_partition->text());
    }
    parsed.ranges.push_back({*topic_partition, {{*first}, {*last}}});
  }
  return parsed;
}

}  // namespace penstock::local
