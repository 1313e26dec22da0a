#include "lambda/runtime_api_client.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/number_text.h"
#include "json/object_writer.h"

namespace penstock::lambda {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::string_view kPrefix = "/2018-06-01/runtime/";
constexpr std::chrono::seconds kPostTimeout{10};
constexpr size_t kRequestIdMax = 128;  // AWS's ids are UUIDs with 36 characters.

// Says whether the id can be used. It becomes a part of a path.
bool is_request_id(std::string_view id) {
  return !id.empty() && id.size() <= kRequestIdMax && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

Error misbehaves(std::string detail) {
  return {ErrorCode::internal, "the Lambda Runtime API sent an unexpected answer",
          std::move(detail)};
}

}  // namespace

Result<RuntimeApiClient> RuntimeApiClient::at(std::string_view address, net::ClientLimits limits) {
  const size_t colon = address.rfind(':');
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);  // [::1]:9001
  }
  const auto port = colon == std::string_view::npos
                        ? std::nullopt
                        : base::whole_number<uint16_t>(address.substr(colon + 1));
  if (host.empty() || !port || *port == 0) {
    return Error{ErrorCode::invalid,
                 "\"" + std::string(address) + "\" is not an address such as 127.0.0.1:9001"};
  }
  return RuntimeApiClient(net::HttpClient(std::string(host), *port, limits));
}

Result<Invocation> RuntimeApiClient::next() {
  auto response = client_.request({net::HttpMethod::get, std::string(kPrefix) + "invocation/next"},
                                  std::nullopt);
  if (!response) return response.error();
  if (response->status != 200) {
    return misbehaves("next: status " + std::to_string(response->status));
  }
  const std::string_view id = response->header("Lambda-Runtime-Aws-Request-Id");
  if (!is_request_id(id)) return misbehaves("next: no valid Lambda-Runtime-Aws-Request-Id");
  const auto deadline = base::whole_number<int64_t>(response->header("Lambda-Runtime-Deadline-Ms"));
  // A later time would overflow a time point in nanoseconds (year 2262).
  if (!deadline || *deadline > 9'000'000'000'000) {
    return misbehaves("next: no valid Lambda-Runtime-Deadline-Ms");
  }
  return Invocation{
      .request_id = std::string(id),
      .deadline = base::SystemTime(std::chrono::milliseconds(*deadline)),
      .function_arn = std::string(response->header("Lambda-Runtime-Invoked-Function-Arn")),
      .trace_id = std::string(response->header("Lambda-Runtime-Trace-Id")),
      .body = std::move(response->body)};
}

Result<> RuntimeApiClient::respond(std::string_view request_id, std::string_view json) {
  return post("invocation/" + std::string(request_id) + "/response", json, {});
}

Result<> RuntimeApiClient::report_error(std::string_view request_id, const InvocationError& error) {
  return post_error("invocation/" + std::string(request_id) + "/error", error);
}

Result<> RuntimeApiClient::report_init_error(const InvocationError& error) {
  return post_error("init/error", error);
}

Result<> RuntimeApiClient::post_error(std::string target, const InvocationError& error) {
  std::string json;
  json::ObjectWriter(json)
      .member("errorMessage", error.message)
      .member("errorType", error.type)
      .json("stackTrace", "[]")
      .end();
  return post(std::move(target), json,
              {{"Lambda-Runtime-Function-Error-Type", base::WipedText(error.type)}});
}

Result<> RuntimeApiClient::post(std::string target, std::string_view json,
                                net::HttpHeaders headers) {
  headers.emplace_back("Content-Type", "application/json");
  const net::HttpRequest request{net::HttpMethod::post, std::string(kPrefix) + target,
                                 std::move(headers), json};
  const auto response = client_.request(request, kPostTimeout);
  if (!response) return response.error();
  if (response->status >= 200 && response->status < 300) return {};
  const std::string detail = target + ": status " + std::to_string(response->status);
  // The API answers 400, 403 and 413 if only this invocation is wrong. Status 500 means that the
  // runtime should exit promptly.
  if (response->status >= 400 && response->status < 500) {
    return Error{ErrorCode::refused, "the Lambda Runtime API rejected the answer", detail};
  }
  return misbehaves(detail);
}

}  // namespace penstock::lambda
