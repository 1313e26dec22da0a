#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/result.h"
#include "lambda/duplicates.h"
#include "lambda/handlers.h"
#include "lambda/invocation_log.h"
#include "lambda/kafka_event.h"
#include "lambda/runtime_api.h"

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

// The Lambda function: takes the records of an invocation to a team's handlers, and logs LAMBDA_EVENT (the
// whole event, at DEBUG), RECORD (which one, without its value), DUPLICATE (one that is finished already, and
// is not handled again) and EXCEPTION (what failed).
class Function {
 public:
  // Lines wait in `log` until the invocation ends. Both must outlive the function.
  Function(base::Log& log, const EventHandlers& handlers, Responses responses = Responses::whole_batch);

  // Records behind one that is to come again are not tried, in its partition; other partitions go on.
  [[nodiscard]] Reply run(const Invocation& invocation);
  // Whether the Runtime API has taken that reply.
  void answered(bool taken);

 private:
  using Partition = std::pair<std::string, int32_t>;

  Reply handle(const Invocation& invocation, InvocationLog& log);
  Outcome call(const Record& record, Context& context) const;
  Reply reply_to(const std::map<Partition, int64_t>& again, std::string problems) const;
  void look_for_what_was_to_come_again(const KafkaEvent& event, InvocationLog& log);

  base::Log& log_;
  const EventHandlers& handlers_;
  const Responses responses_;
  Duplicates duplicates_;
  std::map<Partition, int64_t> again_;  // What the last replies named: it is to come before what follows it.
};

// Runs one invocation after the other. Returns only when the Runtime API is gone, and tells how.
[[nodiscard]] base::Error serve(RuntimeApi& api, Function& function, base::Log& log);

}  // namespace penstock::lambda
