#pragma once

#include <functional>

#include "async/latch.h"
#include "local/processes/console.h"

namespace penstock::local {

// Does what SIGINT or SIGTERM means to a program that stops in order. The first one sets `stop` and
// tells the person at the console. One that comes when `stop` is set already calls `kill` and ends
// this process at once.
void stop_in_two_steps(async::Latch& stop, Console& console, const std::function<void()>& kill);

}  // namespace penstock::local
