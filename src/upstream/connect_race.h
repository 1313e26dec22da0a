#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "upstream/socket.h"

namespace penstock::upstream {

// Before the next address is tried beside the ones before, those have this long (RFC 8305 section
// 8, "Connection Attempt Delay").
inline constexpr std::chrono::milliseconds kHeadStart{250};

// Connects to the first of the addresses that answers. They are tried in their order: the next one
// when one has failed or has not answered for kHeadStart. Returns the last failure if all fail.
[[nodiscard]] async::Awaitable<Outcome<Socket>> connect_first(boost::asio::io_context& io,
                                                              Endpoints endpoints,
                                                              async::SteadyTime deadline);

}  // namespace penstock::upstream
