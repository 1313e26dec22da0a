#pragma once

#include <sys/types.h>

#include <vector>

namespace penstock::processes {

// Returns the processes that `pid` has started, with those that they have started, as /proc shows
// them now. Build programs put their compilers into process groups of their own, where a signal to
// the group of a child does not reach them. A process whose parent has ended is not found.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t pid);

}  // namespace penstock::processes
