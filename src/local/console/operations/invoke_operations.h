#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "local/console/operation.h"
#include "local/console/operations/invocation_lines.h"
#include "local/function/invoker.h"

namespace penstock::local {

// Says which function the console invokes, and with which events.
struct ShownFunction {
  // Returns the function, or null if there is none at present. It is called on the io_context's
  // thread. The console invokes it once at a time.
  std::function<Invoker*()> invoker;
  // Is the folder of the service's test events, each a file *.json. It is empty if there is none.
  std::filesystem::path test_events = {};
};

// Makes the operations list_test_events and invoke_function. `io`, `lines`, which must hear what
// the function writes, and the function must outlive them.
[[nodiscard]] ConsoleOperations invoke_operations(boost::asio::io_context& io,
                                                  ShownFunction function, InvocationLines& lines,
                                                  std::stop_token stop);

}  // namespace penstock::local
