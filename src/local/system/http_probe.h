#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "async/awaitable.h"
#include "base/result.h"

namespace penstock::local {

// Holds the answer of a server.
struct Probe {
  unsigned status = 0;
  std::string body = {};  // At most a few KiB of it.
};

// Sends one GET request to a server on this machine (127.0.0.1), without blocking the io_context.
// The error is `unavailable`: nothing listens on the port, or there was no answer within
// `patience`.
async::Awaitable<base::Result<Probe>> probe_http(boost::asio::io_context& io, uint16_t port,
                                                 std::string target,
                                                 std::chrono::milliseconds patience);

}  // namespace penstock::local
