#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "local/function/invoker.h"
#include "net/http_client.h"

namespace penstock::local {

// Invokes by HTTP, as the Runtime Interface Emulator of a container image takes it:
// http://HOST:PORT/2015-03-31/functions/function/invocations. The emulator has neither the header
// X-Amz-Function-Error nor a status for a function's errors: its body tells them.
class UrlInvoker final : public Invoker {
 public:
  // Makes an invoker; nothing is sent yet. `timeout` bounds an invocation. The error is `invalid`:
  // this is no http:// URL.
  [[nodiscard]] static base::Result<UrlInvoker> at(std::string_view url,
                                                   std::chrono::milliseconds timeout);

  // Sees a stop only before it begins: HTTP has no word for it.
  [[nodiscard]] InvocationOutcome invoke(const std::string& payload, std::stop_token stop) override;

 private:
  UrlInvoker(net::HttpClient client, std::string target, std::chrono::milliseconds timeout);

  net::HttpClient client_;
  std::string target_;
  std::chrono::milliseconds timeout_;
};

// What an answer of such a URL means.
[[nodiscard]] InvocationOutcome outcome_of(const net::HttpResponse& response);

}  // namespace penstock::local
