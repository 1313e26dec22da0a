#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/records/record.h"

namespace penstock::local {

// Holds the contents of a failure document that AWS or failure_document_writer.h has written.
struct FailureDocument {
  // Names the batch's records of one partition.
  struct Range {
    TopicPartition topic_partition;
    OffsetRange offsets;
  };

  std::string condition;                  // The reason as AWS names it; may be empty.
  std::string bootstrap;                  // Kafka's address; may be empty.
  int64_t batch_size = 0;                 // The number of records.
  std::vector<Range> ranges;              // Empty if the document has the event.
  std::optional<std::string> event = {};  // Lambda's event, in documents of S3 and Kafka.

  // Describes the records for messages: "events-0 15..17, events-1 4".
  [[nodiscard]] std::string text() const;

  // Reads a document. The error is `invalid` and says what is missing or wrong.
  [[nodiscard]] static base::Result<FailureDocument> parse(std::string_view json);
  // Returns the error of parse() for a text with this problem.
  [[nodiscard]] static base::Error refusal(const std::string& problem);
};

}  // namespace penstock::local
