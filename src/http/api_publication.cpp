// What is cold in publishing: several events of one request, and failures.
#include <algorithm>
#include <utility>

#include "http/api.h"
#include "http/publication.h"

namespace penstock::http {
namespace {

constexpr std::string_view kBrokenEvent = "the handler's event breaks the contract:";

contract::Violations violation(std::string message) {
  return {{"body", "", "x-events", std::move(message)}};
}

// Returns the declaration of an event, or says why it has none.
boost::system::result<const contract::EventDeclaration*, contract::Violations> declaration_of(
    const contract::Operation& operation, const AnswerEvent& event) {
  if (operation.events.empty()) {
    return violation("publishes an event, but the operation declares none");
  }
  if (!event.type.empty()) {
    if (const auto* declared = operation.event(event.type)) return declared;
    return violation("publishes an event of type '" + event.type +
                     "', which the operation does not declare");
  }
  if (operation.events.size() == 1) return &operation.events.front();
  return violation("publishes an event without its type, but the operation declares several");
}

}  // namespace

Api::Plan Api::plan_of_several(const RequestMessage& request, const ValidRequest& valid,
                               const Answer& answer, ResponseMessage&& response) {
  const contract::Operation& operation = *valid.operation;
  const std::vector<AnswerEvent> published = answer.events();
  const size_t most = operation.several_events ? contract::kPublishedEventsMax : 1;
  if (published.size() > most) {
    return {.reply = broken_contract(
                valid, kBrokenEvent,
                violation("publishes " + std::to_string(published.size()) +
                          " events, but may publish " + std::to_string(most) +
                          (operation.several_events ? "" : ": x-events allows several")))};
  }
  Plan plan{.reply = {.response = std::move(response), .route = valid.route}};
  auto several = std::make_unique<PublishedEvents>();
  for (const AnswerEvent& one : published) {
    const auto declared = declaration_of(operation, one);
    if (!declared) return {.reply = broken_contract(valid, kBrokenEvent, declared.error())};
    auto event = event_of(request, operation, **declared, one.event);
    if (!event) return {.reply = broken_contract(valid, kBrokenEvent, event.error())};
    if (!operation.several_events) {
      plan.event = std::move(*event);
      plan.acknowledged = (*declared)->acknowledged;
      return plan;
    }
    several->all.push_back({.event = std::move(*event), .acknowledged = (*declared)->acknowledged});
  }
  // Kafka stores one event whole or not at all without a transaction.
  several->atomic = operation.atomic && several->all.size() > 1;
  plan.reply.event_id = several->all.front().event.id;
  plan.reply.several = std::move(several);
  return plan;
}

void Api::publishing_threw(Plan& plan, std::string&& why) {
  if (plan.reply.several) {
    for (PublishedEvent& one : plan.reply.several->all) {
      one.report = {.outcome = events::DeliveryOutcome::unknown, .reason = why};
    }
  }
  plan.reply.response = not_stored_response(events::DeliveryOutcome::unknown, plan.reply);
  plan.reply.problem = std::move(why);
}

}  // namespace penstock::http
