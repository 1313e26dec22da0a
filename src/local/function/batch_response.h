#pragma once

#include <string_view>

#include "base/result.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Reads what a function answers to a mapping with ReportBatchItemFailures:
//   {"batchItemFailures":[{"itemIdentifier":{"topic-partition":"events-0","offset":15}}]}
// It returns the first offset that is named in each partition; what is before it is done. It
// returns no offsets for a response that is empty or null, or has no list or an empty one: all is
// done. The error is `invalid`, for a response that cannot be read or names a record that is not in
// the batch: the whole batch has failed.
[[nodiscard]] base::Result<Offsets> failures_in(std::string_view response, const EventBatch& batch);

// Whether a response names failures, for callers that have not asked for any.
[[nodiscard]] bool names_failures(std::string_view response);

}  // namespace penstock::local
