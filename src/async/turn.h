#pragma once

#include <algorithm>
#include <chrono>

#include "async/deadline.h"

namespace penstock::async {

// Returns by when a wait for one's turn ends, if all is to be done by `deadline`: an eighth of the
// time that is left before it, and at most 100 ms. A turn that comes later is of no use, and who
// ends then can still say in time that nothing was done.
[[nodiscard]] inline SteadyTime turn_by(SteadyTime deadline) {
  using Duration = SteadyTime::duration;
  const Duration left = std::max(deadline - SteadyTime::clock::now(), Duration::zero());
  return deadline - std::min<Duration>(left / 8, std::chrono::milliseconds(100));
}

}  // namespace penstock::async
