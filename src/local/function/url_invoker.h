#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "local/function/invoker.h"
#include "net/http_client.h"

namespace penstock::local {

// Invokes by HTTP: the Runtime Interface Emulator of a container image, at
// http://HOST:PORT/2015-03-31/functions/function/invocations. The emulator has neither the header
// X-Amz-Function-Error nor a status for errors: they are told by the body.
class UrlInvoker final : public Invoker {
 public:
  // Error: invalid.
  [[nodiscard]] static base::Result<UrlInvoker> at(std::string_view url, std::chrono::milliseconds timeout);

  // A stop is seen only when the invocation's time is over: HTTP has no word for it.
  [[nodiscard]] Outcome invoke(const std::string& payload, std::stop_token stop) override;

 private:
  UrlInvoker(net::HttpClient client, std::string target, std::chrono::milliseconds timeout);

  net::HttpClient client_;
  std::string target_;
  std::chrono::milliseconds timeout_;
};

// What an answer of such a URL means.
[[nodiscard]] Outcome outcome_of(const net::HttpResponse& response);

}  // namespace penstock::local
