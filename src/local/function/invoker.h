#pragma once

#include <stop_token>
#include <string>

namespace penstock::local {

// How an invocation ended. Without an error type it succeeded.
struct Outcome {
  std::string request_id = {};  // Empty: the function was not invoked.
  std::string response = {};
  std::string error_type =
      {};  // As Lambda names it, or the function itself: "Runtime.ExitError", "Sandbox.Timedout".
  std::string error_message = {};

  [[nodiscard]] bool succeeded() const { return error_type.empty(); }
};

// What the event source mapping sends its batches to.
class Invoker {
 public:
  virtual ~Invoker() = default;

  // Blocks until the function has answered or its time-out has passed, or soon after `stop` was requested:
  // then the outcome is an error. One call at a time.
  [[nodiscard]] virtual Outcome invoke(const std::string& payload, std::stop_token stop) = 0;
};

}  // namespace penstock::local
