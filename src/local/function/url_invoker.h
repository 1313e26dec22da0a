#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "local/function/invoker.h"
#include "net/http_client.h"

namespace penstock::local {

// Invokes a function by HTTP, at the Runtime Interface Emulator of a container image:
// http://HOST:PORT/2015-03-31/functions/function/invocations. The emulator reports a function's
// errors only in the body: it sets neither the header X-Amz-Function-Error nor another status.
class UrlInvoker final : public Invoker {
 public:
  // Makes an invoker, which sends nothing yet. `timeout` bounds an invocation. The error is
  // `invalid`: the text is not an http:// URL.
  [[nodiscard]] static base::Result<UrlInvoker> at(std::string_view url,
                                                   std::chrono::milliseconds timeout);

  // Notices a stop only before it begins, because a request cannot be cancelled by HTTP.
  [[nodiscard]] InvocationOutcome invoke(const Payload& payload, std::stop_token stop) override;

 private:
  UrlInvoker(net::HttpClient client, std::string target, std::chrono::milliseconds timeout);

  net::HttpClient client_;
  std::string target_;
  std::chrono::milliseconds timeout_;
};

// Interprets the emulator's answer. An object is an error if it has an `errorMessage` that is not
// null, or a text as `errorType`, unless its `batchItemFailures` is there and not null. What cannot
// be read but begins an object and has one of the two names is an error, too, so that no offset is
// stored behind an error. After a failed start or the end of the process the emulator answers 502
// with the error. (Tried with the emulator's version bef5c4ba774d.)
[[nodiscard]] InvocationOutcome outcome_of(const net::HttpResponse& response);

}  // namespace penstock::local
