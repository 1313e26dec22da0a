#pragma once

#include <vector>

namespace penstock::processes {

// Returns the signals that ask a program to end in order: SIGINT, SIGTERM, SIGQUIT, and SIGHUP,
// which the kernel sends when the terminal is closed. SIGHUP is missing if this process ignores it,
// because nohup(1) then has started it. It must be asked before a handler is installed.
[[nodiscard]] std::vector<int> stop_signals();

}  // namespace penstock::processes
