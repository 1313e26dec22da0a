#include "http/api.h"

#include <algorithm>

#include "http/answer_writer.h"
#include "http/problem.h"
#include "json/writer.h"

namespace penstock::http {
namespace {

using base::Error;
using base::ErrorCode;
using events::DeliveryOutcome;

// version-traceid-parentid-flags (W3C Trace Context section 3.2); anything else is not passed on.
bool is_traceparent(std::string_view text) {
  if (text.size() != 55 || !text.starts_with("00-") || text[35] != '-' || text[52] != '-') return false;
  for (size_t i = 3; i < text.size(); ++i) {
    if (i == 35 || i == 52) continue;
    if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'))) return false;
  }
  return true;
}

std::string sentence(std::string_view what, const contract::Violations& violations) {
  std::string text(what);
  for (const contract::Violation& violation : violations) {
    text += ' ' + (violation.where.empty() ? "it" : violation.where) + ' ' + violation.message + ';';
  }
  return text;
}

}  // namespace

Api::Api(contract::Contract contract, Settings settings, Publishing& publishing, log::Log& log)
    : contract_(std::move(contract)), settings_(std::move(settings)), publishing_(publishing), log_(log) {}

base::Result<std::unique_ptr<Api>> Api::make(contract::Contract contract, const Handlers& handlers,
                                             Settings settings, Publishing& publishing, log::Log& log) {
  std::unique_ptr<Api> api(new Api(std::move(contract), std::move(settings), publishing, log));
  std::string problems;
  for (const contract::Path& path : api->contract_.paths()) {
    for (const contract::Operation& operation : path.operations) {
      const auto found = std::find_if(handlers.begin(), handlers.end(),
                                      [&](const auto& handler) { return handler.first == operation.id; });
      if (found == handlers.end()) {
        problems += operation.where + ": operation '" + operation.id + "' has no handler\n";
      } else {
        api->handlers_.emplace(&operation, found->second);
      }
    }
  }
  for (const auto& [id, handler] : handlers) {
    const auto used = [wanted = id](const contract::Path& path) {
      return std::any_of(path.operations.begin(), path.operations.end(),
                         [&](const contract::Operation& operation) { return operation.id == wanted; });
    };
    if (!std::any_of(api->contract_.paths().begin(), api->contract_.paths().end(), used)) {
      problems += "handler '" + std::string(id) + "' belongs to no operation of the contract\n";
    }
  }
  if (!problems.empty()) {
    problems.pop_back();
    return Error{.code = ErrorCode::invalid, .message = problems};
  }
  return api;
}

async::Awaitable<> Api::handle(Exchange& exchange) {
  Plan plan = this->plan(exchange);
  if (!plan.event) co_return;
  exchange.event_id = plan.event->id;
  if (!plan.acknowledged) {
    publishing_.publish_unwatched(*plan.event);
    co_return;
  }
  const events::DeliveryReport report = co_await publishing_.publish(*plan.event);
  finish(exchange, *plan.event, report);
}

Api::Plan Api::plan(Exchange& exchange) {
  Plan plan;
  if (const auto request = validator_.validate(exchange)) run_handler(exchange, *request, plan);
  return plan;
}

void Api::run_handler(Exchange& exchange, const ValidRequest& request, Plan& plan) {
  const contract::Operation& operation = *request.operation;
  const Handler handler = handlers_.find(&operation)->second;
  const Answer answer =
      handler(Request(*request.arguments, exchange.request.body, request.body, exchange.received_at));
  contract::Violations violations;
  write_answer(exchange, operation, answer, violations);
  if (!violations.empty()) return fail(exchange, "the handler's answer breaks the contract:", violations);
  // HEAD is safe (RFC 9110 section 9.2.1): it says what GET would answer and publishes nothing.
  if (!answer.event() || request.head) return;
  if (!operation.event) {
    violations.push_back({"body", "", "x-event", "publishes an event, and the operation declares none"});
    return fail(exchange, "the handler's answer breaks the contract:", violations);
  }
  plan.event = event_of(exchange, operation, *answer.event());
  plan.acknowledged = operation.event->acknowledged;
}

std::optional<events::Event> Api::event_of(Exchange& exchange, const contract::Operation& operation,
                                           const value& event) {
  const contract::EventDeclaration& declared = *operation.event;
  contract::Violations violations;
  if (declared.schema != nullptr)
    contract::validate(*declared.schema, event, "body", "", contract::Direction::neither, violations);
  events::Event made{.id = ids_.next(),
                     .type = declared.type,
                     .topic = settings_.topic.empty() ? declared.topic : settings_.topic,
                     .source = settings_.event_source,
                     .time = exchange.received_at};
  if (!declared.key_pointer.empty()) {
    boost::system::error_code error;
    const value* key = event.find_pointer(declared.key_pointer, error);
    if (key == nullptr || key->is_structured() || key->is_null()) {
      violations.push_back(
          {"body", declared.key_pointer, "key", "is the event's key, but is no string or number"});
    } else {
      made.has_key = true;
      made.key = key->is_string() ? std::string(key->get_string()) : json::to_text(*key);
    }
  }
  if (!json::append_value(made.value, event))
    violations.push_back(
        {"body", "", "encoding", "has a text that is not UTF-8 or a number that JSON has not"});
  if (!violations.empty()) {
    fail(exchange, "the handler's event breaks the contract:", violations);
    return std::nullopt;
  }
  if (const std::string_view trace = exchange.request.header("traceparent"); is_traceparent(trace)) {
    made.traceparent = trace;
  }
  return made;
}

void Api::fail(Exchange& exchange, std::string_view what, const contract::Violations& violations) {
  exchange.problem = sentence(what, violations);
  exchange.response.clear();
  set_problem(exchange.response, {.status = 500, .retryable = false});
}

void Api::finish(Exchange& exchange, const events::Event& event, const events::DeliveryReport& report) {
  if (report.outcome != DeliveryOutcome::stored)
    exchange.response.clear();  // It spoke of a success, in headers, too.
  switch (report.outcome) {
    case DeliveryOutcome::stored:
      exchange.stored_at = report.stored_at;
      return;
    case DeliveryOutcome::not_stored:
      set_problem(exchange.response,
                  {.status = 503, .detail = "The event was not stored. Try again.", .retryable = true});
      exchange.response.add_header("retry-after", "1");
      break;
    case DeliveryOutcome::unknown:
      set_problem(
          exchange.response,
          {.status = 504,
           .detail = "The event may have been stored, or not. A retry may store it twice; event_id tells.",
           .retryable = true,
           .event_id = event.id});
      break;
    case DeliveryOutcome::refused:
      set_problem(exchange.response, {.status = 500,
                                      .detail = "The event was not stored, and trying again will not help.",
                                      .retryable = false});
      break;
  }
  exchange.problem = report.reason;
}

void Api::completed(const Exchange& exchange) {
  const unsigned status = exchange.response.status;
  metrics_.observe(exchange.request.method(), exchange.route, status, exchange.duration);
  log::Line line(log_, status >= 500 ? log::Level::error : log::Level::info, "request", exchange.received_at);
  line.field("method", exchange.request.method())
      .field("route", exchange.route)
      .field("status", status)
      .field("duration_us", std::chrono::duration_cast<std::chrono::microseconds>(exchange.duration).count())
      .field("bytes", exchange.bytes_sent);
  std::string_view request_id = exchange.request.header("x-amzn-trace-id");
  if (request_id.empty()) request_id = exchange.request.header("traceparent");
  if (!request_id.empty()) line.field("request_id", request_id.substr(0, 256));
  if (!exchange.event_id.empty()) line.field("event_id", exchange.event_id);
  if (exchange.stored_at) {
    line.field("partition", exchange.stored_at->partition.number)
        .field("offset", exchange.stored_at->offset.value);
  }
  if (!exchange.problem.empty()) line.field("reason", exchange.problem);
}

}  // namespace penstock::http
