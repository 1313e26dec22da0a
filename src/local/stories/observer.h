#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/records/event_batch.h"
#include "local/records/record.h"

namespace penstock::local {

// Names a part of the local system.
enum class Part { api, broker, mapping, function };

// Says how a part is.
struct PartStatus {
  enum class State { absent, starting, running, down, stopped };

  State state = State::absent;
  std::string reason = {};  // Why it does not run, in a sentence. It is empty if it runs.
};

// Says what a mapping is about to do.
struct BatchInvocation {
  std::string_view mapping;  // The topic of the mapping, or the name of `esm`.
  int poller;                // Counts from 0.
  const EventBatch& batch;
  int64_t attempt;  // The number of invocations with these records, from 1 on.
};

// Says how an invocation with a batch has ended.
struct BatchOutcome {
  std::string_view request_id;  // Empty if the function was not invoked.
  std::chrono::nanoseconds duration;
  // Says why some records are not done, in a sentence. It is empty if all are.
  std::string_view reason;
  // Has the records that a partial response names. If there is a reason but no record, none is
  // done.
  const RecordSet& named;
  // The next attempt follows after this pause, or never without one.
  std::optional<std::chrono::milliseconds> pause;
};

// Says where a partition is, in offsets. What is not known is kUnknown.
struct PartitionOffsets {
  static constexpr int64_t kUnknown = -1;

  TopicPartition topic_partition;
  int64_t begin = kUnknown;
  int64_t end = kUnknown;
  std::optional<int64_t> committed = {};  // Nothing if the group has stored none.
};

// Gets what happens in the local system, from the parts to which it happens. All functions may be
// called from any thread and at the same time; none waits for anything but a lock that is held
// shortly, and none throws. What they get is valid during the call only. An observer must outlive
// the parts that it is given to; a part without one has a null pointer.
class Observer {
 public:
  virtual ~Observer() = default;

  // A part has this state now. `name` tells parts of one kind apart: the topic of a mapping, the
  // name of a function's process, and nothing for the rest.
  virtual void status(Part part, std::string_view name, const PartStatus& status) = 0;

  // The API has written this line to its log.
  virtual void api_line(std::string_view line) = 0;

  // The function's process of this name has written this line. `request_ids` has the invocations
  // that it had then: one, none between them, or several with AWS_LAMBDA_MAX_CONCURRENCY.
  virtual void function_line(std::string_view process, const std::vector<std::string>& request_ids,
                             std::string_view line) = 0;
  // The function's process has got this invocation, or has ended it.
  virtual void function_busy(std::string_view process, std::string_view request_id, bool busy) = 0;

  // A poller of a mapping reads these partitions now, and no others.
  virtual void assigned(std::string_view mapping, int poller,
                        const std::vector<TopicPartition>& partitions) = 0;
  // A mapping's filter has left out this record.
  virtual void filtered(std::string_view mapping, const Record& record) = 0;
  // The function is invoked with a batch, and each `invoking` has one `invoked` with the same
  // batch, unless the mapping is stopped between them.
  virtual void invoking(const BatchInvocation& invocation) = 0;
  virtual void invoked(const BatchInvocation& invocation, const BatchOutcome& outcome) = 0;
  // These records are given up. `destination` has their document, unless it is empty. `reason` is
  // that of the last invocation.
  virtual void given_up(std::string_view mapping, const EventBatch& batch, int64_t attempts,
                        std::string_view condition, std::string_view reason,
                        std::string_view destination) = 0;
  // Retention has deleted what was at these offsets before the mapping read it.
  virtual void missed(std::string_view mapping, const TopicPartition& topic_partition,
                      const OffsetRange& offsets) = 0;
  // These are partitions that a poller reads: all of them about once a second, and those whose
  // offset has just been stored, without their begin and end.
  virtual void offsets(std::string_view mapping, int poller,
                       const std::vector<PartitionOffsets>& partitions) = 0;
  // A mapping has a problem that the user may have to solve.
  virtual void trouble(std::string_view mapping, std::string_view sentence) = 0;
};

}  // namespace penstock::local
