#pragma once

#include <string>

#include "local/relay/link_faults.h"

namespace penstock::local {

// Is a broker as far as it can be broken on purpose. All calls are for the io_context's thread.
class BreakableBroker {
 public:
  virtual ~BreakableBroker() = default;

  // Say why nothing can be done to the connections, or to the broker's process: in a sentence, or
  // nothing if something can be done now.
  [[nodiscard]] virtual std::string connections_are_fixed() const = 0;
  [[nodiscard]] virtual std::string process_is_fixed() const = 0;

  // Replaces what is wrong with the connections between the broker and its clients. With `refuses`,
  // those that are open are reset. The default mends everything.
  virtual void set_link(const LinkFaults& faults) = 0;
  // Stops the process with SIGTERM, and leaves it stopped. `reason` is a sentence without an end.
  virtual void stop_process(const std::string& reason) = 0;
  // Starts the process again that stop_process() has stopped.
  virtual void start_process() = 0;
};

}  // namespace penstock::local
