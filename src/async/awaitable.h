#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

// This file names the types of coroutines. Each program runs one io_context on one thread;
// coroutines, timers and latches belong to that thread and need no locks.
namespace penstock::async {

// The executor's concrete type saves a virtual call in every operation (docs/adr/0002).
using Executor = boost::asio::io_context::executor_type;

template <class T = void>
// What a coroutine of the project returns: `Awaitable<int>` gives an int to the one that awaits it.
using Awaitable = boost::asio::awaitable<T, Executor>;

// Ends a wait at a point in time, on the thread of its io_context.
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Passed to an operation of Asio, it makes the operation awaitable; an error is thrown as
// boost::system::system_error.
inline constexpr boost::asio::use_awaitable_t<Executor> use_awaitable{};
// Does the same with errors as values: an awaited operation gives (error, result…).
inline constexpr auto use_awaitable_tuple = boost::asio::as_tuple(use_awaitable);

}  // namespace penstock::async
