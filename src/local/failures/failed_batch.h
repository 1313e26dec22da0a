#pragma once

#include <cstdint>
#include <string>

#include "local/records/event_batch.h"

namespace penstock::local {

// A batch that a mapping has given up, and what is to be said of it.
struct FailedBatch {
  const EventBatch& batch;
  std::string condition;        // Why, as AWS names it: "RetryAttemptsExhausted", …
  int64_t invocations = 0;      // About how often the function was invoked with these records.
  std::string request_id = {};  // Names the last invocation; empty where there was none.
};

// Whose failure it is. This is the same for all batches of a mapping.
struct FailureContext {
  std::string function_arn;
  EventBatch::Envelope envelope;
};

}  // namespace penstock::local
