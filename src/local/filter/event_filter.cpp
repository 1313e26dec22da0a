#include "local/filter/event_filter.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "json/view.h"

namespace penstock::local {
namespace {

using Format = EventPattern::Format;

base::Error invalid(std::string sentence) {
  return base::Error{base::ErrorCode::invalid, std::move(sentence)};
}

size_t characters(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Returns the member `name` if it is the only one of the object, as AWS requires, and null
// otherwise.
const boost::json::value* only_member(const boost::json::value& object, std::string_view name) {
  if (!object.is_object() || object.get_object().size() != 1) return nullptr;
  return json::find(object, name);
}

base::Result<EventPattern> parse_filter(const boost::json::value& filter) {
  const auto pattern = json::text(only_member(filter, "Pattern"));
  if (!pattern) {
    return invalid("a filter must be {\"Pattern\": \"…\"}, with the pattern's JSON in a string");
  }
  if (characters(*pattern) > EventFilter::kPatternCharactersMax) {
    return invalid("the pattern has more than " +
                   std::to_string(EventFilter::kPatternCharactersMax) +
                   " characters. Shorten it, or split it into two filters");
  }
  const auto tree = read_json(*pattern);
  if (!tree) return invalid("Pattern: " + tree.error().message);
  return EventPattern::compile(*tree);
}

// Makes the record to which patterns apply: an object with the member "value".
JsonNode record_of(JsonNode value) {
  value.key = "value";
  JsonNode record;
  record.kind = JsonNode::Kind::object;
  record.children.push_back(std::move(value));
  return record;
}

JsonNode plain_string(std::string_view text) {
  JsonNode node;
  node.kind = JsonNode::Kind::string;
  node.text = text;
  return node;
}

JsonNode tombstone() {
  JsonNode record;
  record.kind = JsonNode::Kind::object;
  return record;
}

}  // namespace

base::Result<EventFilter> EventFilter::parse(const boost::json::value& criteria) {
  EventFilter result;
  if (criteria.is_null() || (criteria.is_object() && criteria.get_object().empty())) return result;
  const boost::json::value* filters = only_member(criteria, "Filters");
  if (!filters || !filters->is_array()) {
    return invalid("it must be {\"Filters\": [{\"Pattern\": \"…\"}]}");
  }
  if (filters->get_array().size() > kFiltersMax) {
    return invalid("it has " + std::to_string(filters->get_array().size()) +
                   " filters, but Lambda allows 5, or " + std::to_string(kFiltersMax) +
                   " with a quota increase");
  }
  for (const boost::json::value& filter : filters->get_array()) {
    auto pattern = parse_filter(filter);
    if (!pattern) {
      return invalid("filter " + std::to_string(result.patterns_.size() + 1) + ": " +
                     pattern.error().message);
    }
    result.patterns_.push_back(std::move(*pattern));
  }
  return result;
}

bool EventFilter::passes(std::optional<std::string_view> value) const {
  if (patterns_.empty()) return true;
  if (!value) {
    const JsonNode record = tombstone();
    return std::any_of(patterns_.begin(), patterns_.end(),
                       [&](const EventPattern& pattern) { return pattern.match(record); });
  }
  if (!base::is_utf8(*value)) return true;
  auto tree = read_json(*value);
  const Format format = tree && !tree->is_scalar() ? Format::json : Format::text;
  const JsonNode record =
      record_of(format == Format::json ? std::move(*tree) : plain_string(*value));
  bool judged = false;
  for (const EventPattern& pattern : patterns_) {
    if (pattern.format() != format) continue;
    if (pattern.match(record)) return true;
    judged = true;
  }
  return !judged;
}

}  // namespace penstock::local
