#pragma once

#include <functional>

#include "async/latch.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Handles a stop signal for a program that stops in order. The first one sets `stop` and writes
// a line to the terminal. A later one, when `stop` is set, calls `kill` and ends this process at
// once.
void stop_in_two_steps(async::Latch& stop, Terminal& terminal, const std::function<void()>& kill);

}  // namespace penstock::local
