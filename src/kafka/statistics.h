#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::kafka {

// What we read of librdkafka's statistics (its STATISTICS.md).
struct Statistics {
  int64_t brokers_up = 0;
  int64_t queued_messages = 0;
  int64_t queued_bytes = 0;
  int64_t round_trip_us = 0;  // The slowest broker's mean.
};

// Nothing if the text is not what librdkafka writes.
[[nodiscard]] std::optional<Statistics> parse_statistics(std::string_view text);

}  // namespace penstock::kafka
