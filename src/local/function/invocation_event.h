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

// Checks that a text is one JSON value. The error is `invalid` and says at which byte it is not.
[[nodiscard]] base::Result<> check_json(std::string_view text);

// Returns the number of records in an event, or nothing if it is not an event of a Kafka event
// source mapping.
[[nodiscard]] std::optional<size_t> record_count(std::string_view event);

// Repeats the records of an event, at growing offsets, up to the 10,000 records or
// EventBatch::kEventBytesMax that AWS allows. The error is `invalid`: the text is not a Kafka
// event, it has no records, or its offsets are too large.
[[nodiscard]] base::Result<std::string> filled_event(std::string_view event);

// Makes an event of these records.
[[nodiscard]] std::string event_of(std::vector<Record> records,
                                   const EventBatch::Envelope& envelope);

}  // namespace penstock::local
