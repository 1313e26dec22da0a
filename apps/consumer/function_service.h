#pragma once

#include <string_view>

#include "contract/events/event_schemas.h"
#include "lambda/record_handlers.h"

namespace penstock::apps {

// Describes a service to its Lambda function. What it refers to must outlive the call of
// run_function().
struct FunctionService {
  std::string_view variable_prefix;  // What the names of the service's own settings begin with.
  const lambda::EventHandlers& handlers;
  const contract::EventSchemasText& event_schemas;
};

// This is main() of the Lambda function, the bootstrap of a custom runtime. It reads its settings
// from the environment, compiles the schemas of the events, and passes the records of each
// invocation to the service's handlers. Returns the exit status.
int run_function(const FunctionService& service, int count, char** arguments);

}  // namespace penstock::apps
