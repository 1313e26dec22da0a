#pragma once

#include <string_view>

#include "base/result.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// What a function says of a batch to a mapping with ReportBatchItemFailures:
//   {"batchItemFailures":[{"itemIdentifier":{"topic-partition":"events-0","offset":15}}]}
// The first offset that is named in each partition: what is before it is done. Nothing for a response that is
// empty, null, or has no or an empty list: all is done. Error: invalid, for one that cannot be read, or names
// a record that is not in the batch: then the whole batch has failed.
[[nodiscard]] base::Result<Offsets> failures_in(std::string_view response, const EventBatch& batch);

// Whether a response names failures that nobody has asked for.
[[nodiscard]] bool names_failures(std::string_view response);

}  // namespace penstock::local
