#pragma once

#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

// What every program says of itself as a process, with the C library alone: the function is small.
namespace penstock::apps {

// Exit statuses besides 0. What was to be done has failed, or something was not to be had.
inline constexpr int kExitFailed = 1;
// A wrong command line, a wrong setting, a wrong document: starting again will not help.
inline constexpr int kExitUsage = 2;

// A line on standard error: "PROGRAM: SENTENCE". Returns the exit status, for `return complain(…)`.
inline int complain(std::string_view program, std::string_view sentence, int status) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(program.size()), program.data(),
               static_cast<int>(sentence.size()), sentence.data());
  return status;
}

// For what a person can put right: with kExitUsage.
inline int refuse(std::string_view program, std::string_view sentence) {
  return complain(program, sentence, kExitUsage);
}

// A reader of our output that goes away is no reason to end: writing fails instead.
inline void ignore_broken_pipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

// Runs a program; what it returns is the exit status. An exception, which is a bug or a library's
// last word, ends here with its sentence and `status`.
template <class Run>
int run_program(std::string_view program, Run run, int status = kExitFailed) {
  try {
    return run();
  } catch (const std::exception& failure) {
    return complain(program, failure.what(), status);
  }
}

}  // namespace penstock::apps
