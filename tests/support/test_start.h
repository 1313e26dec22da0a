#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "async/awaitable.h"
#include "async/blocking_pool.h"
#include "async/deadline.h"
#include "base/configuration.h"
#include "log/log.h"
#include "resources/registry.h"
#include "resources/start.h"

namespace penstock::test {

// Holds what a service's resources are made with, for tests of what they are made of. It runs
// coroutines on the test's thread.
class TestStart {
 public:
  static constexpr std::chrono::seconds kPatience{30};

  explicit TestStart(base::Environment variables = {})
      : file_(::memfd_create("log", MFD_CLOEXEC)),
        environment(std::move(variables)),
        log(file_, log::Level::debug) {}
  TestStart(const TestStart&) = delete;
  TestStart& operator=(const TestStart&) = delete;
  ~TestStart() { ::close(file_); }

  // Returns a deadline that far from now. Without a word it is one that no test should reach.
  static async::SteadyTime within(std::chrono::milliseconds time = kPatience) {
    return std::chrono::steady_clock::now() + time;
  }

  // Runs a coroutine to its end, and returns its result; what it throws is thrown again. With a
  // `signal` the test can cancel it.
  template <class T>
  T run(async::Awaitable<T> coroutine, boost::asio::cancellation_signal* signal = nullptr) {
    std::optional<T> result;
    std::exception_ptr thrown;
    bool ended = false;
    auto end = [&](std::exception_ptr error, T value) {
      thrown = std::move(error);
      if (!thrown) result.emplace(std::move(value));
      ended = true;
    };
    if (signal == nullptr) {
      boost::asio::co_spawn(io, std::move(coroutine), std::move(end));
    } else {
      boost::asio::co_spawn(io, std::move(coroutine),
                            boost::asio::bind_cancellation_slot(signal->slot(), std::move(end)));
    }
    io.restart();
    while (!ended && io.run_one() > 0) {
    }
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
  }

  // Returns all lines that were logged.
  [[nodiscard]] std::string log_text() {
    std::string text(static_cast<size_t>(::lseek(file_, 0, SEEK_END)), '\0');
    const ssize_t count = ::pread(file_, text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }
  // Returns the metrics as the program serves them.
  [[nodiscard]] std::string metrics() const {
    std::string text;
    for (const auto& write : registry.metrics()) write(text);
    return text;
  }

 private:
  const int file_;

 public:
  boost::asio::io_context io{1};
  base::Environment environment;
  log::Log log;
  resources::Registry registry;
  async::BlockingPool blocking{io, {}};
  resources::Start start{.io = io,
                         .blocking = blocking,
                         .environment = environment,
                         .log = log,
                         .registry = registry,
                         .program = "orders_api"};
};

}  // namespace penstock::test
