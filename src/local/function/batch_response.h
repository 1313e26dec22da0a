#pragma once

#include <string_view>

#include "base/result.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Reads a function's response to a mapping with ReportBatchItemFailures:
//   {"batchItemFailures":[{"itemIdentifier":{"topic-partition":"events-0","offset":15}}]}
// Returns the lowest offset that it names in each partition: the records before it are done, and
// so are all records of a partition that it does not name. Returns no offsets, which means that all
// records are done, for a response that is blank or null, or whose list is absent, null or empty.
// Fails with `invalid` if the response cannot be read, or names a record that is not in the batch.
// Then the whole batch has failed. The rules are those of AWS, "Reporting batch item failures" for
// Kafka.
[[nodiscard]] base::Result<Offsets> failures_in(std::string_view response, const EventBatch& batch);

// Returns whether a response has a list of failures that is not empty, for mappings without
// ReportBatchItemFailures. A response that cannot be read has none.
[[nodiscard]] bool names_failures(std::string_view response);

}  // namespace penstock::local
