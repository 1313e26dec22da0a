#pragma once

#include <cstdint>
#include <string>

#include "local/records/event_batch.h"

namespace penstock::local {

// Describes a batch that a mapping has given up, for its document.
struct FailedBatch {
  const EventBatch& batch;
  // Gives the reason as AWS names it: "RetryAttemptsExhausted", "RecordAgeExceeded" or
  // "MaximumPayloadSizeExceeded".
  std::string condition;
  // The approximate number of invocations with these records.
  int64_t invocations = 0;
  // Has the request id of the last invocation, and is empty if there was none.
  std::string request_id = {};
};

// Holds the facts that are the same for all batches of a mapping.
struct FailureContext {
  std::string function_arn;
  EventBatch::Envelope envelope;
};

}  // namespace penstock::local
