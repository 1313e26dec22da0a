#include "local/function/batch_response.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>

#include "json/parse.h"
#include "json/view.h"

namespace penstock::local {
namespace {

constexpr std::string_view kList = "batchItemFailures";

base::Error malformed(const std::string& what) {
  return {base::ErrorCode::invalid, "the function's response for ReportBatchItemFailures " + what};
}

struct Identifier {
  std::string partition;
  base::Offset offset;
};

std::optional<Identifier> identifier_of(const boost::json::value& failure) {
  const auto* item = json::find(failure, "itemIdentifier");
  const auto partition = json::text(json::find(item, "topic-partition"));
  const auto offset = json::number(json::find(item, "offset"));
  if (!partition || !offset) return std::nullopt;
  return Identifier{std::string(*partition), {*offset}};
}

}  // namespace

base::Result<Offsets> failures_in(std::string_view response, const EventBatch& batch) {
  if (response.find_first_not_of(" \t\r\n") == std::string_view::npos) return Offsets{};
  const auto value = json::parse(response, json::kLenient);
  if (!value) return malformed("cannot be read: " + value.error().message);
  if (value->is_null()) return Offsets{};
  if (!value->is_object()) return malformed("is not an object");
  const auto* list = json::find(*value, kList);
  if (list == nullptr || list->is_null()) return Offsets{};
  if (!list->is_array()) return malformed("has a member batchItemFailures that is not a list");

  std::map<std::string, TopicPartition> topic_partitions;
  std::set<std::pair<std::string, base::Offset>> known;
  for (const auto& entry : batch.entries()) {
    const std::string name = batch.topic_partition(entry).text();
    topic_partitions.emplace(name, batch.topic_partition(entry));
    known.emplace(name, entry.offset);
  }
  Offsets failures;
  for (const auto& failure : list->get_array()) {
    const auto identifier = identifier_of(failure);
    if (!identifier) {
      return malformed(
          "has an item without \"itemIdentifier\":{\"topic-partition\":…,\"offset\":…}");
    }
    if (!known.contains({identifier->partition, identifier->offset})) {
      return malformed("names " + identifier->partition + "@" + base::to_text(identifier->offset) +
                       ", which is not in the batch");
    }
    const auto [first, is_new] =
        failures.emplace(topic_partitions.at(identifier->partition), identifier->offset);
    if (!is_new) first->second = std::min(first->second, identifier->offset);
  }
  return failures;
}

bool names_failures(std::string_view response) {
  if (response.find(kList) == std::string_view::npos) return false;
  const auto value = json::parse(response, json::kLenient);
  const auto* list = value ? json::find(*value, kList) : nullptr;
  return list != nullptr && list->is_array() && !list->get_array().empty();
}

}  // namespace penstock::local
