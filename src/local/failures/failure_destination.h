#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// A batch that was given up.
struct FailedBatch {
  const EventBatch& batch;
  std::string condition;        // As AWS names it: "RetryAttemptsExhausted", …
  int64_t invocations = 0;      // About.
  std::string request_id = {};  // Of the last invocation; empty: there was none.
};

// DestinationConfig.OnFailure: who is told of batches that are given up. Until it has been told, their
// offsets are not stored.
class FailureDestination {
 public:
  virtual ~FailureDestination() = default;

  // Once; whoever calls tries again. Returns soon after `stop`, with an error.
  [[nodiscard]] virtual base::Result<> tell(const FailedBatch& failed, std::stop_token stop) = 0;
};

}  // namespace penstock::local
