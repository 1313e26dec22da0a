#pragma once

#include <boost/json/array.hpp>
#include <functional>

#include "local/console/operation.h"
#include "local/faults/faults.h"

namespace penstock::local {

// Returns list_faults, start_fault and end_fault. `faults` must outlive them.
[[nodiscard]] ConsoleOperations fault_operations(Faults& faults);

// Returns the faults that are active, as a State has them. May be called on any thread.
[[nodiscard]] boost::json::array active_faults(const Faults& faults);

}  // namespace penstock::local
