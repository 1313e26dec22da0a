#pragma once

#include "lambda/record_handlers.h"

namespace fixture {

// Lists the handlers of the function, one for each event type.
extern const penstock::lambda::EventHandlers kEventHandlers;

}  // namespace fixture
