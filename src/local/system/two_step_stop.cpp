#include "local/system/two_step_stop.h"

#include <csignal>
#include <cstdlib>

namespace penstock::local {

void stop_in_two_steps(async::Latch& stop, Terminal& terminal, const std::function<void()>& kill) {
  if (stop.is_set()) {
    kill();
    std::_Exit(128 + SIGINT);
  }
  terminal.line("penstock", "stopping. Press Ctrl-C again to stop at once");
  stop.set();
}

}  // namespace penstock::local
