#pragma once

#include <chrono>

namespace penstock::async {

// This is the time by which a wait ends, whatever the other side does. Everything that a handler
// waits for takes one; a handler passes that of its request (Request::deadline()), or an earlier
// one.
using SteadyTime = std::chrono::steady_clock::time_point;

// Returns the earlier one of `deadline` and the time that is `time_out` from now.
[[nodiscard]] inline SteadyTime at_most(SteadyTime deadline,
                                        std::chrono::steady_clock::duration time_out) {
  const SteadyTime own = std::chrono::steady_clock::now() + time_out;
  return own < deadline ? own : deadline;
}

}  // namespace penstock::async
