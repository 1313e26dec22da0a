#include "local/function/runtime_api_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "local/function/random_id.h"
#include "local/function/runtime_api_messages.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kStopStep{50};  // The time until invoke() notices a stop.
constexpr std::chrono::seconds kSlack{5};  // For the io_context's thread to report a time-out.
// The trailers of a streamed response hold a whole error report in base64, with its stack trace.
constexpr int64_t kHeaderBytesMax = 256 * 1024;
// So much of a response that is too large is read and dropped.
constexpr int64_t kDroppedBytesMax = 64 * 1024 * 1024;

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

InvocationOutcome stopping() {
  return {.error_type = "Penstock.Abandoned", .error_message = "the program is stopping"};
}

InvocationOutcome refused_response(std::string_view refusal) {
  return {.error_type = "Penstock.BadRequest",
          .error_message = "the function's answer was refused: " + std::string(refusal)};
}

http::Reply invalid_request_id() {
  return refused_reply(400, "InvalidRequestID", "Invalid request ID");
}

// Says whether the client of a connection has closed it. Its bytes, if there are any, stay there.
bool is_closed(int connection) {
  char byte = 0;
  const ssize_t count = ::recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

}  // namespace

RuntimeApiServer::RuntimeApiServer(boost::asio::io_context& io, Settings settings, Hooks hooks)
    : io_(io), settings_(std::move(settings)), hooks_(std::move(hooks)), patience_timer_(io) {}

// The only client is one function, which may work for hours between two requests, which may stream
// a response for as long as it may run, and which may leave its connections open.
http::Limits RuntimeApiServer::http_limits(const Settings& settings) {
  http::Limits limits;
  limits.header_bytes_max = kHeaderBytesMax;
  limits.body_bytes_max = static_cast<int64_t>(kResponseBytesMax);
  // A runtime's next request comes on the same connection.
  limits.dropped_bytes_max = kDroppedBytesMax;
  limits.body_timeout = settings.timeout + kSlack;
  limits.requests_per_connection_max = 1'000'000'000;
  limits.connections_max = 16 + 2 * static_cast<int64_t>(settings.max_concurrency);
  // Each connection may hold an event or an answer, and both are bounded by themselves.
  limits.buffered_bytes_max =
      limits.connections_max * 2 * (limits.body_bytes_max + kHeaderBytesMax);
  limits.idle_timeout = std::chrono::hours(24);
  return limits;
}

InvocationOutcome RuntimeApiServer::invoke(const Payload& payload, std::stop_token stop) {
  auto invocation = std::make_shared<Invocation>();
  invocation->id = random_uuid();
  invocation->payload = payload;
  auto outcome = invocation->promise.get_future();
  boost::asio::post(io_, lifetime_.guard([this, invocation] { accept(invocation); }));
  // A function that asks for fewer invocations than it may get lets some wait for the others.
  const auto deadline = steady_clock::now() + std::max(settings_.timeout, kInitPatience) +
                        static_cast<int64_t>(settings_.max_concurrency) * settings_.timeout +
                        kSlack;
  while (outcome.wait_for(kStopStep) != std::future_status::ready) {
    const bool stopped = stop.stop_requested();
    if (!stopped && steady_clock::now() < deadline) continue;
    boost::asio::post(io_, lifetime_.guard([this, invocation] { finish_one(invocation, {}); }));
    if (stopped) return stopping();
    return {.error_type = "Penstock.Abandoned", .error_message = "there was no outcome in time"};
  }
  return outcome.get();
}

void RuntimeApiServer::accept(InvocationPointer invocation) {
  if (closed_ || waiting_.size() + running_.size() >= settings_.max_concurrency) {
    InvocationOutcome refused{.error_type = "TooManyRequestsException"};
    refused.error_message = closed_ ? "the program is stopping"
                            : settings_.max_concurrency == 1
                                ? "the function is busy with another invocation"
                                : "the function is busy with other invocations";
    invocation->promise.set_value(std::move(refused));
    return;
  }
  if (waiting_.empty()) start_patience();
  waiting_.push_back(std::move(invocation));
  if (ended_for_good_) return finish_all_waiting(*ended_for_good_);
  hand_over();
}

void RuntimeApiServer::hand_over() {
  while (!waiting_.empty() && !polls_.empty() && running_.size() < settings_.max_concurrency) {
    const auto poll = polls_.front();
    polls_.pop_front();
    // A client that has gone would lose the invocation until its time-out.
    if (!is_closed(poll->connection)) {
      poll->invocation = waiting_.front();
      waiting_.pop_front();
      run(poll->invocation);
    }
    poll->ended.set();
  }
}

void RuntimeApiServer::run(InvocationPointer invocation) {
  const std::string id = invocation->id;
  Running& running = running_
                         .emplace(id, Running{std::move(invocation),
                                              boost::asio::steady_timer(io_, settings_.timeout)})
                         .first->second;
  running.timeout.async_wait(
      lifetime_.guard([this, id](const boost::system::error_code& cancelled) {
        if (cancelled || !running_.contains(id)) return;
        finish_running(id, {.error_type = "Sandbox.Timedout",
                            .error_message = task_timed_out(settings_.timeout)});
        if (settings_.max_concurrency == 1) hooks_.kill_function();
      }));
  if (!waiting_.empty()) start_patience();  // The function works, so they may wait again.
  if (hooks_.busy) hooks_.busy(id, true);
}

