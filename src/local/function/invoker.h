#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>

#include "local/records/event_payload.h"

namespace penstock::local {

// Says how an invocation of the function has ended. It has succeeded if there is no error type.
struct InvocationOutcome {
  std::string request_id = {};  // Empty if the function was not invoked.
  std::string response = {};    // The function's response, which should be JSON.
  // The type of error, as Lambda names it ("Runtime.ExitError", "Sandbox.Timedout"), as the
  // function names it, or as this program does ("Penstock.Abandoned", "Penstock.Busy").
  std::string error_type = {};
  std::string error_message = {};

  [[nodiscard]] bool succeeded() const { return error_type.empty(); }
  // Returns the error as "TYPE: MESSAGE", for a line that someone reads: both are the function's,
  // so it is base::printable(), and has at most kErrorTextMax bytes.
  [[nodiscard]] std::string error_text() const;

  static constexpr size_t kErrorTextMax = 1'000;
};

// Invokes a function with events.
class Invoker {
 public:
  // Limits a response, in bytes. It is the number in the error message of AWS, which calls it 6 MB.
  static constexpr size_t kResponseBytesMax = 6'291'556;

  virtual ~Invoker() = default;

  // Invokes the function with this event. Blocks until the function has answered or its time-out
  // has passed. A requested stop soon ends the call with an error. It is for one call at a time,
  // unless the class says otherwise.
  [[nodiscard]] virtual InvocationOutcome invoke(const Payload& payload, std::stop_token stop) = 0;
  // Does the same, but fails with "Penstock.Busy" if the function is busy with other invocations
  // for as long as `patience`. By default, no invocation waits for others.
  [[nodiscard]] virtual InvocationOutcome invoke_soon(const Payload& payload,
                                                      std::chrono::milliseconds /*patience*/,
                                                      std::stop_token stop) {
    return invoke(payload, std::move(stop));
  }
};

// Returns the outcome of an invocation whose response is larger than Invoker::kResponseBytesMax.
[[nodiscard]] InvocationOutcome response_too_large();
// Returns the outcome of an invocation whose response broke off.
[[nodiscard]] InvocationOutcome truncated_response();

}  // namespace penstock::local
