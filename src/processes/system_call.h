#pragma once

#include <cerrno>

namespace penstock::processes {

// Makes a system call, and makes it again as long as a signal interrupts it (EINTR, signal(7)).
// Returns what the last call returned; errno is its, too. It is not for close(2), which has closed
// the descriptor even then, nor for calls with a time-out, which would begin again.
template <class Call>
auto uninterrupted(Call call) {
  while (true) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace penstock::processes
