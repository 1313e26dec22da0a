#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/message.h"
#include "http/server/service.h"
#include "local/function/invoker.h"

// This file has what the Runtime API reads from a function's requests and writes as its answers
// (version 2018-06-01, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
namespace penstock::local {

// Names the resources of the Runtime API. `response` and `error` belong to one invocation.
enum class RuntimeApiCall { next, init_error, response, error, unknown };

// Says what a request asks for. `invocation_id` is the id in the path of `response` and `error`,
// and empty for the others; it views the request.
struct RuntimeApiRequest {
  RuntimeApiCall call = RuntimeApiCall::unknown;
  std::string_view invocation_id = {};
};

[[nodiscard]] RuntimeApiRequest runtime_api_request(const http::RequestMessage& request);

// Returns the error that a function reports in the body of a request, or else in its header
// Lambda-Runtime-Function-Error-Type. A report without a message, or one that cannot be read, gets
// a message that says so.
[[nodiscard]] InvocationOutcome reported_error(const http::RequestMessage& request);

// Returns the error that a function reports behind a streamed response, in the trailers
// Lambda-Runtime-Function-Error-Type and Lambda-Runtime-Function-Error-Body, which is the report in
// base64 (AWS, "Building a custom runtime for AWS Lambda"). It is empty if there is none.
[[nodiscard]] std::optional<InvocationOutcome> trailing_error(const http::RequestMessage& request);

// Returns the answer to a request for the next invocation.
[[nodiscard]] http::Reply invocation_reply(const std::string& id, const Payload& payload,
                                           const std::string& function_arn,
                                           std::chrono::milliseconds timeout);
// Returns the answer to a response or an error that was taken: 202.
[[nodiscard]] http::Reply accepted_reply();
// Returns an answer that refuses a request, in the API's form of an error.
[[nodiscard]] http::Reply refused_reply(unsigned status, std::string_view type,
                                        std::string_view message);

}  // namespace penstock::local
