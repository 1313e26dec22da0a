#include "local/function/url_invoker.h"

#include <utility>

#include "aws/credentials/endpoint.h"
#include "json/parse.h"
#include "json/view.h"
#include "local/function/random_id.h"

namespace penstock::local {
namespace {

// Added to the function's time-out for its start and for the network.
constexpr std::chrono::milliseconds kSlack{5'000};
constexpr size_t kShownMax = 500;  // The bytes of an answer that an error message shows.

// The emulator's answer begins so if a function takes too long.
constexpr std::string_view kTimedOut = "Task timed out after";

bool is_there(const boost::json::value* member) {
  return member != nullptr && !member->is_null();
}

bool is_error(const boost::json::value& body) {
  if (is_there(json::find(body, "batchItemFailures"))) return false;
  return is_there(json::find(body, "errorMessage")) || json::text(json::find(body, "errorType"));
}

// Says whether a text that the JSON reader refuses (its depth, its UTF-8) looks like an error.
bool looks_like_error(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && text[begin] == '{' &&
         (text.find("\"errorMessage\"") != std::string_view::npos ||
          text.find("\"errorType\"") != std::string_view::npos);
}

// Says whether the connection ended in the middle of the answer.
bool broke_off(const base::Error& error) {
  return error.code == base::ErrorCode::unavailable &&
         error.detail.starts_with(net::kReceivingAnswer);
}

InvocationOutcome failed_request(const base::Error& error) {
  if (error.code == base::ErrorCode::too_large) return response_too_large();
  if (broke_off(error)) return truncated_response();
  return {.error_type = "Penstock.NoAnswer", .error_message = base::describe(error)};
}

}  // namespace

InvocationOutcome outcome_of(const net::HttpResponse& response) {
  const std::string shown(std::string_view(response.body).substr(0, kShownMax));
  const auto body = json::parse(response.body, json::kLenient);
  const boost::json::value* report = body ? &*body : nullptr;
  const auto type = json::text(json::find(report, "errorType"));
  auto message = json::text(json::find(report, "errorMessage"));
  if (message && message->empty()) message.reset();
  if (response.status == 502) {
    return {.error_type = std::string(type.value_or("Runtime.ExitError")),
            .error_message = std::string(message.value_or(shown))};
  }
  if (response.status != 200) {
    return {.error_type = "Penstock.Status" + std::to_string(response.status),
            .error_message = shown};
  }
  if (response.body.starts_with(kTimedOut)) {
    return {.error_type = "Sandbox.Timedout", .error_message = shown};
  }
  const bool marked = !response.header("X-Amz-Function-Error").empty();
  if (marked || (report != nullptr ? is_error(*report) : looks_like_error(response.body))) {
    return {.error_type = std::string(type.value_or("Unhandled")),
            .error_message = std::string(message.value_or(shown))};
  }
  return {.response = std::string(response.body)};
}

base::Result<UrlInvoker> UrlInvoker::at(std::string_view text, std::chrono::milliseconds timeout) {
  const auto url = aws::Url::parse(text);
  if (!url) return url.error();
  if (url->tls) {
    return base::Error{base::ErrorCode::invalid, "an invoke URL must begin with http://"};
  }
  const net::ClientLimits limits{.transfer_timeout = timeout + kSlack,
                                 .body_bytes_max = kResponseBytesMax};
  return UrlInvoker(net::HttpClient(url->host, url->port, limits), url->target, timeout);
}

UrlInvoker::UrlInvoker(net::HttpClient client, std::string target,
                       std::chrono::milliseconds timeout)
    : client_(std::move(client)), target_(std::move(target)), timeout_(timeout) {}

InvocationOutcome UrlInvoker::invoke(const Payload& payload, std::stop_token stop) {
  if (stop.stop_requested()) {
    return {.error_type = "Penstock.Abandoned", .error_message = "the program is stopping"};
  }
  const net::HttpRequest request{
      net::HttpMethod::post, target_, {{"Content-Type", "application/json"}}, payload.bytes()};
  const auto response = client_.request(request, timeout_ + kSlack);
  InvocationOutcome outcome = response ? outcome_of(*response) : failed_request(response.error());
  outcome.request_id = random_uuid();  // The emulator does not return its own.
  return outcome;
}

}  // namespace penstock::local
