#pragma once

#include <string>

#include "local/function/invoker.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Says what of a batch is not done.
struct UndoneRecords {
  // Says in a sentence why. It is empty if all records are done. It may repeat what the function
  // has answered, and is not printable.
  std::string reason = {};
  // Has the records that the function names. With a reason but no record, none is done.
  RecordSet named = {};
};

// Returns what of a batch is not done after an invocation outside of a mapping. Who cannot tell
// what has failed must not take the batch for done: an answer that names failures counts also if
// the mapping does not have ReportBatchItemFailures (`report_batch_item_failures`), and so does one
// that wants to name some and cannot be read. Any other answer is a success then.
[[nodiscard]] UndoneRecords undone_records(const InvocationOutcome& outcome,
                                           const EventBatch& batch,
                                           bool report_batch_item_failures);

}  // namespace penstock::local
