#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "lambda/duplicates.h"
#include "lambda/handlers.h"
#include "lambda/invocation_log.h"
#include "lambda/kafka_event.h"
#include "lambda/runtime_api.h"
#include "log/log.h"

namespace penstock::lambda {

// How failures are answered. It must be what the event source mapping asks for: one that does not ask for
// partial responses takes them for success, and what failed is lost (AWS, FunctionResponseTypes).
enum class Responses {
  whole_batch,  // Any record that was not handled is an error of the invocation: the batch comes again.
  partial,      // ReportBatchItemFailures: only what is to come again is named. Poison does not block.
};

// What the Runtime API is told: an error, or a response in JSON.
struct Reply {
  std::optional<InvocationError> error = {};
  std::string response = "null";
};

struct FunctionSettings {
  Responses responses = Responses::whole_batch;
  // Null: values are not looked at.
  ReadValue read_value = {};
  // What metrics are told of (CloudWatch's dimension FunctionName); empty: there are none.
  std::string function_name = {};
};

// The Lambda function: takes the records of an invocation to a team's handlers, and logs LAMBDA_EVENT (the
// whole event, at DEBUG), RECORD (which one, without its value), DUPLICATE (one that is finished already, and
// is not handled again), EXCEPTION (what failed) and, once for each invocation, its metrics (metrics.h). A
// record whose value breaks its event's schema is poison that no handler sees.
class Function {
 public:
  // Lines wait in `log` until the invocation ends. Both must outlive the function.
  Function(log::Log& log, const EventHandlers& handlers, FunctionSettings settings = {});

  // Records behind one that is to come again are not tried, in its partition; other partitions go on.
  [[nodiscard]] Reply run(const Invocation& invocation);
  // Whether the Runtime API has taken that reply.
  void answered(bool taken);

 private:
  using Partition = std::pair<std::string, int32_t>;

  Reply handle(const Invocation& invocation, InvocationLog& log);
  Outcome handle(const Record& record, const Invocation& invocation, InvocationLog& log) const;
  base::Result<boost::json::value> value_of(const Record& record) const;
  Reply reply_to(const std::map<Partition, int64_t>& again, std::string problems) const;
  void look_for_what_was_to_come_again(const KafkaEvent& event, InvocationLog& log);

  log::Log& log_;
  const EventHandlers& handlers_;
  const FunctionSettings settings_;
  Duplicates duplicates_;
  std::map<Partition, int64_t> again_;  // What the last replies named: it is to come before what follows it.
  std::string line_;                    // Of the log; its memory is used again.
};

// Runs one invocation after the other. Returns only when the Runtime API is gone, and tells how.
[[nodiscard]] base::Error serve(RuntimeApi& api, Function& function, log::Log& log);

}  // namespace penstock::lambda
