#pragma once

#include <sys/types.h>

#include "base/result.h"
#include "processes/child.h"
#include "processes/file_descriptor.h"

namespace penstock::processes {

// Is a process that has become the wanted program. The caller must wait for its end.
struct StartedProgram {
  pid_t pid = -1;
  // Becomes readable when the process ends (pidfd_open(2)). It stands for this process, whoever
  // else gets its number later.
  FileDescriptor descriptor;
};

// Starts the program as Child::spawn() says, and returns when it runs. The errors are those of
// Child::spawn(). Nothing of a failed start is left.
[[nodiscard]] base::Result<StartedProgram> start_program(const Command& command, Outputs outputs);

}  // namespace penstock::processes
