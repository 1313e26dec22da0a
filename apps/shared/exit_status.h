#pragma once

#include <cstdio>
#include <exception>
#include <string_view>

// This file defines how the programs end and report errors. It needs only the C library, because
// the function must be small.
namespace penstock::apps {

// A program exits with this status if it has failed, or if something that it needs was missing.
inline constexpr int kExitFailed = 1;
// A program exits with this status for a wrong command line, setting or document. Starting it again
// does not help.
inline constexpr int kExitUsage = 2;

// Prints "PROGRAM: SENTENCE" as a line to the standard error. Returns `status`, for `return
// complain(…)`.
inline int complain(std::string_view program, std::string_view sentence, int status) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(program.size()), program.data(),
               static_cast<int>(sentence.size()), sentence.data());
  return status;
}

// Does the same for mistakes of the user, with kExitUsage.
inline int refuse(std::string_view program, std::string_view sentence) {
  return complain(program, sentence, kExitUsage);
}

// Calls `run`, which returns the exit status. If an exception reaches this point, which means a bug
// or a failure of a library, it prints the message and returns `status`.
template <class Run>
int run_program(std::string_view program, Run run, int status = kExitFailed) {
  try {
    return run();
  } catch (const std::exception& failure) {
    return complain(program, failure.what(), status);
  }
}

}  // namespace penstock::apps
