#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_text.h"
#include "net/http_client.h"

namespace penstock::lambda {

struct Invocation {
  std::string request_id;
  base::SystemTime deadline;
  std::string function_arn;
  std::string trace_id;  // May be empty.
  std::string body;      // JSON, of whoever invoked the function.
};

// Why an invocation, or the start, failed.
struct InvocationError {
  std::string type;  // "Function.MalformedEvent"
  std::string message;
};

// The function's side of the Lambda Runtime API (AWS, "Using the Lambda runtime API for custom
// runtimes"), version 2018-06-01. Its calls block; it is for one thread at a time.
//
// Errors of all calls: refused, when the API rejects this call but goes on; anything else says that
// the API is gone, or in a state that AWS tells a runtime to exit in.
class RuntimeApiClient {
 public:
  // A client of the API at `address`; nothing is asked of it yet. `address` is that of the variable
  // AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001". Error: invalid.
  [[nodiscard]] static base::Result<RuntimeApiClient> at(std::string_view address,
                                                         net::ClientLimits limits = {});

  // Waits for the next invocation, for as long as it takes: Lambda freezes the process meanwhile.
  [[nodiscard]] base::Result<Invocation> next();
  // Ends an invocation with a response in JSON, or with an error.
  [[nodiscard]] base::Result<> respond(std::string_view request_id, std::string_view json);
  [[nodiscard]] base::Result<> report_error(std::string_view request_id,
                                            const InvocationError& error);
  // Says that the function cannot start. It comes instead of the first next().
  [[nodiscard]] base::Result<> report_init_error(const InvocationError& error);

 private:
  explicit RuntimeApiClient(net::HttpClient client) : client_(std::move(client)) {}

  base::Result<> post(std::string target, std::string_view json, net::HttpHeaders headers);
  base::Result<> post_error(std::string target, const InvocationError& error);

  net::HttpClient client_;
};

}  // namespace penstock::lambda
