#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "local/function/function_command.h"
#include "local/function/invoker.h"
#include "local/processes/console.h"

namespace penstock::local {

struct SingleInvocation {
  FunctionSettings function;
  std::string invoke_url = {};  // If not empty, is invoked instead of a process.
  std::chrono::milliseconds timeout{30'000};
};

struct InvocationResult {
  InvocationOutcome outcome;
  // From the call to the answer. It includes the start of the process, which Lambda counts apart.
  std::chrono::milliseconds duration{0};
};

// Starts the function, invokes it once, and ends it; the console shows its log. A process that ends
// by itself is not started again. It blocks the main thread (see Child); SIGINT and SIGTERM cut it
// short. An error means that the function was not invoked: `invalid`, the URL is none; else the
// process could not be started.
[[nodiscard]] base::Result<InvocationResult> invoke_once(const SingleInvocation& invocation,
                                                         const std::string& payload,
                                                         Console& console);

}  // namespace penstock::local
