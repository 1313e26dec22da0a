#pragma once

#include <stop_token>
#include <string>

namespace penstock::local {

// Says how an invocation of the function has ended. It has succeeded if there is no error type.
struct InvocationOutcome {
  std::string request_id = {};  // Empty if the function was not invoked.
  std::string response = {};    // The function's response, which should be JSON.
  // The type of error, as Lambda names it ("Runtime.ExitError", "Sandbox.Timedout"), as the
  // function names it, or as this program does ("Penstock.Abandoned").
  std::string error_type = {};
  std::string error_message = {};

  [[nodiscard]] bool succeeded() const { return error_type.empty(); }
};

// Invokes a function with events.
class Invoker {
 public:
  virtual ~Invoker() = default;

  // Invokes the function with this event. Blocks until the function has answered or its time-out
  // has passed. A requested stop soon ends the call with an error. It is for one call at a time,
  // unless the class says otherwise.
  [[nodiscard]] virtual InvocationOutcome invoke(const std::string& payload,
                                                 std::stop_token stop) = 0;
};

}  // namespace penstock::local
