#pragma once

#include <sys/prctl.h>

// This file needs only the C library, because the function must be small.
namespace penstock::apps {

// Makes a crash of this process leave no core dump, which would contain credentials: neither a file
// nor what a program gets to which the system passes dumps (core(5)). Afterwards no debugger can
// attach, and other processes of the same user can read neither its memory nor its environment
// (PR_SET_DUMPABLE, prctl(2)). Programs that it starts inherit none of this, and RLIMIT_CORE stays
// as it is: whether they leave core dumps is for them to say. A program calls it before it reads
// credentials.
inline void forbid_core_dumps() {
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace penstock::apps
