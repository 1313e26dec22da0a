#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace penstock::async {

// One thread runs the io_context; a concrete executor spares every operation a virtual call
// (docs/adr/0002).
using Executor = boost::asio::io_context::executor_type;

template <class T = void>
using Awaitable = boost::asio::awaitable<T, Executor>;

using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

inline constexpr boost::asio::use_awaitable_t<Executor> use_awaitable{};
// The same with errors as values: an awaited operation gives (error, result…).
inline constexpr auto use_awaitable_tuple = boost::asio::as_tuple(use_awaitable);

}  // namespace penstock::async
