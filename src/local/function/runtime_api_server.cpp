#include "local/function/runtime_api_server.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <utility>

#include "json/object_writer.h"
#include "json/parse.h"
#include "json/view.h"
#include "local/function/random_id.h"

namespace penstock::local {
namespace {

constexpr std::string_view kRoot = "/2018-06-01/runtime/";
constexpr std::chrono::milliseconds kStopStep{50};  // The time until invoke() notices a stop.
constexpr std::chrono::seconds kSlack{5};  // For the io_context's thread to report a time-out.

// Returns a random trace id in X-Ray's format: "Root=1-SECONDS-…;Parent=…;Sampled=0".
std::string trace_id(base::SystemTime now) {
  std::array<char, 16> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%08llx",
                static_cast<unsigned long long>(std::chrono::system_clock::to_time_t(now)));
  return "Root=1-" + std::string(seconds.data()) + "-" + random_hex(24) +
         ";Parent=" + random_hex(16) + ";Sampled=0";
}

http::Reply answer(unsigned status, std::string body) {
  http::Reply reply;
  reply.response.status = status;
  reply.response.set_content_type(http::kJson);
  reply.response.body = std::move(body);
  return reply;
}

http::Reply accepted() {
  return answer(202, R"({"status":"OK"})");
}

http::Reply refused(unsigned status, std::string_view type, std::string_view message) {
  std::string body;
  json::ObjectWriter(body).member("errorMessage", message).member("errorType", type).end();
  return answer(status, std::move(body));
}

// Reads a function's error report.
InvocationOutcome reported_error(const http::RequestMessage& request) {
  InvocationOutcome outcome{
      .error_type = std::string(request.header("Lambda-Runtime-Function-Error-Type")),
      .error_message = {}};
  if (const auto report = json::parse(request.body, json::kLenient)) {
    const auto type = json::text(json::find(*report, "errorType")).value_or("");
    if (!type.empty()) outcome.error_type = type;
    outcome.error_message = json::text(json::find(*report, "errorMessage")).value_or("");
  }
  if (outcome.error_type.empty()) outcome.error_type = "Runtime.Unknown";
  return outcome;
}

std::string task_timed_out(std::chrono::milliseconds timeout) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "Task timed out after %.2f seconds",
                static_cast<double>(timeout.count()) / 1000);
  return text.data();
}

InvocationOutcome exit_error(const std::string& how) {
  return {.error_type = "Runtime.ExitError",
          .error_message = "the function's process ended with " + how};
}

}  // namespace

RuntimeApiServer::RuntimeApiServer(boost::asio::io_context& io, Settings settings,
                                   std::function<void()> kill_function)
    : io_(io),
      settings_(std::move(settings)),
      kill_function_(std::move(kill_function)),
      timeout_timer_(io),
      wake_(io) {}

InvocationOutcome RuntimeApiServer::invoke(const std::string& payload, std::stop_token stop) {
  auto invocation = std::make_shared<Invocation>();
  invocation->id = random_uuid();
  invocation->payload = payload;
  auto outcome = invocation->promise.get_future();
  boost::asio::post(io_, [this, invocation] { accept(invocation); });
  const auto deadline = std::chrono::steady_clock::now() +
                        std::max(settings_.timeout, kInitPatience) + settings_.timeout + kSlack;
  while (outcome.wait_for(kStopStep) != std::future_status::ready) {
    const bool stopped = stop.stop_requested();
    if (!stopped && std::chrono::steady_clock::now() < deadline) continue;
    boost::asio::post(io_, [this, invocation] { finish(invocation, {}); });
    return {.error_type = "Penstock.Abandoned",
            .error_message = stopped ? "the program is stopping" : "there was no outcome in time"};
  }
  return outcome.get();
}

void RuntimeApiServer::accept(std::shared_ptr<Invocation> invocation) {
  if (current_ || closed_) {
    invocation->promise.set_value(
        {.error_type = "TooManyRequestsException",
         .error_message =
             closed_ ? "the program is stopping" : "the function is busy with another invocation"});
    return;
  }
  current_ = std::move(invocation);
  if (ended_for_good_) return finish(current_, *ended_for_good_);
  start_timeout(std::max(settings_.timeout, kInitPatience));
  wake_.set();
}

void RuntimeApiServer::finish(std::shared_ptr<Invocation> invocation, InvocationOutcome outcome) {
  if (!invocation || invocation != current_) return;
  outcome.request_id = invocation->id;
  timeout_timer_.cancel();
  current_.reset();
  invocation->promise.set_value(std::move(outcome));
}

