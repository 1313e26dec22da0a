#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string_view>

#include "base/result.h"
#include "processes/child.h"

namespace penstock::processes {

// What a child's own children print after its end is read for this time. Then they are killed.
inline constexpr std::chrono::milliseconds kLastOutputPatience{1'000};

// Reads what `child` prints into the pipe whose read end is `output`, gives it to `take` in parts,
// and returns how the child has ended. It ends although another process keeps the pipe open. The
// error has no message: it is `timed_out` at the deadline, `unavailable` after a request to stop
// (within 100 ms), and `too_large` as soon as `take` returns false. The child then still runs, and
// its owner destroys it.
[[nodiscard]] base::Result<ExitStatus> read_until_end(
    Child& child, int output, std::chrono::steady_clock::time_point deadline,
    const std::stop_token& stop, const std::function<bool(std::string_view)>& take);

}  // namespace penstock::processes
