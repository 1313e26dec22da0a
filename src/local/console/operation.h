#pragma once

#include <functional>
#include <map>
#include <string>

#include "async/awaitable.h"
#include "http/handler.h"

namespace penstock::local {

// Answers one operation of the console's API (console.openapi.yaml). The request has passed the
// contract, and stays valid until the operation returns. It runs on the io_context's thread, and
// may wait; what blocks must go to another thread (run_on_thread()). What it throws becomes an
// answer with status 500.
using ConsoleOperation = std::function<async::Awaitable<http::Answer>(const http::Request&)>;

// Has the operations by operationId.
using ConsoleOperations = std::map<std::string, ConsoleOperation, std::less<>>;

}  // namespace penstock::local
