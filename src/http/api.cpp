#include "http/api.h"

#include <algorithm>

#include "base/caught_text.h"
#include "http/access_log.h"
#include "http/answer_writer.h"
#include "http/auth_context.h"
#include "http/publication.h"
#include "http/server/problem.h"
#include "json/writer.h"

namespace penstock::http {
namespace {

using base::Error;
using base::ErrorCode;
using events::DeliveryOutcome;

// Returns the trace to which a request belongs. Without a traceparent that can be read, or with two
// of them, it has none, whatever its tracestate is (W3C Trace Context section 3.3).
events::TraceContext trace_of(const RequestMessage& request) {
  events::TraceContext trace;
  const std::string_view parent = request.header("traceparent");
  if (parent.empty()) return trace;
  std::string lines;
  if (request.join_header("traceparent", ",", lines) != 1) return trace;
  trace.traceparent = events::read_traceparent(parent);
  if (!trace.traceparent.empty() && request.join_header("tracestate", ",", lines) > 0) {
    trace.tracestate = events::read_tracestate(lines);
  }
  return trace;
}

}  // namespace

Api::Api(contract::Contract contract, Settings settings, Publishing& publishing, log::Log& log)
    : contract_(std::move(contract)),
      settings_(std::move(settings)),
      publishing_(publishing),
      log_(log) {
  if (settings_.stories) stories_.emplace(log_);
  add_pages();
  validator_.serve(finishing_.cors(), &pages_);
  finish_from(finishing_.from());
}

base::Result<> Api::make_guard() {
  if (!settings_.guard) return {};
  auto guard = settings_.guard(contract_);
  if (!guard) return guard.error();
  guard_ = std::move(*guard);
  validator_.guard_by(guard_.get());
  finishing_.guard_by(guard_.get());
  finish_from(finishing_.from());
  return {};
}

void Api::add_pages() {
  if (!settings_.contract_page) return;
  if (auto added = pages_.add_contract(contract_); !added) {
    log::Line(log_, log::Level::warning, "the page of the contract is not served")
        .field("reason", added.error().message);
  }
  for (const std::string_view path : pages_.hidden_by(contract_)) {
    log::Line(log_, log::Level::info,
              "a path of the contract matches this one, so a page of the machinery is not served")
        .field("path", path);
  }
}

base::Result<std::unique_ptr<Api>> Api::make(contract::Contract contract, const Handlers& handlers,
                                             Settings settings, Publishing& publishing,
                                             log::Log& log) {
  std::unique_ptr<Api> api(new Api(std::move(contract), std::move(settings), publishing, log));
  if (auto guarded = api->make_guard(); !guarded) return guarded.error();
  std::string problems;
  api->operations_ =
      handled_operations(api->contract_, handlers, problems, &api->settings_.resources);
  api->validator_.fill_structs_of(&api->operations_);
  for (const contract::Path& path : api->contract_.paths()) {
    for (const contract::Operation& operation : path.operations) {
      const auto is_its = [&](const auto& handler) { return handler.first == operation.id; };
      // The validator answers the requests of one that is not served.
      if (!operation.not_served.empty() || std::any_of(handlers.begin(), handlers.end(), is_its)) {
        continue;
      }
      problems += operation.where + ": operation '" + operation.id + "' has no handler\n";
    }
  }
  for (const auto& [id, handler] : handlers) {
    const auto used = [wanted = id](const contract::Path& path) {
      return std::any_of(
          path.operations.begin(), path.operations.end(),
          [&](const contract::Operation& operation) { return operation.id == wanted; });
    };
    if (!std::any_of(api->contract_.paths().begin(), api->contract_.paths().end(), used)) {
      problems += "the contract has no operation '" + std::string(id) + "', which has a handler\n";
    }
  }
  if (!problems.empty()) {
    problems.pop_back();
    return Error{.code = ErrorCode::invalid, .message = problems};
  }
  const auto takes_key = [](const auto& handled) { return handled.first->idempotency != nullptr; };
  if (std::any_of(api->operations_.begin(), api->operations_.end(), takes_key)) {
    api->idempotent_ = std::make_unique<IdempotentRequests>(api->settings_.idempotency_store,
                                                            api->settings_.idempotency_lease, log);
  }
  const auto waits = [](const auto& handled) { return handled.second.handler.waits(); };
  if (std::any_of(api->operations_.begin(), api->operations_.end(), waits)) {
    api->waiting_ =
        std::make_unique<WaitingHandlers>(api->operations_, api->settings_.waiting_bytes_max);
  }
  return api;
}

async::Awaitable<Admission> Api::decide(const RequestMessage& request) {
  co_await guard_->decide(request);
  co_return admit(request);
}

async::Awaitable<Reply> Api::handle(const RequestMessage& request) {
  Handling handling = begin(request);
  if (Reply* const reply = std::get_if<Reply>(&handling)) co_return std::move(*reply);
  Reply reply = co_await std::get<async::Awaitable<Reply>>(std::move(handling));
  co_return reply;
}

Handling Api::begin(const RequestMessage& request) {
  Story* const story = stories_ ? &stories_->begin(request) : nullptr;
  Plan plan = this->plan(request, story);
  if (plan.next != Next::reply || plan.event || plan.reply.several) {
    return carry_out(std::move(plan), request, story);
  }
  if (story != nullptr) [[unlikely]]
    tell(*story, plan);
  return std::move(plan.reply);
}

async::Awaitable<Reply> Api::carry_out(Plan plan, const RequestMessage& request, Story* story) {
  if (plan.next != Next::reply) [[unlikely]] {
    co_await go_on(plan, request, story);
    if (plan.next == Next::done) co_return std::move(plan.reply);
  }
  if (story != nullptr) [[unlikely]]
    tell(*story, plan);
  if (!plan.event && !plan.reply.several) co_return std::move(plan.reply);
  if (plan.event) plan.reply.event_id = plan.event->id;
  try {
    if (!plan.acknowledged) {
      publishing_.publish_unwatched(*plan.event);
      co_return std::move(plan.reply);
    }
    take_report(plan, co_await publish(plan), story);
  } catch (...) {
    publishing_threw(plan, base::caught_text());
  }
  co_return std::move(plan.reply);
}

void Api::take_report(Plan& plan, events::DeliveryReport&& report, Story* story) {
  if (report.outcome == DeliveryOutcome::stored) {
    plan.reply.stored_at = report.stored_at;
    // Without Kafka, the event was only logged.
    if (story != nullptr && report.stored_at) [[unlikely]] {
      story->stored = std::chrono::steady_clock::now();
    }
  } else {
    plan.reply.response = not_stored_response(report.outcome, plan.reply);
    plan.reply.problem = std::move(report.reason);
  }
}

void Api::tell(Story& story, const Plan& plan) {
  if (plan.next == Next::done) return;  // It was called before the event was published.
  const auto now = std::chrono::steady_clock::now();
  if (story.validated) {
    story.handled = now;
  } else {
    story.refused = validator_.take_refused();
  }
  if (!plan.event) return;
  story.event_type = plan.event->type;
  story.topic = plan.event->topic;
}

Api::Plan Api::plan(const RequestMessage& request, Story* story) {
  auto validated = validator_.validate(request);
  if (auto* reply = std::get_if<Reply>(&validated)) return {.reply = std::move(*reply)};
  const auto* const found = std::get_if<ValidRequest>(&validated);
  if (found == nullptr) [[unlikely]]
    return {.next = Next::decide};
  const ValidRequest& valid = *found;
  if (story != nullptr) [[unlikely]]
    story->validated = std::chrono::steady_clock::now();
  try {
    return plan_of(request, valid);
  } catch (...) {
    // The connection would catch it, too, but it does not know the route, which the log needs.
    return {.reply = {.response = problem_response({.status = 500}),
                      .route = valid.route,
                      .problem = base::caught_text()}};
  }
}

Api::Plan Api::plan_of(const RequestMessage& request, const ValidRequest& valid) {
  const contract::Operation& operation = *valid.operation;
  if (!operation.events.empty() && !valid.head && !request.may_wait) {
    return {.reply = {.response = not_stored_response(DeliveryOutcome::not_stored, {}),
                      .route = valid.route,
                      .problem = "no more requests may wait for Kafka: see CONNECTIONS_MAX and "
                                 "BUFFERED_BYTES_MAX"}};
  }
  if (operation.idempotency != nullptr) [[unlikely]] {
    if (std::optional<Plan> plan = plan_for_key(request, valid)) return std::move(*plan);
  }
  if (valid.handled->handler.waits()) [[unlikely]]
    return plan_to_wait(request, valid);
  return plan_for(request, valid, valid.call(request));
}

Api::Plan Api::plan_for(const RequestMessage& request, const ValidRequest& valid,
                        const Answer& answer) {
  static constexpr std::string_view kBrokenAnswer = "the handler's answer breaks the contract:";
  const contract::Operation& operation = *valid.operation;
  if (answer.is_failure()) [[unlikely]]
    return plan_for_failure(valid, answer);
  auto response = write_answer(operation, answer, request);
  if (!response) {
    if (answer.status() == 501 && !answer.has_body()) {  // not_written()
      return {.reply = {.response = problem_response(
                            {.status = 501, .detail = "This operation is not written yet."}),
                        .route = valid.route}};
    }
    return {.reply = broken_contract(valid, kBrokenAnswer, response.error())};
  }
  // HEAD is a safe method (RFC 9110 section 9.2.1), so it publishes nothing.
  if ((!answer.event() && answer.more_events().empty()) || valid.head) {
    return {.reply = {.response = std::move(*response), .route = valid.route}};
  }
  if (operation.several_events || !answer.more_events().empty()) [[unlikely]] {
    return plan_of_several(request, valid, answer, std::move(*response));
  }
  if (operation.events.empty()) {
    return {.reply = broken_contract(
                valid, kBrokenAnswer,
                {{"body", "", "x-event", "publishes an event, but the operation declares none"}})};
  }
  auto event = event_of(request, operation, operation.events.front(), *answer.event());
  if (!event) {
    return {.reply =
                broken_contract(valid, "the handler's event breaks the contract:", event.error())};
  }
  return {.reply = {.response = std::move(*response), .route = valid.route},
          .event = std::move(*event),
          .acknowledged = operation.events.front().acknowledged};
}

boost::system::result<events::Event, contract::Violations> Api::event_of(
    const RequestMessage& request, const contract::Operation& operation,
    const contract::EventDeclaration& declared, const value& event) {
  contract::Violations violations;
  if (declared.schema != nullptr) {
    contract::Steps steps(contract::Steps::kTrustedMax);
    contract::validate(*declared.schema, event, "body", "", contract::Direction::neither,
                       violations, steps);
  }
  events::Event made{.id = keyed_ != nullptr ? keyed_event_id() : ids_.next(),
                     .type = declared.type,
                     .topic = settings_.topic.empty() ? declared.topic : settings_.topic,
                     .source = settings_.event_source,
                     .time = request.received_at};
  if (!declared.key_pointer.empty()) {
    boost::system::error_code error;
    const value* key = event.find_pointer(declared.key_pointer, error);
    if (key == nullptr || key->is_structured() || key->is_null()) {
      violations.push_back({"body", declared.key_pointer, "key",
                            "is the event's key, but is not a string, a number or a boolean"});
    } else {
      made.has_key = true;
      made.key = key->is_string() ? std::string(key->get_string()) : json::to_text(*key);
    }
  }
  if (!json::append_value(made.value, event)) {
    violations.push_back(
        {"body", "", "encoding",
         "contains a string that is not UTF-8 or a number that JSON cannot represent"});
  }
  if (!violations.empty()) return violations;
  made.trace = trace_of(request);
  if (declared.auth_context) [[unlikely]] {
    made.auth =
        events::AuthContextPlace(auth_context_of(request, operation, contract_, guard_.get()));
  }
  return made;
}

void Api::completed(const RequestMessage& request, const Reply& reply,
                    std::chrono::steady_clock::duration duration, size_t bytes_sent) {
  metrics_.observe(request, reply.route, reply.response.status, duration);
  if (stories_) [[unlikely]]
    stories_->complete(request, reply, duration, bytes_sent);
  log_request(log_, request, reply, duration, bytes_sent);
}

}  // namespace penstock::http