void RuntimeApiServer::finish_one(const InvocationPointer& invocation, InvocationOutcome outcome) {
  const bool ran = running_.erase(invocation->id) > 0;
  if (!ran && std::erase(waiting_, invocation) == 0) return;
  if (ran && hooks_.busy) hooks_.busy(invocation->id, false);
  outcome.request_id = invocation->id;
  invocation->promise.set_value(std::move(outcome));
  if (waiting_.empty()) {
    patience_timer_.cancel();
  } else {
    hand_over();
  }
}

void RuntimeApiServer::finish_running(std::string_view id, InvocationOutcome outcome) {
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  const InvocationPointer invocation = found->second.invocation;
  finish_one(invocation, std::move(outcome));
}

void RuntimeApiServer::finish_all_waiting(const InvocationOutcome& outcome) {
  while (!waiting_.empty()) {
    const InvocationPointer invocation = waiting_.back();
    finish_one(invocation, outcome);
  }
}

void RuntimeApiServer::finish_all_running(const InvocationOutcome& outcome) {
  while (!running_.empty()) {
    const InvocationPointer invocation = running_.begin()->second.invocation;
    finish_one(invocation, outcome);
  }
}

void RuntimeApiServer::start_patience() {
  patience_timer_.expires_after(std::max(settings_.timeout, kInitPatience));
  patience_timer_.async_wait(lifetime_.guard([this](const boost::system::error_code& cancelled) {
    if (!cancelled && patience_timer_.expiry() <= steady_clock::now()) fail_unasked();
  }));
}

void RuntimeApiServer::fail_unasked() {
  if (waiting_.empty()) return;
  // Those that run have time-outs of their own.
  if (!running_.empty()) return start_patience();
  finish_all_waiting({.error_type = "Runtime.InitTimeout",
                      .error_message = "the function did not ask for its invocation"});
  hooks_.kill_function();
}

void RuntimeApiServer::end_polls() {
  for (const auto& poll : std::exchange(polls_, {})) poll->ended.set();
}

void RuntimeApiServer::function_ended(const std::string& how) {
  end_polls();  // They are requests of the process that has ended.
  finish_all_running(exit_error(how));
}

void RuntimeApiServer::function_ended_for_good(const std::string& how) {
  ended_for_good_ = init_error_.value_or(exit_error(how));
  function_ended(how);
  finish_all_waiting(*ended_for_good_);
}

void RuntimeApiServer::close() {
  closed_ = true;
  end_polls();
  finish_all_running(stopping());
  finish_all_waiting(stopping());
}

async::Awaitable<http::Reply> RuntimeApiServer::handle(const http::RequestMessage& request) {
  const auto [call, id] = runtime_api_request(request);
  switch (call) {
    case RuntimeApiCall::next:
      co_return co_await next(request.connection);
    case RuntimeApiCall::init_error:
      if (waiting_.empty()) init_error_ = reported_error(request);
      finish_all_waiting(reported_error(request));
      co_return accepted_reply();
    case RuntimeApiCall::response:
      co_return response(request, id);
    case RuntimeApiCall::error:
      co_return error(request, id);
    case RuntimeApiCall::unknown:
      break;
  }
  co_return refused_reply(404, "NotFound", "the Runtime API has no such resource");
}

async::Awaitable<http::Reply> RuntimeApiServer::next(int connection) {
  ++poll_count_;
  if (hooks_.asked) hooks_.asked();
  const auto poll = std::make_shared<Poll>(
      Poll{.ended = async::Latch(io_), .connection = connection, .invocation = nullptr});
  if (!closed_) {
    // One request too many most likely takes the place of one whose client has gone.
    if (polls_.size() >= settings_.max_concurrency) {
      auto replaced = std::find_if(polls_.begin(), polls_.end(),
                                   [](const auto& other) { return is_closed(other->connection); });
      if (replaced == polls_.end()) replaced = polls_.begin();
      (*replaced)->ended.set();
      polls_.erase(replaced);
    }
    polls_.push_back(poll);
    hand_over();
    co_await poll->ended.wait_until(steady_clock::time_point::max());
  }
  if (!poll->invocation) {
    co_return refused_reply(
        503, "Superseded",
        closed_ ? "the program is stopping" : "a newer request waits for the next invocation");
  }
  const Invocation& invocation = *poll->invocation;
  co_return invocation_reply(invocation.id, invocation.payload, settings_.function_arn,
                             settings_.timeout);
}

http::Reply RuntimeApiServer::response(const http::RequestMessage& request, std::string_view id) {
  if (!running_.contains(id)) return invalid_request_id();
  // A stream that broke off in the function is no answer.
  if (auto failure = trailing_error(request)) {
    finish_running(id, std::move(*failure));
  } else {
    finish_running(id, {.response = request.body});
  }
  return accepted_reply();
}

http::Reply RuntimeApiServer::error(const http::RequestMessage& request, std::string_view id) {
  if (!running_.contains(id)) return invalid_request_id();
  finish_running(id, reported_error(request));
  return accepted_reply();
}

void RuntimeApiServer::body_failed(const http::RequestMessage& request, std::string_view refusal) {
  finish_running(runtime_api_request(request).invocation_id,
                 refusal.empty() ? truncated_response() : refused_response(refusal));
}

http::Reply RuntimeApiServer::too_large(const http::RequestMessage& request) {
  finish_running(runtime_api_request(request).invocation_id, response_too_large());
  return refused_reply(413, "RequestEntityTooLarge", response_too_large().error_message);
}

}  // namespace penstock::local
