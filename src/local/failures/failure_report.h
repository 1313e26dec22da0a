#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/records/record.h"

namespace penstock::local {

// What a document of a failure destination says: AWS's, or our own (failure_document.h).
struct FailureReport {
  struct Range {
    TopicPartition place;
    int64_t first = 0;
    int64_t last = 0;
  };

  std::string condition;
  std::string bootstrap;                  // May be empty.
  int64_t batch_size = 0;                 // Records.
  std::vector<Range> ranges;              // Empty where the event itself is there.
  std::optional<std::string> event = {};  // S3 and Kafka have it.

  // For a person: "events-0 15..17, events-1 4".
  [[nodiscard]] std::string text() const;

  // Error: invalid; what is missing or wrong.
  [[nodiscard]] static base::Result<FailureReport> parse(std::string_view json);
};

}  // namespace penstock::local
