#pragma once

#include <stop_token>
#include <string>

namespace penstock::local {

// How an invocation of the function has ended. It has succeeded if there is no error type.
struct InvocationOutcome {
  std::string request_id = {};  // Is empty if the function was not invoked.
  std::string response = {};    // What the function answered: JSON, if it is well-behaved.
  // What went wrong, named by Lambda ("Runtime.ExitError", "Sandbox.Timedout"), by the function
  // itself, or by us ("Penstock.Abandoned").
  std::string error_type = {};
  std::string error_message = {};

  [[nodiscard]] bool succeeded() const { return error_type.empty(); }
};

// Hands events to a function.
class Invoker {
 public:
  virtual ~Invoker() = default;

  // Invokes the function with this event. It blocks until the function has answered or its time-out
  // has passed; soon after a stop was requested it returns with an error. One call at a time.
  [[nodiscard]] virtual InvocationOutcome invoke(const std::string& payload,
                                                 std::stop_token stop) = 0;
};

}  // namespace penstock::local
