#pragma once

#include "lambda/record_handlers.h"

namespace hello {

// Which function takes the events of which type.
extern const penstock::lambda::EventHandlers kEventHandlers;

}  // namespace hello
