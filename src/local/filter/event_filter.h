#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/filter/event_pattern.h"

namespace penstock::local {

// FilterCriteria of an event source mapping of Kafka: which records Lambda hands over. By
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html and
// invocation-eventfiltering.html:
// - A pattern with an object at "value" filters values that are JSON, one with an array at "value"
// those that
//   are plain strings. A value of another format than the patterns', and one that is not UTF-8, is
//   NOT filtered: AWS then looks at metadata only, of which Kafka's mappings have none, and hands
//   it over. (For SQS it would drop it.)
// - Equals compares strings byte by byte and numbers as they are written: [300] does not match
// 300.0 or 3e2,
//   nor does "anything-but" see them as the same. "numeric" compares by value: 1, 1.0 and 1e0 are
//   equal.
// Where AWS's pages are silent:
// - JSON is an object or an array; "7", "true" and "\"a\"" are plain strings, compared with all
// their bytes.
// - With patterns of both formats, only those of a value's own format judge it.
// - A tombstone has no "value": it passes only what {"exists": false} lets through.
// - "equals-ignore-case" knows the letters A to Z.
class EventFilter {
 public:
  static constexpr size_t kFiltersMax = 10;              // AWS's quota: 5, and 10 on request.
  static constexpr size_t kPatternCharactersMax = 4096;  // AWS's API: Filter.Pattern.

  // `criteria` is FilterCriteria: {"Filters": [{"Pattern": "{\"value\": {…}}"}]}. Null, {} and no
  // Filters let everything pass. An Error says which filter is wrong, where in it, and what may
  // stand there.
  [[nodiscard]] static base::Result<EventFilter> parse(const boost::json::value& criteria);

  // Whether the mapping hands over a record with this value; nullopt is a tombstone. One filter
  // that matches suffices. Throws only for want of memory; takes time in proportion to the value.
  [[nodiscard]] bool passes(std::optional<std::string_view> value) const;

 private:
  std::vector<EventPattern> patterns_;
};

}  // namespace penstock::local
