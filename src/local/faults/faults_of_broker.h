#pragma once

#include <vector>

#include "local/faults/breakable_broker.h"
#include "local/faults/fault.h"

namespace penstock::local {

// Returns what can be done to a broker and its connections: broker-stop, broker-cut, broker-slow
// and broker-hang. Without a broker, null, none is available. The broker must outlive them.
[[nodiscard]] std::vector<Fault> faults_of_broker(BreakableBroker* broker);

}  // namespace penstock::local
