#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::kafka {

// Holds the part of librdkafka's statistics that is used here. Its STATISTICS.md describes all of
// them. What is counted begins with the librdkafka producer.
struct Statistics {
  int64_t brokers_up = 0;       // Connected brokers.
  int64_t queued_messages = 0;  // Records that wait for a broker or its answer, and their bytes.
  int64_t queued_bytes = 0;
  int64_t round_trip_us = 0;       // The slowest broker's mean time to answer, in microseconds.
  int64_t requests_in_flight = 0;  // Requests that wait for a broker's answer.
  int64_t requests_repeated = 0;   // Requests that were sent again; counted.
  int64_t requests_timed_out = 0;  // Requests that got no answer in time; counted.
  int64_t records_sent = 0;        // Records in requests, each time that they are sent; counted.
  int64_t throttled_ms = 0;        // How long brokers have asked to wait since the last statistics.
};

// Adds up what is counted, over all librdkafka producers that there were.
class StatisticsTotals {
 public:
  // Takes the next statistics of the current producer.
  void take(const Statistics& statistics);
  // Notes that the next statistics are those of a new producer.
  void restart() { last_ = {}; }

  [[nodiscard]] int64_t requests_repeated() const { return requests_repeated_; }
  [[nodiscard]] int64_t requests_timed_out() const { return requests_timed_out_; }
  [[nodiscard]] int64_t records_sent() const { return records_sent_; }
  [[nodiscard]] int64_t throttled_ms() const { return throttled_ms_; }

 private:
  Statistics last_;
  int64_t requests_repeated_ = 0;
  int64_t requests_timed_out_ = 0;
  int64_t records_sent_ = 0;
  int64_t throttled_ms_ = 0;
};

// Reads librdkafka's JSON. Returns nothing if the text is not a JSON object; a missing member
// counts as 0.
[[nodiscard]] std::optional<Statistics> parse_statistics(std::string_view text);

// Returns librdkafka's version, such as "2.8.0".
[[nodiscard]] std::string_view library_version();

}  // namespace penstock::kafka
