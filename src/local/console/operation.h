#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "http/handler.h"

namespace penstock::local {

// Answers one operation of the console's API (console.openapi.yaml). The request has passed the
// contract, and stays valid until the operation returns. It runs on the io_context's thread, and
// may wait; what blocks must go to another thread (run_on_thread()). What it throws becomes an
// answer with status 500. It must return soon when the console stops: who makes an operation that
// waits gives it a std::stop_token.
using ConsoleOperation = std::function<async::Awaitable<http::Answer>(const http::Request&)>;

// Has the operations by operationId.
using ConsoleOperations = std::map<std::string, ConsoleOperation, std::less<>>;

// Makes the answer of an operation that cannot do what it was asked for: a problem document, whose
// `detail` says in a sentence why, and what to do.
[[nodiscard]] http::Answer refusal(unsigned status, std::string_view detail);

}  // namespace penstock::local
