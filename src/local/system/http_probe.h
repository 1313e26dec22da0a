#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "async/awaitable.h"
#include "base/result.h"

namespace penstock::local {

struct Probe {
  unsigned status = 0;
  std::string body = {};  // The first few KiB.
};

// Asks a server on this machine once, without blocking the
// io_context. An error: nobody there, or no answer in time.
async::Awaitable<base::Result<Probe>> probe_http(boost::asio::io_context& io, uint16_t port,
                                                 std::string target, std::chrono::milliseconds patience);

}  // namespace penstock::local
