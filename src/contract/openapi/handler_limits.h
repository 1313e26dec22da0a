#pragma once

#include <chrono>
#include <cstdint>

namespace penstock::contract {

// HandlerLimits are the extension `x-penstock-handler` of the document, a path or an operation: how
// long a handler that waits for others may take, and how many of them may be in flight. The nearest
// one counts, as a whole, for each operation by itself. The defaults are those of an operation
// without one.
struct HandlerLimits {
  static constexpr int64_t kInFlightMax = 100'000;
  static constexpr int64_t kDeadlineMsMax = 900'000;

  int64_t in_flight = 256;                    // From 1 to kInFlightMax. Beyond it clients get 503.
  std::chrono::milliseconds deadline{5'000};  // From 1 to kDeadlineMsMax. Then clients get 504.
};

}  // namespace penstock::contract
