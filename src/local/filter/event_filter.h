#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/filter/event_pattern.h"

namespace penstock::local {

// The FilterCriteria of an event source mapping for Kafka, which say which records Lambda hands
// over. These rules come from https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html and
// invocation-eventfiltering.html:
// - A pattern with an object at "value" filters values that are JSON. One with an array at "value"
//   filters values that are plain strings.
// - A value whose format is not that of the patterns, or that is not UTF-8, is NOT filtered: AWS
//   then filters by metadata only, which Kafka's mappings do not have, and hands the record over.
//   (For SQS it would drop the message.)
// - Equality compares strings byte by byte and numbers as they are written: [300] does not match
//   300.0 or 3e2, and neither are they equal for "anything-but".
// Where these pages name no rule, that of event-ruler 2.1.0 holds, which AWS publishes: "numeric"
// (comparable_number.h), "equals-ignore-case" (caseless_text.h) and arrays (event_pattern.h). A
// judge compares the two engines; tests/judges/event_ruler/differences.txt has what differs.
// These rules are our own:
// - JSON is an object or an array. "7", "true" and "\"a\"" are plain strings, of which all bytes
//   are compared.
// - If there are patterns of both formats, only those of a value's format judge it.
// - A tombstone has no "value", so it passes only if a pattern has {"exists": false}.
// - A field that is both beside "$or" and inside it must match both. event-ruler forgets the one
//   that comes first in the pattern.
class EventFilter {
 public:
  // AWS's quota is 5, and 10 on request.
  static constexpr size_t kFiltersMax = 10;
  // AWS's API has this limit for Filter.Pattern.
  static constexpr size_t kPatternCharactersMax = 4096;

  // Compiles FilterCriteria: {"Filters": [{"Pattern": "{\"value\": {…}}"}]}. Null, {} and an empty
  // list of filters pass every record. The error is `invalid` and says which filter is wrong, where
  // in it, and what is allowed there.
  [[nodiscard]] static base::Result<EventFilter> parse(const boost::json::value& criteria);

  // Says whether the mapping hands over a record with this value, or a tombstone if there is none.
  // One filter that matches suffices. Takes time in proportion to the value. Throws only if there
  // is no memory.
  [[nodiscard]] bool passes(std::optional<std::string_view> value) const;

 private:
  std::vector<EventPattern> patterns_;
};

}  // namespace penstock::local
