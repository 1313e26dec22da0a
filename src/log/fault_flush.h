#pragma once

#include "log/log.h"

namespace penstock::log {

// Writes the lines that wait in a log when a fault ends the process: a signal for which there is no
// cure (SIGSEGV, SIGBUS, SIGFPE, SIGILL), or abort(), which std::terminate and base::check() call.
// Then the fault takes its course: a sanitizer's report, a core dump, the end of the process. It
// waits Log::kEndPatience for a slow reader, so that a full pipe cannot keep the process alive
// (docs/adr/0018). A second thread with a fault waits for that, too.
//
// `log` must outlive it. A process may have one at a time, because handlers of signals belong to
// the process. A stack that overflows has its lines written only on the thread that made it.
class FaultFlush {
 public:
  explicit FaultFlush(Log& log);
  FaultFlush(const FaultFlush&) = delete;
  FaultFlush& operator=(const FaultFlush&) = delete;
  // Installs the handlers again that were there before.
  ~FaultFlush();
};

}  // namespace penstock::log
