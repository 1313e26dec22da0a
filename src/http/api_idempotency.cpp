// This part of Api is for requests with an Idempotency-Key.
#include "base/caught_text.h"
#include "http/api.h"
#include "http/server/problem.h"
#include "idempotency/key_header.h"

namespace penstock::http {
namespace {

constexpr std::string_view kHeader = "idempotency-key";

Reply bad_key(std::string_view route, const std::string& why) {
  return {.response = problem_response({.status = 400, .detail = "Idempotency-Key: " + why + '.'}),
          .route = route,
          .problem = "Idempotency-Key: " + why};
}

// Makes a request the one that is planned for, as long as this object lives.
class Planning {
 public:
  Planning(KeyedRequest*& place, KeyedRequest& request) : place_(place) { place_ = &request; }
  Planning(const Planning&) = delete;
  Planning& operator=(const Planning&) = delete;
  ~Planning() { place_ = nullptr; }

 private:
  KeyedRequest*& place_;
};

}  // namespace

std::optional<Api::Plan> Api::plan_for_key(const RequestMessage& request,
                                           const ValidRequest& valid) {
  if (keyed_ != nullptr) return {};
  std::string value;
  const size_t lines = request.join_header(kHeader, ",", value);
  if (lines == 0) {
    if (!valid.operation->idempotency->required) return {};
    return Plan{.reply = bad_key(valid.route, "this operation requires the header")};
  }
  if (lines > 1) return Plan{.reply = bad_key(valid.route, "there are several of them")};
  const auto key = idempotency::key_of(value);
  if (!key) return Plan{.reply = bad_key(valid.route, key.error().message)};
  if (!request.may_wait) {
    Reply reply{
        .response = problem_response(
            {.status = 503, .detail = "Too many requests wait. Try again.", .retryable = true}),
        .route = valid.route,
        .problem = "no more requests may wait: see CONNECTIONS_MAX and BUFFERED_BYTES_MAX"};
    reply.response.add_header("retry-after", "1");
    return Plan{.reply = std::move(reply)};
  }
  begun_ = idempotent_->keyed(request, valid, *key, ids_.next());
  return Plan{.reply = {.route = valid.route}, .next = Next::key};
}

std::string Api::keyed_event_id() {
  return keyed_->next_event_id();
}

async::Awaitable<> Api::go_on_with_key(Plan& plan, const RequestMessage& request, Story* story) {
  KeyedRequest keyed = std::move(begun_);
  plan.next = Next::done;
  if (!co_await idempotent_->begin(keyed, plan.reply)) co_return;
  {
    const Planning planning(keyed_, keyed);
    plan = this->plan(request, story);
  }
  if (plan.next == Next::wait) {
    WaitingHandlers::Outcome outcome = co_await waiting_->run(request);
    const Planning planning(keyed_, keyed);
    plan = plan_after_wait(request, std::move(outcome));
  }
  if (story != nullptr) tell(*story, plan);
  plan.next = Next::done;
  if (plan.event || plan.reply.several) {
    if (plan.event) plan.reply.event_id = plan.event->id;
    try {
      if (plan.acknowledged) {
        take_report(plan, co_await publish(plan), story);
      } else {
        publishing_.publish_unwatched(*plan.event);
      }
    } catch (...) {
      publishing_threw(plan, base::caught_text());
    }
  }
  co_await idempotent_->end(keyed, plan.reply);
}

}  // namespace penstock::http
