#pragma once

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
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
// `penstock_contract check` and `diff` exit with this status if a document cannot be read, so that
// nothing can be said about it. It is more than kExitFailed, which says that the document was read
// and has a fault.
inline constexpr int kExitUnreadable = 3;

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

// Returns `status` or, if that is 0 but the standard output could not be written, complains and
// returns kExitFailed: what was to be printed is the result. A reader that is gone has read what it
// wanted, as `head` has.
inline int end_output(std::string_view program, int status) {
  errno = 0;
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  if (written || status != 0 || (::poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0)) {
    return status;
  }
  std::string sentence = "the output could not be written, so it is not complete";
  if (errno != 0) sentence.append(": ").append(std::strerror(errno));
  return complain(program, sentence, kExitFailed);
}

// Calls `run`, which returns the exit status, and end_output(). If an exception reaches this point,
// which means a bug or a failure of a library, it prints the message and returns `status`
// (docs/adr/0018).
template <class Run>
int run_program(std::string_view program, Run run, int status = kExitFailed) {
  try {
    return end_output(program, run());
  } catch (...) {
    return complain(program, base::caught_text(), status);
  }
}

}  // namespace penstock::apps
