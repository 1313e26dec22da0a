#include "local/function/batch_response.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>

#include "base/printable_text.h"
#include "json/parse.h"
#include "json/view.h"

namespace penstock::local {
namespace {

constexpr std::string_view kList = "batchItemFailures";
constexpr size_t kNameMax = 300;  // The bytes of a name in a message. Kafka's have at most 260.

base::Error malformed(const std::string& what) {
  return {base::ErrorCode::invalid, "the function's response for ReportBatchItemFailures " + what};
}

struct Identifier {
  std::string partition;
  base::Offset offset;
  bool is_old;
};

std::string_view type_of(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::int64:
      return "a whole number";
    case boost::json::kind::uint64:
      return "a number that is too large";
    case boost::json::kind::double_:
      return "a number with a fraction or an exponent";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::object:
      return "an object";
  }
  return "unknown";
}

base::Error wrong_type(std::string_view name, const boost::json::value& value,
                       std::string_view wanted) {
  return malformed("has an item whose " + std::string(name) + " is " + std::string(type_of(value)) +
                   " and not " + std::string(wanted));
}

base::Result<Identifier> identifier_of(const boost::json::value& failure) {
  const auto* item = json::find(failure, "itemIdentifier");
  if (item != nullptr && !item->is_object()) {
    return wrong_type("itemIdentifier", *item, "an object");
  }
  const auto* partition = json::find(item, "partition");
  const bool is_old = partition == nullptr;
  if (is_old) partition = json::find(item, "topic-partition");
  const auto* offset = json::find(item, "offset");
  if (partition == nullptr || offset == nullptr) {
    return malformed("has an item without \"itemIdentifier\":{\"partition\":…,\"offset\":…}");
  }
  if (!partition->is_string()) return wrong_type("partition", *partition, "a string");
  if (!offset->is_int64()) return wrong_type("offset", *offset, "a whole number");
  return Identifier{std::string(*json::text(partition)), {offset->get_int64()}, is_old};
}

}  // namespace

base::Result<BatchResponse> read_batch_response(std::string_view response,
                                                const EventBatch& batch) {
  if (response.find_first_not_of(" \t\r\n") == std::string_view::npos) return BatchResponse{};
  const auto value = json::parse(response, json::kLenient);
  if (!value) return malformed("cannot be read: " + value.error().message);
  if (value->is_null()) return BatchResponse{};
  if (!value->is_object()) return malformed("is not an object");
  const auto* list = json::find(*value, kList);
  if (list == nullptr || list->is_null()) return BatchResponse{};
  if (!list->is_array()) return malformed("has a member batchItemFailures that is not a list");

  struct Known {
    TopicPartition topic_partition;
    std::set<base::Offset> offsets;
  };
  std::map<std::string, Known> known;
  for (const auto& entry : batch.entries()) {
    const TopicPartition& topic_partition = batch.topic_partition(entry);
    known.try_emplace(topic_partition.text(), Known{topic_partition, {}})
        .first->second.offsets.insert(entry.offset);
  }
  BatchResponse read;
  for (const auto& failure : list->get_array()) {
    const auto identifier = identifier_of(failure);
    if (!identifier) return identifier.error();
    const auto found = known.find(identifier->partition);
    if (found == known.end() || !found->second.offsets.contains(identifier->offset)) {
      return malformed("names " + base::printable(identifier->partition, kNameMax) + "@" +
                       base::to_text(identifier->offset) + ", which is not in the batch");
    }
    read.failures[found->second.topic_partition].insert(identifier->offset);
    read.has_old_identifier |= identifier->is_old;
  }
  return read;
}

bool names_failures(std::string_view response) {
  if (response.find(kList) == std::string_view::npos) return false;
  const auto value = json::parse(response, json::kLenient);
  const auto* list = value ? json::find(*value, kList) : nullptr;
  return list != nullptr && list->is_array() && !list->get_array().empty();
}

}  // namespace penstock::local
