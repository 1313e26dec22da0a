#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "lambda/duplicates.h"
#include "lambda/invocation_log.h"
#include "lambda/kafka_event.h"
#include "lambda/record_handlers.h"
#include "lambda/runtime_api_client.h"
#include "log/log.h"

namespace penstock::lambda {

// How failures are answered. It must be what the event source mapping asks for: one that does not
// ask for partial responses takes them for success, and what failed is lost (AWS,
// FunctionResponseTypes).
enum class Responses {
  whole_batch,  // Any record that was not handled is an error of the invocation: the batch comes
                // again.
  partial,  // ReportBatchItemFailures: only what is to come again is named. Poison does not block.
};

// What the Runtime API is told: an error, or a response in JSON.
struct Reply {
  std::optional<InvocationError> error = {};
  std::string response = "null";
};

struct FunctionSettings {
  Responses responses = Responses::whole_batch;
  // Reads values before their handlers do. Null: values are not looked at.
  ReadValue read_value = {};
  // The name that metrics carry (CloudWatch's dimension FunctionName); empty: there are no metrics.
  std::string function_name = {};
};

// The Lambda function: it takes the records of an invocation to a team's handlers. It logs
// LAMBDA_EVENT (the whole event, at DEBUG), RECORD (which one, without its value), DUPLICATE (one
// that is finished already, and is not handled again), EXCEPTION (what failed) and, once for each
// invocation, its metrics (invocation_metrics.h). A record whose value breaks its event's schema is
// poison that no handler sees.
class Function {
 public:
  // Lines wait in `log` until the invocation ends. `log` and `handlers` must outlive the function.
  Function(log::Log& log, const EventHandlers& handlers, FunctionSettings settings = {});

  // Handles all records of an invocation. What stands behind a record that is to come again is not
  // tried, in its partition; other partitions go on. It does not throw: what fails is the reply's
  // error.
  [[nodiscard]] Reply run(const Invocation& invocation);
  // Tells the function whether the Runtime API has taken its last reply. It must be called after
  // each run().
  void reply_was_taken(bool taken);

 private:
  using FirstOffsets = std::map<TopicPartition, base::Offset>;

  Reply run(const Invocation& invocation, InvocationLog& log);
  RecordOutcome handle(const Record& record, const Invocation& invocation,
                       InvocationLog& log) const;
  base::Result<boost::json::value> value_of(const Record& record) const;
  Reply reply_to(const FirstOffsets& unhandled, std::string problems) const;
  void warn_of_skipped_retries(const KafkaEvent& event, InvocationLog& log);

  log::Log& log_;
  const EventHandlers& handlers_;
  const FunctionSettings settings_;
  Duplicates duplicates_;
  FirstOffsets
      expected_again_;  // What the last replies named: it is to come before what follows it.
  std::string line_;    // Of the log; its memory is used again.
};

// Runs one invocation after the other. It returns only when the Runtime API is gone; the error says
// how.
[[nodiscard]] base::Error serve(RuntimeApiClient& api, Function& function, log::Log& log);

}  // namespace penstock::lambda
