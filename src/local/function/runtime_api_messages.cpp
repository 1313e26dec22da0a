#include "local/function/runtime_api_messages.h"

#include <array>
#include <cstdio>
#include <utility>

#include "base/time_text.h"
#include "json/object_writer.h"
#include "json/parse.h"
#include "json/view.h"
#include "lambda/base64.h"
#include "local/function/random_id.h"

namespace penstock::local {
namespace {

constexpr std::string_view kRoot = "/2018-06-01/runtime/";
constexpr std::string_view kErrorType = "Lambda-Runtime-Function-Error-Type";
constexpr std::string_view kErrorBody = "Lambda-Runtime-Function-Error-Body";

http::Reply answer(unsigned status, std::string body) {
  http::Reply reply;
  reply.response.status = status;
  reply.response.set_content_type(http::kJson);
  reply.response.body = std::move(body);
  return reply;
}

// Returns a random trace id in X-Ray's format: "Root=1-SECONDS-…;Parent=…;Sampled=0".
std::string trace_id(base::SystemTime now) {
  std::array<char, 16> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%08llx",
                static_cast<unsigned long long>(std::chrono::system_clock::to_time_t(now)));
  return "Root=1-" + std::string(seconds.data()) + "-" + random_hex(24) +
         ";Parent=" + random_hex(16) + ";Sampled=0";
}

// The type in the report itself is preferred, because a header may have a shorter one.
InvocationOutcome error_of(std::string_view type, std::string_view report) {
  InvocationOutcome outcome{.error_type = std::string(type), .error_message = {}};
  const auto value = json::parse(report, json::kLenient);
  if (value) {
    const auto own_type = json::text(json::find(*value, "errorType")).value_or("");
    if (!own_type.empty()) outcome.error_type = own_type;
    outcome.error_message = json::text(json::find(*value, "errorMessage")).value_or("");
  }
  if (outcome.error_message.empty()) {
    outcome.error_message =
        value || report.empty()
            ? "the function's report of the error has no errorMessage"
            : "the function's report of the error cannot be read: " + value.error().message;
  }
  if (outcome.error_type.empty()) outcome.error_type = "Runtime.Unknown";
  return outcome;
}

}  // namespace

RuntimeApiRequest runtime_api_request(const http::RequestMessage& request) {
  std::string_view path = request.target();
  if (!path.starts_with(kRoot)) return {};
  path.remove_prefix(kRoot.size());
  const bool is_post = request.verb == http::Verb::post;
  if (path == "invocation/next" && request.verb == http::Verb::get) {
    return {RuntimeApiCall::next};
  }
  if (path == "init/error" && is_post) return {RuntimeApiCall::init_error};
  constexpr std::string_view kInvocation = "invocation/";
  if (!path.starts_with(kInvocation) || !is_post) return {};
  path.remove_prefix(kInvocation.size());
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view what = path.substr(slash);
  if (what == "/response") return {RuntimeApiCall::response, path.substr(0, slash)};
  if (what == "/error") return {RuntimeApiCall::error, path.substr(0, slash)};
  return {};
}

InvocationOutcome reported_error(const http::RequestMessage& request) {
  return error_of(request.header(kErrorType), request.body);
}

std::optional<InvocationOutcome> trailing_error(const http::RequestMessage& request) {
  const std::string_view type = request.trailer(kErrorType);
  const std::string_view encoded = request.trailer(kErrorBody);
  if (type.empty() && encoded.empty()) return std::nullopt;
  std::string report(lambda::base64_bytes_max(encoded.size()), '\0');
  const auto size = lambda::decode_base64(encoded, report.data());
  report.resize(size.value_or(0));
  InvocationOutcome outcome = error_of(type, report);
  if (!size) {
    outcome.error_message =
        "the trailer " + std::string(kErrorBody) + " of the function's answer is not base64";
  }
  return outcome;
}

http::Reply invocation_reply(const std::string& id, const Payload& payload,
                             const std::string& function_arn, std::chrono::milliseconds timeout) {
  const auto now = std::chrono::system_clock::now();
  const auto deadline =
      std::chrono::duration_cast<std::chrono::milliseconds>((now + timeout).time_since_epoch());
  http::Reply reply = answer(200, std::string(payload.bytes()));
  reply.response.add_header("Lambda-Runtime-Aws-Request-Id", id);
  reply.response.add_header("Lambda-Runtime-Deadline-Ms", std::to_string(deadline.count()));
  reply.response.add_header("Lambda-Runtime-Invoked-Function-Arn", function_arn);
  reply.response.add_header("Lambda-Runtime-Trace-Id", trace_id(now));
  return reply;
}

http::Reply accepted_reply() {
  return answer(202, R"({"status":"OK"})");
}

http::Reply refused_reply(unsigned status, std::string_view type, std::string_view message) {
  std::string body;
  json::ObjectWriter(body).member("errorMessage", message).member("errorType", type).end();
  return answer(status, std::move(body));
}

}  // namespace penstock::local
