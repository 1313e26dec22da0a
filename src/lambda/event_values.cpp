#include "lambda/event_values.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "contract/schema/location.h"
#include "contract/schema/steps.h"
#include "typed/from_value.h"

namespace penstock::lambda {

base::Result<EventValues> EventValues::make(contract::EventSchemas schemas,
                                            const EventHandlers& handlers) {
  EventValues made;
  made.schemas_ = std::move(schemas);
  std::string problems;
  for (const EventFunction& handler : handlers) {
    if (handler.pointer.type == nullptr) continue;
    const std::string what = "event type " + handler.type + ": ";
    if (!made.schemas_->declares(handler.type)) {
      problems += what + "the contract has no such event\n";
      continue;
    }
    auto plan = typed::Plan::make(made.schemas_->schema(handler.type), *handler.pointer.type,
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

base::Result<EventValues> EventValues::make(const contract::EventSchemasText& schemas,
                                            const EventHandlers& handlers) {
  const bool any_typed = std::any_of(handlers.begin(), handlers.end(), [](const auto& handler) {
    return handler.pointer.type != nullptr;
  });
  if (!any_typed) {
    EventValues later;
    later.text_ = &schemas;
    return later;
  }
  auto compiled = contract::EventSchemas::compile(schemas);
  if (!compiled) return compiled.error();
  return make(std::move(*compiled), handlers);
}

contract::EventSchemas& EventValues::schemas() {
  if (text_ != nullptr) {
    auto compiled = contract::EventSchemas::compile(*text_);
    if (!compiled) throw std::runtime_error(base::describe(compiled.error()));
    schemas_ = std::move(*compiled);
    text_ = nullptr;
  }
  return *schemas_;
}

base::Result<boost::json::value> EventValues::value(std::string_view type, std::string_view text) {
  if (!schemas().declares(type)) return boost::json::value();
  return schemas().read(type, text);
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
  const auto value = schemas().read(handler.type, text);
  if (!value) return value.error();
  contract::Violations violations;
  if (typed::from_value(type, *value, event, false, "body", contract::Location{}, violations,
                        steps)) {
    return {};
  }
  return base::Error{base::ErrorCode::invalid, contract::event_sentence(violations)};
}

bool EventValues::check(const EventFunction& handler, std::string_view text) {
  const typed::Type* const type = handler.pointer.event_type;
  if (type == nullptr) return false;
  auto found = checks_.find(&handler);
  if (found == checks_.end()) {
    std::optional<typed::Plan> plan;
    if (schemas().declares(handler.type)) {
      if (auto made = typed::Plan::make(schemas().schema(handler.type), *type,
                                        contract::Direction::neither)) {
        plan = std::move(*made);
      }
    }
    found = checks_.try_emplace(&handler, std::move(plan), *type).first;
  }
  Check& check = found->second;
  if (!check.plan) return false;
  contract::Steps steps(UINT64_MAX);
  const bool passes = reader_->read(*check.plan, text, check.event.get(), steps);
  check.event.reset();
  return passes;
}

ValueReaders EventValues::readers() {
  return {
      .value = [this](std::string_view type, std::string_view text) { return value(type, text); },
      .event = [this](const EventFunction& handler, std::string_view text,
                      void* made) { return event(handler, text, made); },
      .check = [this](const EventFunction& handler,
                      std::string_view text) { return check(handler, text); }};
}

}  // namespace penstock::lambda
