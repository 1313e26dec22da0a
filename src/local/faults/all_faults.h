#pragma once

#include <boost/asio/io_context.hpp>
#include <vector>

#include "local/faults/faults_of_api.h"
#include "local/faults/faults_of_broker.h"
#include "local/faults/faults_of_function.h"

namespace penstock::local {

// Has what can be broken of one program. What is null does not run there, and is not available.
// Each must outlive the faults.
struct Breakable {
  BreakableBroker* broker = nullptr;
  FunctionPool* function = nullptr;
  const BreakableApi* api = nullptr;
};

// Returns all faults that there are.
[[nodiscard]] std::vector<Fault> all_faults(boost::asio::io_context& io, const Breakable& parts);

}  // namespace penstock::local
