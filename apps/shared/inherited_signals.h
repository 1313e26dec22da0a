#pragma once

#include <csignal>

// It needs only the C library, because the function must be small.
namespace penstock::apps {

// Gives this process the signals that a program expects, whatever it has inherited. Each program
// calls it first, except event_schemas, which only a build starts. A write fails with EPIPE if the
// reader of the output is gone, and with EFBIG if a file has reached its limit (RLIMIT_FSIZE),
// instead of killing the process. The status of a child is kept until
// the program asks for it: a parent that ignores SIGCHLD, as cron jobs and container entry points
// do, passes that on. No signal is blocked, so that SIGTERM arrives. SIGHUP stays ignored under
// nohup(1).
inline void take_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace penstock::apps
