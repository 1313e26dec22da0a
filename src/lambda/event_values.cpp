#include "lambda/event_values.h"

#include <string>
#include <utility>

#include "contract/schema/location.h"
#include "contract/schema/steps.h"
#include "typed/from_value.h"

namespace penstock::lambda {

base::Result<EventValues> EventValues::make(contract::EventSchemas schemas,
                                            const EventHandlers& handlers) {
  EventValues made(std::move(schemas));
  std::string problems;
  for (const EventFunction& handler : handlers) {
    if (handler.pointer.type == nullptr) continue;
    const std::string what = "event type " + handler.type + ": ";
    if (!made.schemas_.declares(handler.type)) {
      problems += what + "the contract has no such event\n";
      continue;
    }
    auto plan = typed::Plan::make(made.schemas_.schema(handler.type), *handler.pointer.type,
                                  contract::Direction::neither);
    if (!plan) {
      problems += what + plan.error().message + '\n';
    } else {
      made.plans_.emplace(&handler, std::move(*plan));
    }
  }
  if (problems.empty()) return made;
  return base::Error{.code = base::ErrorCode::invalid,
                     .message = problems +
                                "The handlers do not fit the contract's events: build "
                                "the program again with this contract."};
}

base::Result<boost::json::value> EventValues::value(std::string_view type, std::string_view text) {
  if (!schemas_.declares(type)) return boost::json::value();
  return schemas_.read(type, text);
}

base::Result<> EventValues::event(const EventFunction& handler, std::string_view text,
                                  void* event) {
  const typed::Type& type = *handler.pointer.type;
  const auto plan = plans_.find(&handler);
  contract::Steps steps(UINT64_MAX);
  if (plan != plans_.end()) {
    if (reader_->read(plan->second, text, event, steps)) return {};
    // A part of it may be there already.
    type.destroy(event);
    type.construct(event);
  }
  const auto value = schemas_.read(handler.type, text);
  if (!value) return value.error();
  contract::Violations violations;
  if (typed::from_value(type, *value, event, false, "body", contract::Location{}, violations,
                        steps)) {
    return {};
  }
  return base::Error{base::ErrorCode::invalid, contract::event_sentence(violations)};
}

ValueReaders EventValues::readers() {
  return {
      .value = [this](std::string_view type, std::string_view text) { return value(type, text); },
      .event = [this](const EventFunction& handler, std::string_view text,
                      void* made) { return event(handler, text, made); }};
}

}  // namespace penstock::lambda
