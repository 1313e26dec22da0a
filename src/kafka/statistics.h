#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::kafka {

// Holds the part of librdkafka's statistics that is used here. Its STATISTICS.md describes all of
// them.
struct Statistics {
  int64_t brokers_up = 0;       // Connected brokers.
  int64_t queued_messages = 0;  // Records that wait for a broker or its answer, and their bytes.
  int64_t queued_bytes = 0;
  int64_t round_trip_us = 0;  // The slowest broker's mean time to answer, in microseconds.
};

// Reads librdkafka's JSON. Returns nothing if the text is not a JSON object; a missing member
// counts as 0.
[[nodiscard]] std::optional<Statistics> parse_statistics(std::string_view text);

}  // namespace penstock::kafka
