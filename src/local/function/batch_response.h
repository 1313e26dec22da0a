#pragma once

#include <string_view>

#include "base/result.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Says which records of a batch a function has named as failed.
struct BatchResponse {
  RecordSet failures = {};
  // Says whether an item has "topic-partition" in place of "partition". An older copy of AWS's page
  // said so. AWS does not promise to know it, and an identifier that it does not know brings the
  // whole batch again.
  bool has_old_identifier = false;
};

// Reads a function's response to a mapping with ReportBatchItemFailures:
//   {"batchItemFailures":[{"itemIdentifier":{"partition":"events-0","offset":15}}]}
// It has no failures, which means that all records are done, for a response that is blank or null,
// or whose list is absent, null or empty. Fails with `invalid` if the response cannot be read, or
// names a record that is not in the batch. Then the whole batch has failed. The rules are those of
// AWS, "Configuring error handling controls for Kafka event sources"; the identifier is that of
// Powertools for AWS Lambda (Python) 3.37.0, too.
[[nodiscard]] base::Result<BatchResponse> read_batch_response(std::string_view response,
                                                              const EventBatch& batch);

// Returns whether a response has a list of failures that is not empty, for mappings without
// ReportBatchItemFailures. A response that cannot be read has none.
[[nodiscard]] bool names_failures(std::string_view response);

}  // namespace penstock::local
