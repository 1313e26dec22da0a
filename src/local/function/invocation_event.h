#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/records/event_batch.h"
#include "local/records/record.h"

namespace penstock::local {

// AWS: "Request must be smaller than 6291456 bytes for the InvokeFunction operation".
inline constexpr size_t kEventBytesMax = 6'291'456;

// Checks that a text is JSON and nothing else. The error is `invalid` and says at which byte it is
// not.
[[nodiscard]] base::Result<> check_json(std::string_view text);

// How many records an event has; nothing, if it is not one of a Kafka event source mapping.
[[nodiscard]] std::optional<size_t> record_count(std::string_view event);

// Repeats the records of an event, at growing offsets, for as long as AWS would take it: up to
// 10,000 records or kEventBytesMax. The error is `invalid`: it is no Kafka event, or has no
// records.
[[nodiscard]] base::Result<std::string> filled_event(std::string_view event);

// Makes the event of these records.
[[nodiscard]] std::string event_of(std::vector<Record> records,
                                   const EventBatch::Envelope& envelope);

}  // namespace penstock::local
