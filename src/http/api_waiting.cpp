// This part of Api is for handlers that wait, and for those that fail.
#include "base/caught_text.h"
#include "http/api.h"
#include "http/server/problem.h"

namespace penstock::http {
namespace {

// This is what nginx logs of a client that has left. Nobody gets it.
constexpr unsigned kClientLeft = 499;

Reply unavailable(std::string_view route, std::string_view detail, std::string reason) {
  Reply reply{.response = problem_response({.status = 503, .detail = detail, .retryable = true}),
              .route = route,
              .problem = std::move(reason)};
  reply.response.add_header("retry-after", "1");
  return reply;
}

}  // namespace

async::Awaitable<> Api::go_on(Plan& plan, const RequestMessage& request, Story* story) {
  if (plan.next == Next::decide) {
    co_await guard_->decide(request);
    plan = this->plan(request, story);
  }
  if (plan.next == Next::key) {
    co_await go_on_with_key(plan, request, story);
    co_return;
  }
  if (plan.next != Next::wait) co_return;
  WaitingHandlers::Outcome outcome = co_await waiting_->run(request);
  plan = plan_after_wait(request, std::move(outcome));
}

Api::Plan Api::plan_after_wait(const RequestMessage& request, WaitingHandlers::Outcome&& outcome) {
  const std::string_view route = outcome.route;
  try {
    return plan_after(request, std::move(outcome));
  } catch (...) {
    return {.reply = {.response = problem_response({.status = 500}),
                      .route = route,
                      .problem = base::caught_text()}};
  }
}

Api::Plan Api::plan_to_wait(const RequestMessage& request, const ValidRequest& valid) {
  static constexpr std::string_view kTooMany =
      "Too many requests of this operation are being handled. Try again.";
  if (!request.may_wait) {
    return {.reply = unavailable(valid.route, kTooMany,
                                 "no more requests may wait: see CONNECTIONS_MAX and "
                                 "BUFFERED_BYTES_MAX")};
  }
  const std::string_view refused = waiting_->begin(request, valid);
  if (!refused.empty()) {
    return {.reply = unavailable(valid.route, kTooMany, std::string(refused))};
  }
  return {.reply = {.route = valid.route}, .next = Next::wait};
}

Api::Plan Api::plan_after(const RequestMessage& request, WaitingHandlers::Outcome&& outcome) {
  using End = WaitingHandlers::End;
  switch (outcome.end) {
    case End::answered:
      return plan_for(
          request, {.route = outcome.route, .operation = outcome.operation, .head = outcome.head},
          *outcome.answer);
    case End::failed:
      std::rethrow_exception(outcome.failure);
    case End::left: {
      Plan plan{.reply = {.route = outcome.route,
                          .problem = "the client left before the handler had answered"}};
      plan.reply.response.status = kClientLeft;
      return plan;
    }
    case End::late:
      break;
  }
  static constexpr std::string_view kLate =
      "The request took too long. Nobody knows what was done of it, but no event was published.";
  return {
      .reply = {.response = problem_response({.status = 504, .detail = kLate, .retryable = true}),
                .route = outcome.route,
                .problem = "the handler had not answered by the deadline of x-penstock-handler"}};
}

Api::Plan Api::plan_for_failure(const ValidRequest& valid, const Answer& answer) {
  std::string reason = *answer.raw();
  switch (answer.status()) {
    case 503:
      return {.reply = unavailable(valid.route,
                                   "Something that this operation needs is not available. Try "
                                   "again.",
                                   std::move(reason))};
    case 504:
      return {.reply = {.response = problem_response(
                            {.status = 504,
                             .detail = "Something that this operation needs has not answered in "
                                       "time. Nobody knows whether it has done its part.",
                             .retryable = true}),
                        .route = valid.route,
                        .problem = std::move(reason)}};
    default:
      return {.reply = {.response = problem_response({.status = 500, .retryable = false}),
                        .route = valid.route,
                        .problem = std::move(reason)}};
  }
}

}  // namespace penstock::http
