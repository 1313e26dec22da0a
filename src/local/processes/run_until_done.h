#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "processes/signals.h"

namespace penstock::local {

// Runs `work` on the io_context, in this thread, until it has returned, and returns its value.
// Calls `on_signal`, in this thread, for each signal that asks for the end and arrives meanwhile
// (processes::stop_signals()); usually it asks `work` to end. An exception of `work` is thrown to
// the caller. T must have a default constructor.
template <class T>
[[nodiscard]] T run_until_done(boost::asio::io_context& io, async::Awaitable<T> work,
                               const std::function<void()>& on_signal) {
  // Handlers that were cancelled, but still use the objects of `work`, get this time.
  constexpr std::chrono::seconds kLastHandlers{1};

  boost::asio::signal_set signals(io);
  for (const int number : processes::stop_signals()) signals.add(number);
  const async::Lifetime lifetime;
  const std::function<void()> wait_for_signal = [&] {
    signals.async_wait(lifetime.guard([&](const boost::system::error_code& cancelled, int) {
      if (cancelled) return;
      on_signal();
      wait_for_signal();
    }));
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
