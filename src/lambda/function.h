#pragma once

#include <optional>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "lambda/handlers.h"
#include "lambda/invocation_log.h"
#include "lambda/kafka_event.h"
#include "lambda/runtime_api.h"

namespace penstock::lambda {

// The Lambda function: takes the records of an invocation to a team's handlers, and logs LAMBDA_EVENT (the
// whole event, at DEBUG), RECORD (which one, without its value) and EXCEPTION (what failed).
class Function {
 public:
  // Lines wait in `log` until the invocation ends. Both must outlive the function.
  Function(base::Log& log, const EventHandlers& handlers);

  // Nothing: every record was handled. Otherwise the whole batch is to come again: the event could not be
  // read, or some record was not handled. Records behind one that failed are not tried, in its partition;
  // other partitions go on.
  [[nodiscard]] std::optional<InvocationError> run(const Invocation& invocation);

 private:
  std::optional<InvocationError> handle(const Invocation& invocation, InvocationLog& log) const;

  base::Log& log_;
  const EventHandlers& handlers_;
};

// Runs one invocation after the other. Returns only when the Runtime API is gone, and tells how.
[[nodiscard]] base::Error serve(RuntimeApi& api, Function& function, base::Log& log);

}  // namespace penstock::lambda
