#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/caught_text.h"
#include "base/printable_text.h"

// This file defines how the programs end and report errors. It needs little, because the function
// must be small.
namespace penstock::apps {

// A program exits with this status if it has failed, or if something that it needs was missing.
inline constexpr int kExitFailed = 1;
// A program exits with this status for a wrong command line, setting or document. Starting it again
// does not help.
inline constexpr int kExitUsage = 2;

// A complaint's lines are cut at this many bytes.
inline constexpr size_t kComplaintLineMax = 4'000;

// Prints "PROGRAM: SENTENCE" as a line to the standard error. The sentence may have several lines,
// and each is made base::printable(), because it may have texts from documents and servers. Returns
// `status`, for `return complain(…)`.
inline int complain(std::string_view program, std::string_view sentence, int status) {
  const std::string text =
      std::string(program) + ": " + base::printable_lines(sentence, kComplaintLineMax) + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
  return status;
}

// Does the same for mistakes of the user, with kExitUsage.
inline int refuse(std::string_view program, std::string_view sentence) {
  return complain(program, sentence, kExitUsage);
}

// Calls `run`, which returns the exit status. If an exception reaches this point, which means a bug
// or a failure of a library, it prints the message and returns `status` (docs/adr/0018).
template <class Run>
int run_program(std::string_view program, Run run, int status = kExitFailed) {
  try {
    return run();
  } catch (...) {
    return complain(program, base::caught_text(), status);
  }
}

}  // namespace penstock::apps
