#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "async/awaitable.h"

namespace penstock::local {

// Runs `work` on the io_context, in this thread, until it has returned, and returns its value. Each
// SIGINT and SIGTERM that comes meanwhile calls `on_signal`, in this thread, and does nothing else:
// usually it asks `work` to come to an end. An exception of `work` is thrown on. T has a default
// constructor.
template <class T>
[[nodiscard]] T run_until_done(boost::asio::io_context& io, async::Awaitable<T> work,
                               const std::function<void()>& on_signal) {
  // For what has been cancelled to come to its end, such as handlers that use `work`'s objects.
  constexpr std::chrono::seconds kLastHandlers{1};

  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  const std::function<void()> wait_for_signal = [&] {
    signals.async_wait([&](const boost::system::error_code& cancelled, int) {
      if (cancelled) return;
      on_signal();
      wait_for_signal();
    });
  };
  wait_for_signal();
  std::optional<T> result;
  boost::asio::co_spawn(io.get_executor(), std::move(work),
                        [&](const std::exception_ptr& failure, T value) {
                          if (failure) std::rethrow_exception(failure);
                          result.emplace(std::move(value));
                        });
  while (!result) io.run_one();
  signals.cancel();
  io.run_for(kLastHandlers);
  return std::move(*result);
}

}  // namespace penstock::local
