#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "async/awaitable.h"
#include "base/result.h"

namespace penstock::local {

// What a server has answered.
struct Probe {
  unsigned status = 0;
  std::string body = {};  // Is cut after a few KiB.
};

// Asks a server on this machine once, by GET, without blocking the io_context. The error is
// `unavailable`: nobody is there, or there was no answer within `patience`.
async::Awaitable<base::Result<Probe>> probe_http(boost::asio::io_context& io, uint16_t port,
                                                 std::string target,
                                                 std::chrono::milliseconds patience);

}  // namespace penstock::local
