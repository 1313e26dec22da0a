#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_text.h"
#include "base/wiped_text.h"
#include "net/http_client.h"

namespace penstock::lambda {

// Describes one call of the function.
struct Invocation {
  std::string request_id;
  base::SystemTime deadline;
  std::string function_arn;
  std::string trace_id;  // May be empty.
  // This is the event, which is JSON from the caller of the function, not yet checked. Its type is
  // that of the HTTP client, so that up to 6 MB are moved and not copied.
  base::WipedText body;
};

// Says why an invocation, or the start of the function, failed.
struct InvocationError {
  std::string type;  // Such as "Function.MalformedEvent".
  std::string message;
};

// Calls the Lambda Runtime API for the function (AWS, "Using the Lambda runtime API for custom
// runtimes"), in version 2018-06-01. Its calls block, and one thread at a time may use it.
//
// All calls fail with `refused` if the API rejects only this call. Any other error means that the
// API is gone, or in a state in which AWS wants the runtime to exit.
class RuntimeApiClient {
 public:
  // Makes a client of the API at `address`, the value of the variable AWS_LAMBDA_RUNTIME_API, such
  // as "127.0.0.1:9001". It does not connect yet. Fails with `invalid` if it is not an address with
  // a port.
  [[nodiscard]] static base::Result<RuntimeApiClient> at(std::string_view address,
                                                         net::ClientLimits limits = {});

  // Waits for the next invocation, without a time-out, because Lambda freezes the process
  // meanwhile.
  [[nodiscard]] base::Result<Invocation> next();
  // End an invocation with a response in JSON, or with an error.
  [[nodiscard]] base::Result<> respond(std::string_view request_id, std::string_view json);
  [[nodiscard]] base::Result<> report_error(std::string_view request_id,
                                            const InvocationError& error);
  // Reports that the function cannot start. It replaces the first next().
  [[nodiscard]] base::Result<> report_init_error(const InvocationError& error);

 private:
  explicit RuntimeApiClient(net::HttpClient client) : client_(std::move(client)) {}

  base::Result<> post(std::string target, std::string_view json, net::HttpHeaders headers);
  base::Result<> post_error(std::string target, const InvocationError& error);

  net::HttpClient client_;
};

}  // namespace penstock::lambda
