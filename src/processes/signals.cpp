#include "processes/signals.h"

#include <csignal>

namespace penstock::processes {

std::vector<int> stop_signals() {
  std::vector<int> numbers{SIGINT, SIGTERM, SIGQUIT};
  struct sigaction hangup{};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) numbers.push_back(SIGHUP);
  return numbers;
}

}  // namespace penstock::processes
