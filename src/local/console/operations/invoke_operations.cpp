#include "local/console/operations/invoke_operations.h"

#include <boost/json/array.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/printable_text.h"
#include "base/utf8.h"
#include "local/console/operations/blocking_calls.h"
#include "local/console/operations/error_answer.h"
#include "local/console/operations/test_events.h"
#include "local/function/invocation_event.h"
#include "local/records/event_batch.h"

namespace penstock::local {
namespace {

using http::Answer;
using http::Request;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kFunctionPatience{30};
constexpr size_t kResponseMax = 1024 * 1024;
constexpr size_t kLineMax = 64 * 1024;

struct Shared {
  Shared(boost::asio::io_context& io, ShownFunction shown, InvocationLines& kept,
         std::stop_token stop)
      : function(std::move(shown)), lines(kept), files(io, stop, 1), invocations(io, stop, 1) {}

  const ShownFunction function;
  InvocationLines& lines;
  BlockingCalls files;
  BlockingCalls invocations;
};
using SharedPointer = std::shared_ptr<Shared>;

async::Awaitable<Answer> list_test_events(SharedPointer shared) {
  boost::json::array events;
  boost::json::array left_out;
  if (!shared->function.test_events.empty()) {
    std::function<base::Result<TestEvents>(std::stop_token)> work =
        [folder = shared->function.test_events](const std::stop_token&) {
          return read_test_events(folder);
        };
    const auto found = co_await shared->files.run(std::move(work));
    if (!found) co_return error_answer(found.error());
    for (const auto& event : found->events) {
      events.push_back(boost::json::object{{"name", event.name}, {"text", event.text}});
    }
    for (const auto& [name, reason] : found->left_out) {
      left_out.push_back(boost::json::object{{"name", name}, {"reason", reason}});
    }
  }
  co_return http::json(
      boost::json::object{{"test_events", std::move(events)}, {"left_out", std::move(left_out)}});
}

struct Invocation {
  InvocationOutcome outcome;
  std::vector<std::string> log;
  std::chrono::nanoseconds duration{0};
};

Invocation invoke(Invoker& invoker, InvocationLines& lines, const std::string& event,
                  std::stop_token stop) {
  const auto began = steady_clock::now();
  lines.begin();
  Invocation invocation;
  invocation.outcome = invoker.invoke_soon(event, kFunctionPatience, std::move(stop));
  invocation.duration = steady_clock::now() - began;
  invocation.log = lines.take(invocation.outcome.request_id);
  return invocation;
}

// Returns a response that is UTF-8 as it is, up to a bound.
std::string shown_response(std::string response) {
  if (!base::is_utf8(response)) return base::printable(response, kResponseMax);
  if (response.size() <= kResponseMax) return response;
  response.resize(kResponseMax);
  while (!response.empty() && !base::is_utf8(response)) response.pop_back();
  return response + "…";
}

async::Awaitable<Answer> invoke_function(SharedPointer shared, const Request& request) {
  const std::string event(request.body().get_object().at("event").get_string());
  if (event.size() >= EventBatch::kEventBytesMax) {
    co_return refusal(413, "the event has " + std::to_string(event.size()) +
                               " bytes, and AWS accepts less than 6291456");
  }
  if (const auto json = check_json(event); !json) {
    co_return refusal(400, "the event: " + json.error().message);
  }
  Invoker* const invoker = shared->function.invoker();
  if (invoker == nullptr) co_return refusal(404, "no function runs that could be invoked");
  std::function<base::Result<Invocation>(std::stop_token)> work = [shared, invoker,
                                                                   event](std::stop_token stop) {
    return invoke(*invoker, shared->lines, event, std::move(stop));
  };
  const auto invocation = co_await shared->invocations.run(std::move(work));
  if (!invocation) co_return error_answer(invocation.error());
  const InvocationOutcome& outcome = invocation->outcome;
  boost::json::array log;
  for (const std::string& line : invocation->log) {
    log.push_back(boost::json::string(base::printable_lines(line, kLineMax)));
  }
  co_return http::json(boost::json::object{
      {"succeeded", outcome.succeeded()},
      {"duration_ms", std::chrono::duration<double, std::milli>(invocation->duration).count()},
      {"request_id", outcome.request_id},
      {"response", shown_response(outcome.response)},
      {"error", outcome.succeeded() ? "" : outcome.error_text()},
      {"log", std::move(log)}});
}

}  // namespace

ConsoleOperations invoke_operations(boost::asio::io_context& io, ShownFunction function,
                                    InvocationLines& lines, std::stop_token stop) {
  const auto shared = std::make_shared<Shared>(io, std::move(function), lines, std::move(stop));
  return {{"list_test_events", [shared](const Request&) { return list_test_events(shared); }},
          {"invoke_function",
           [shared](const Request& request) { return invoke_function(shared, request); }}};
}

}  // namespace penstock::local
