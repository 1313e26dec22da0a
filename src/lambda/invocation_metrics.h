#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"
#include "lambda/kafka_event.h"

namespace penstock::lambda {

// What an invocation is counted by, as a line of the log that CloudWatch makes metrics of (AWS,
// "Embedded metric format specification"), in the namespace Penstock, with the dimension
// FunctionName:
//   Records, RecordBytes (keys, values and headers), BatchAge (milliseconds since the oldest
//   record's timestamp), PoisonRecords, RetriedRecords, DuplicateRecords.
struct InvocationMetrics {
  // Counts one record, with its bytes and its age.
  void add(const Record& record);
  // The line, without an end of line. `now` is its timestamp, and what BatchAge is measured from.
  [[nodiscard]] std::string json(std::string_view function_name, std::string_view request_id,
                                 base::SystemTime now) const;

  size_t records = 0;
  size_t bytes = 0;
  size_t poison = 0;
  size_t retries = 0;
  size_t duplicates = 0;
  std::optional<std::chrono::milliseconds> oldest =
      {};  // Timestamp, since 1970; records may have none.
};

}  // namespace penstock::lambda
