#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "local/console/operations/given_up_batches.h"
#include "local/function/invoker.h"
#include "local/records/cluster.h"
#include "local/records/event_batch.h"
#include "local/stories/observer.h"

namespace penstock::local {

// Says where the records of a mapping are, and which function gets them.
struct RedriveTarget {
  Cluster cluster;
  EventBatch::Envelope envelope;
  bool report_batch_item_failures = false;
  Invoker* invoker = nullptr;    // Must not be null when it is used.
  Observer* observer = nullptr;  // May be null.
};

// Says what became of a batch that was redriven.
struct RedriveOutcome {
  bool done = false;          // Whether all records that Kafka still has are handled.
  size_t records = 0;         // The number of records that the function got.
  std::string sentence = {};  // For the user. It is printable.
  RecordSet left = {};        // If only some records have failed, these.
};

// Reads the records of a batch again and hands them to the function together, as its mapping did.
// What Kafka no longer has is left out, and said. The observer hears of the invocation, with the
// poller -1. Blocks for as long as the function takes, and waits for it at most for `patience`. The
// error is that of reading, or `too_large`.
[[nodiscard]] base::Result<RedriveOutcome> redrive_batch(const GivenUpBatch& batch,
                                                         const RedriveTarget& target,
                                                         std::chrono::milliseconds patience,
                                                         std::stop_token stop);

}  // namespace penstock::local
