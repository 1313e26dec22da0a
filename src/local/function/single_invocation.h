#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "local/function/function.h"
#include "local/function/invoker.h"
#include "local/processes/console.h"

namespace penstock::local {

struct SingleInvocation {
  FunctionSettings function;
  std::string invoke_url = {};  // Instead of a process of the function.
  std::chrono::milliseconds timeout{30'000};
};

struct InvocationResult {
  Outcome outcome;
  std::chrono::milliseconds duration{0};  // With the start of the process, which Lambda counts apart.
};

// Starts the function, invokes it once, ends it; its log goes to the console. A process that ends by itself
// is not started again. Blocks the main thread (see Child); SIGINT and SIGTERM cut it short. Error: the
// function was not invoked.
[[nodiscard]] base::Result<InvocationResult> invoke_once(const SingleInvocation& invocation,
                                                         const std::string& payload, Console& console);

}  // namespace penstock::local
