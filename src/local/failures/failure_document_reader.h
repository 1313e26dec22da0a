#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/records/record.h"

namespace penstock::local {

// What a document of a failure destination says, whether AWS wrote it or failure_document_writer.h
// did.
struct FailureDocument {
  // Which records of a partition the batch had.
  struct Range {
    TopicPartition topic_partition;
    OffsetRange offsets;
  };

  std::string condition;                  // Why it was given up, as AWS names it; may be empty.
  std::string bootstrap;                  // Kafka's address; may be empty.
  int64_t batch_size = 0;                 // In records.
  std::vector<Range> ranges;              // Is empty where the document has the event itself.
  std::optional<std::string> event = {};  // Lambda's event, if S3 or Kafka had the document.

  // Describes the records to a person: "events-0 15..17, events-1 4".
  [[nodiscard]] std::string text() const;

  // Reads a document. The error is `invalid` and says what is missing or wrong.
  [[nodiscard]] static base::Result<FailureDocument> parse(std::string_view json);
};

}  // namespace penstock::local
