#pragma once

#include <chrono>

#include "kafka/client.h"
#include "kafka/instance.h"
#include "kafka/kafka_settings.h"

namespace penstock::kafka {

// Returns after which time a silent connection is closed, for events with this publish deadline.
// What was on its way is then sent again on another, which needs the rest of the deadline.
[[nodiscard]] std::chrono::milliseconds socket_timeout(std::chrono::milliseconds publish_deadline);

// Returns the properties that every producer of the program has: how it connects, batches and
// retries.
[[nodiscard]] Properties producer_properties(const Settings& settings, Batching batching);

}  // namespace penstock::kafka
