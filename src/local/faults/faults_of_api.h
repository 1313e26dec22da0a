#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "local/faults/breakable_broker.h"
#include "local/faults/fault.h"
#include "local/faults/request_burst.h"

namespace penstock::local {

// Is the API as far as it can be broken on purpose. The functions are called on the io_context's
// thread.
struct BreakableApi {
  // Says why nothing can be done to it, in a sentence, or nothing.
  std::function<std::string()> is_fixed;
  std::function<void()> restart;  // Sends SIGTERM. It must be started again when it has ended.
  std::function<bool()> serves;   // False from restart() on, until it serves again.
  uint16_t port = 0;              // On 127.0.0.1.
  // Returns requests whose events are published.
  std::function<std::vector<ExampleRequest>()> examples;
};

// Returns what can be done to an API: queue-full, which breaks the broker's connections, too, and
// api-term. Without an API or a broker, null, none is available. All must outlive them.
[[nodiscard]] std::vector<Fault> faults_of_api(boost::asio::io_context& io, const BreakableApi* api,
                                               BreakableBroker* broker);

}  // namespace penstock::local
