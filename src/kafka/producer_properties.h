#pragma once

#include "kafka/client.h"
#include "kafka/instance.h"
#include "kafka/kafka_settings.h"

namespace penstock::kafka {

// Returns the properties that every producer of the program has: how it connects, batches and
// retries.
[[nodiscard]] Properties producer_properties(const Settings& settings, Batching batching);

}  // namespace penstock::kafka
