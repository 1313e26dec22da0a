#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/result.hpp>
#include <vector>

#include "async/awaitable.h"

namespace penstock::upstream {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, async::Executor>;
using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

// Holds a value, or an error of Asio or the system. One that a deadline has ended has the error
// boost::asio::error::timed_out.
template <class T>
using Outcome = boost::system::result<T, boost::system::error_code>;

}  // namespace penstock::upstream
