#pragma once

#include <string>
#include <vector>

#include "contract/events/event_schemas.h"
#include "lambda/event_values.h"
#include "lambda/testing/logged_for.h"

// This file is for the tests of handlers.
namespace penstock::lambda::testing {

// Passes records to handlers as the function does: a value must pass the contract's schema of its
// event before its handler gets it.
class EventHandlerTester {
 public:
  // `schemas` are the service's kEventSchemas. `handlers` must outlive the tester. Throws if the
  // handlers do not fit the schemas.
  EventHandlerTester(const contract::EventSchemasText& schemas, const EventHandlers& handlers)
      : handlers_(handlers),
        values_(
            EventValues::make(contract::EventSchemas::compile(schemas).value(), handlers).value()) {
  }

  // Returns the lines that the record's handler has logged, as "LEVEL TYPE value". Throws
  // std::runtime_error with the reason if the record was not handled.
  [[nodiscard]] std::vector<std::string> handle(const Record& record) {
    return logged_for(handlers_, record, values_.readers());
  }

 private:
  const EventHandlers& handlers_;
  EventValues values_;
};

}  // namespace penstock::lambda::testing
