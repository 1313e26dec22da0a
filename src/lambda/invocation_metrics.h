#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"
#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Counts the records of one invocation. CloudWatch turns the counts' line in the log into metrics
// (AWS, "Embedded metric format specification"), in the namespace Penstock, with the dimension
// FunctionName:
//   Records, RecordBytes (keys, values and headers), BatchAge (milliseconds since the oldest
//   record's timestamp), PoisonRecords, RetriedRecords, DuplicateRecords.
struct InvocationMetrics {
  // Adds one record, with its bytes and its timestamp.
  void add(const Record& record);
  // Returns the line, without a line break. `now` is its timestamp and the end of BatchAge.
  [[nodiscard]] std::string json(std::string_view function_name, std::string_view request_id,
                                 base::SystemTime now) const;

  size_t records = 0;
  size_t bytes = 0;
  size_t poison = 0;
  size_t retries = 0;
  size_t duplicates = 0;
  // This is the oldest timestamp, in milliseconds since 1970, if any record has one.
  std::optional<std::chrono::milliseconds> oldest = {};
};

}  // namespace penstock::lambda
