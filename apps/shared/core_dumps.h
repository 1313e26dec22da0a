#pragma once

#include <sys/prctl.h>
#include <sys/resource.h>

// This file needs only the C library, because the function must be small.
namespace penstock::apps {

// Makes a crash of this process leave no core dump, which would contain credentials: neither a file
// nor what a program gets to which the system passes dumps (core(5)), since such a program is not
// bound by the limit. Afterwards no debugger can attach, and other processes of the same user can
// read neither its memory nor its environment (PR_SET_DUMPABLE, prctl(2)). Processes that it starts
// inherit the limit, which they may raise again, but not the rest. A program calls it before it
// reads credentials.
inline void forbid_core_dumps() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) == 0) {
    limit.rlim_cur = 0;
    (void)::setrlimit(RLIMIT_CORE, &limit);  // A smaller limit is always allowed.
  }
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace penstock::apps
