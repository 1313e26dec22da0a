#pragma once

#include <chrono>
#include <span>

#include "base/result.h"
#include "processes/file_descriptor.h"

namespace penstock::processes {

// Is a pipe. Programs that are started do not inherit its ends.
struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;

  // The error is `internal`: this process, or the system, has no descriptor left.
  [[nodiscard]] static base::Result<Pipe> make();
};

// Waits until one of the descriptors has something to read, has ended, or has failed, so that a
// read would not block. Negative descriptors are ignored. Returns false at the deadline. Signals do
// not end the wait.
[[nodiscard]] bool wait_until_readable(std::span<const int> descriptors,
                                       std::chrono::steady_clock::time_point deadline);
// Does the same for something to write to.
[[nodiscard]] bool wait_until_writable(int descriptor,
                                       std::chrono::steady_clock::time_point deadline);

// Returns how many bytes can be read at once, and 0 if that cannot be said.
[[nodiscard]] size_t bytes_to_read(int descriptor);

}  // namespace penstock::processes