void RuntimeApiServer::start_timeout(std::chrono::milliseconds time) {
  timeout_timer_.expires_after(time);
  timeout_timer_.async_wait(
      [this, watched = std::weak_ptr(current_)](const boost::system::error_code& cancelled) {
        if (!cancelled && watched.lock() == current_ &&
            timeout_timer_.expiry() <= std::chrono::steady_clock::now()) {
          fail_timed_out();
        }
      });
}

void RuntimeApiServer::fail_timed_out() {
  if (!current_) return;
  if (current_->handed_over) {
    finish(current_,
           {.error_type = "Sandbox.Timedout", .error_message = task_timed_out(settings_.timeout)});
  } else {
    finish(current_, {.error_type = "Runtime.InitTimeout",
                      .error_message = "the function did not ask for its invocation"});
  }
  kill_function_();
}

void RuntimeApiServer::function_ended(const std::string& how) {
  ++newest_poll_;  // Cancels the request of the process that has ended.
  wake_.set();
  if (current_ && current_->handed_over) finish(current_, exit_error(how));
}

void RuntimeApiServer::function_ended_for_good(const std::string& how) {
  ended_for_good_ = init_error_.value_or(exit_error(how));
  function_ended(how);
  finish(current_, *ended_for_good_);
}

void RuntimeApiServer::close() {
  closed_ = true;
  wake_.set();
  finish(current_,
         {.error_type = "Penstock.Abandoned", .error_message = "the program is stopping"});
}

async::Awaitable<http::Reply> RuntimeApiServer::handle(const http::RequestMessage& request) {
  std::string_view path = request.target();
  const bool known = path.starts_with(kRoot);
  if (known) path.remove_prefix(kRoot.size());
  if (known && path == "invocation/next" && request.verb == http::Verb::get) {
    co_return co_await next();
  } else if (known && path == "init/error" && request.verb == http::Verb::post) {
    if (!current_) init_error_ = reported_error(request);
    finish(current_, reported_error(request));
    co_return accepted();
  } else if (known && path.starts_with("invocation/") && path.ends_with("/response") &&
             request.verb == http::Verb::post) {
    co_return response(request);
  } else if (known && path.starts_with("invocation/") && path.ends_with("/error") &&
             request.verb == http::Verb::post) {
    co_return error(request);
  } else {
    co_return refused(404, "NotFound", "the Runtime API has no such resource");
  }
}

async::Awaitable<http::Reply> RuntimeApiServer::next() {
  const uint64_t mine = ++newest_poll_;
  while (mine == newest_poll_ && !closed_ && (!current_ || current_->handed_over)) {
    wake_.reset();
    co_await wake_.wait_until(std::chrono::steady_clock::time_point::max());
  }
  if (mine != newest_poll_ || closed_) {
    co_return refused(
        503, "Superseded",
        closed_ ? "the program is stopping" : "a newer request waits for the next invocation");
  }
  current_->handed_over = true;
  const auto now = std::chrono::system_clock::now();
  const auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(
      (now + settings_.timeout).time_since_epoch());
  start_timeout(settings_.timeout);
  http::Reply reply = answer(200, current_->payload);
  reply.response.add_header("Lambda-Runtime-Aws-Request-Id", current_->id);
  reply.response.add_header("Lambda-Runtime-Deadline-Ms", std::to_string(deadline.count()));
  reply.response.add_header("Lambda-Runtime-Invoked-Function-Arn", settings_.function_arn);
  reply.response.add_header("Lambda-Runtime-Trace-Id", trace_id(now));
  co_return reply;
}

bool RuntimeApiServer::is_current(std::string_view id) const {
  return current_ && current_->handed_over && current_->id == id;
}

namespace {

// Returns the ID in "…/invocation/ID/response".
std::string_view invocation_id(std::string_view target) {
  target.remove_prefix(kRoot.size() + std::string_view("invocation/").size());
  return target.substr(0, target.find('/'));
}

}  // namespace

http::Reply RuntimeApiServer::response(const http::RequestMessage& request) {
  if (!is_current(invocation_id(request.target()))) {
    return refused(400, "InvalidRequestID", "Invalid request ID");
  }
  const std::string& body = request.body;
  if (body.size() > kResponseBytesMax) {
    const std::string why = "Response payload size exceeded maximum allowed payload size (" +
                            std::to_string(kResponseBytesMax) + " bytes).";
    finish(current_, {.error_type = "Function.ResponseSizeTooLarge", .error_message = why});
    return refused(413, "RequestEntityTooLarge", why);
  }
  finish(current_, {.response = body});
  return accepted();
}

http::Reply RuntimeApiServer::error(const http::RequestMessage& request) {
  if (!is_current(invocation_id(request.target()))) {
    return refused(400, "InvalidRequestID", "Invalid request ID");
  }
  finish(current_, reported_error(request));
  return accepted();
}

}  // namespace penstock::local
