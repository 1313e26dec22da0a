#pragma once

#include <string>

#include "base/position.h"

namespace penstock::base {

// Tells a record from all others, for whoever must not act on it twice. The event's id is the same
// for each copy of an event; the offset grows within a partition.
struct RecordIdentity {
  std::string event_id = {};  // `ce_id`, or empty.
  std::string topic = {};
  Partition partition = {};
  Offset offset = {};
};

}  // namespace penstock::base
