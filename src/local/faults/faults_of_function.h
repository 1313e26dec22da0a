#pragma once

#include <vector>

#include "local/faults/fault.h"
#include "local/function/function_pool.h"

namespace penstock::local {

// Returns what can be done to a function: function-kill, function-timeout and function-garbage.
// Without a pool, null, the function has no process here and none is available. The pool must
// outlive them.
[[nodiscard]] std::vector<Fault> faults_of_function(FunctionPool* pool);

}  // namespace penstock::local
