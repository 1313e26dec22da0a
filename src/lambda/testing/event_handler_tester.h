#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/configuration.h"
#include "contract/events/event_schemas.h"
#include "lambda/event_values.h"
#include "lambda/handler_loop.h"
#include "lambda/testing/logged_for.h"

// This file is for the tests of handlers.
namespace penstock::lambda::testing {

// Passes records to handlers as the function does: a value must pass the contract's schema of its
// event before its handler gets it. A handler that waits has 29.5 seconds.
class EventHandlerTester {
 public:
  // `schemas` are the service's kEventSchemas. `handlers` must outlive the tester. If they use
  // resources, these are made as the handlers' own function does, from `environment`. Throws if the
  // handlers do not fit the schemas, or if the resources cannot be made.
  EventHandlerTester(const contract::EventSchemasText& schemas, const EventHandlers& handlers,
                     const base::Environment& environment = {})
      : EventHandlerTester(schemas, handlers, handlers.maker(), environment) {}
  // Makes other resources, such as those with which a test takes the place of a store.
  EventHandlerTester(const contract::EventSchemasText& schemas, const EventHandlers& handlers,
                     const resources::Maker& maker, const base::Environment& environment = {})
      : handlers_(handlers),
        values_(values_of(schemas, handlers)),
        loop_(HandlerLoop::make(maker, {.environment = environment,
                                        .log = log_.log(),
                                        .program = "event_handler_tester"})
                  .value()) {}
  // Uses resources that are made already.
  EventHandlerTester(const contract::EventSchemasText& schemas, const EventHandlers& handlers,
                     resources::Resources resources)
      : handlers_(handlers),
        values_(values_of(schemas, handlers)),
        loop_(HandlerLoop::with(std::move(resources), log_.log())) {
    for (const EventFunction& handler : handlers) {
      if (*handler.pointer.resources != typeid(void) &&
          loop_->resources_type() != *handler.pointer.resources) {
        throw std::logic_error("the handler of " + handler.type + " uses other resources");
      }
    }
  }

  // Returns the lines that the record's handler has logged, as "LEVEL TYPE value". Throws
  // std::runtime_error with the reason if the record was not handled.
  [[nodiscard]] std::vector<std::string> handle(const Record& record) {
    return logged_for(handlers_, record, values_.readers(), loop_.get());
  }
  // Returns the resources, whose type is T.
  template <class T>
  [[nodiscard]] T& resources() {
    return loop_->resources<T>();
  }

 private:
  static EventValues values_of(const contract::EventSchemasText& schemas,
                               const EventHandlers& handlers) {
    return EventValues::make(contract::EventSchemas::compile(schemas).value(), handlers).value();
  }

  const EventHandlers& handlers_;
  CapturedLog log_;
  EventValues values_;
  std::unique_ptr<HandlerLoop> loop_;
};

}  // namespace penstock::lambda::testing
