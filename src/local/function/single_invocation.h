#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "local/function/function_command.h"
#include "local/function/invoker.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Says how to invoke a function once.
struct SingleInvocation {
  FunctionSettings function;
  // If it is not empty, this URL is invoked and no process is started.
  std::string invoke_url = {};
  std::chrono::milliseconds timeout{30'000};
};

// Holds the outcome of the invocation with its duration.
struct InvocationResult {
  InvocationOutcome outcome;
  // Counts from the call to the answer. It includes the start of the process, which
  // Lambda counts separately.
  std::chrono::milliseconds duration{0};
};

// Starts the function, invokes it once, and ends it. The terminal shows its log. A process that
// ends early is not started again. The call blocks the main thread (see Child) until a stop signal
// at the latest. An error means that the function was not invoked: it is `invalid` if the URL is
// wrong, and that of FunctionEnvironment::start() if the process cannot be started.
[[nodiscard]] base::Result<InvocationResult> invoke_once(const SingleInvocation& invocation,
                                                         const std::string& payload,
                                                         Terminal& terminal);

}  // namespace penstock::local
