#include "local/function/invoker.h"

#include "base/printable_text.h"

namespace penstock::local {

std::string InvocationOutcome::error_text() const {
  return base::printable(error_type + ": " + error_message, kErrorTextMax);
}

InvocationOutcome response_too_large() {
  return {.error_type = "Function.ResponseSizeTooLarge",
          .error_message = "Response payload size exceeded maximum allowed payload size (" +
                           std::to_string(Invoker::kResponseBytesMax) + " bytes)."};
}

InvocationOutcome truncated_response() {
  return {.error_type = "Runtime.TruncatedResponse",
          .error_message = "the function's answer ended before it was complete"};
}

}  // namespace penstock::local
