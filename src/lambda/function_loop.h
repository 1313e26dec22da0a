#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "lambda/duplicates.h"
#include "lambda/invocation_log.h"
#include "lambda/kafka_event.h"
#include "lambda/record_handlers.h"
#include "lambda/runtime_api_client.h"
#include "log/log.h"

namespace penstock::lambda {

// Says how failures are answered. It must match the event source mapping: a mapping that does not
// expect partial responses takes them for success, and the failed records are lost (AWS,
// FunctionResponseTypes).
enum class Responses {
  // Any record that was not handled makes the invocation fail, and the whole batch is retried.
  whole_batch,
  // ReportBatchItemFailures: the response names every record that is not finished, which is the one
  // to retry and all behind it in its partition. Poison does not block.
  partial,
};

// Holds the answer to an invocation, which is an error or a response in JSON.
struct Reply {
  std::optional<InvocationError> error = {};
  std::string response = "null";
};

// Holds the settings of a function.
struct FunctionSettings {
  Responses responses = Responses::whole_batch;
  // These read and check the values of records before the handlers get them.
  ValueReaders readers = {};
  // Handlers that wait or use resources need it. It must outlive the function. It is null if there
  // are none (loop_maker).
  HandlerLoop* loop = nullptr;
  // This is the function's name in metrics (CloudWatch's dimension FunctionName). If it is empty,
  // no metrics are written.
  std::string function_name = {};
};

// Has what the functions of one process remember together. Any thread may use it.
struct FunctionMemory {
  FinishedRecords finished;
  std::mutex mutex;  // Guards what follows.
  // These are the records that the last replies named. They must arrive before those that follow
  // them. At most kExpectedAgainMax partitions are remembered; beyond them WRONG_MAPPING may be
  // missing for one.
  std::map<TopicPartition, base::Offset> expected_again;
  static constexpr size_t kExpectedAgainMax = 1000;
};

// Implements the Lambda function. It passes the records of an invocation to the service's handlers.
// It logs LAMBDA_EVENT (the whole event, at DEBUG), RECORD (what identifies a record, without its
// value), DUPLICATE (a record that is already finished and is not handled again), EXCEPTION (what
// failed; of a record also its "outcome", "retry" or "poison") and, once for each invocation, its
// metrics (invocation_metrics.h). A record whose value
// violates the schema of its event type is poison and reaches no handler. Only one thread may use
// it; several threads have a function each, which share `log`, `handlers` and `memory`.
class Function {
 public:
  // `log` and `handlers` must outlive the function. Lines wait in `log` until the invocation ends.
  Function(log::Log& log, const EventHandlers& handlers, FunctionSettings settings = {},
           std::shared_ptr<FunctionMemory> memory = std::make_shared<FunctionMemory>());

  // Handles the records of an invocation. After a record that must be retried it skips the rest of
  // that partition and continues with the others. It does not throw: a failure becomes the reply's
  // error.
  [[nodiscard]] Reply run(const Invocation& invocation);
  // Notes whether the Runtime API has accepted the last reply. It must be called after each run().
  void reply_was_taken(bool taken);

 private:
  using FirstOffsets = std::map<TopicPartition, base::Offset>;
  // Has the records of each partition that must come again, in their order.
  using Unfinished = std::map<TopicPartition, std::vector<base::Offset>>;

  Reply run(const Invocation& invocation, InvocationLog& log);
  Reply reply_to(const Unfinished& unfinished, std::string problems) const;
  void warn_of_skipped_retries(const KafkaEvent& event, InvocationLog& log);

  log::Log& log_;
  const EventHandlers& handlers_;
  const FunctionSettings settings_;
  const std::shared_ptr<FunctionMemory> memory_;
  Duplicates duplicates_;
  // This is a line of the log. Its memory is reused.
  std::string line_;
};

// Says whether serve() sets the variable _X_AMZN_TRACE_ID for each invocation, which AWS's X-Ray
// libraries read. Of several threads none can: the variable belongs to the process.
enum class TraceVariable { set, left };

// Runs one invocation after the other. It returns only when the Runtime API fails; the error says
// how.
[[nodiscard]] base::Error serve(RuntimeApiClient& api, Function& function, log::Log& log,
                                TraceVariable trace = TraceVariable::set);

}  // namespace penstock::lambda
