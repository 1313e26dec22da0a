#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "async/latch.h"
#include "async/lifetime.h"

namespace penstock::local {

// Runs `work`, which blocks, on a new thread, and returns its value on the io_context's thread,
// which is free meanwhile. What `work` throws is thrown here. `work` gets a token on which a stop
// is requested when one is requested on `stop`, and when the coroutine is destroyed early. `work`
// must return soon after that. It has a name, and so lives until the caller goes on: g++ 12 may
// destroy a lambda twice that is written in the operand of co_await and owns something.
template <class T, class Work>
async::Awaitable<T> run_on_thread(boost::asio::io_context& io, std::stop_token stop, Work& work) {
  async::Latch done(io);
  std::optional<T> result;
  std::exception_ptr failure;
  const async::Lifetime lifetime;  // This coroutine may be destroyed before the post runs.
  std::jthread thread([&](std::stop_token thread_stop) {
    try {
      result.emplace(work(std::move(thread_stop)));
    } catch (...) {
      failure = std::current_exception();
    }
    boost::asio::post(io, lifetime.guard([&] { done.set(); }));
  });
  const std::stop_callback pass_on(stop, [&thread] { thread.request_stop(); });
  co_await done.wait_until(std::chrono::steady_clock::time_point::max());
  if (failure) std::rethrow_exception(failure);
  co_return std::move(*result);
}

}  // namespace penstock::local
