#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string_view>

#include "async/awaitable.h"
#include "async/blocking_pool.h"
#include "async/deadline.h"
#include "base/configuration.h"
#include "base/result.h"
#include "lambda/record_handlers.h"
#include "log/log.h"
#include "resources/registry.h"
#include "resources/resources.h"

namespace penstock::lambda {

// Has what the resources of a function are made with. All of it must outlive the loop.
struct HandlerLoopStart {
  const base::Environment& environment;
  log::Log& log;
  std::string_view program;  // The function's name.
};

// Has what the handlers of one loop of the function need to wait: an io_context, which runs while
// one of them waits, and the resources. One thread at a time may use it.
class HandlerLoop {
 public:
  // Makes the resources of these handlers. Fails as the function that makes them does.
  [[nodiscard]] static base::Result<std::unique_ptr<HandlerLoop>> make(
      const EventHandlers& handlers, const HandlerLoopStart& start);
  // Makes them by `maker`, as tests do.
  [[nodiscard]] static base::Result<std::unique_ptr<HandlerLoop>> make(
      const resources::Maker& maker, const HandlerLoopStart& start);
  // Uses resources that are made already.
  [[nodiscard]] static std::unique_ptr<HandlerLoop> with(resources::Resources resources,
                                                         log::Log& log);
  HandlerLoop(const HandlerLoop&) = delete;
  HandlerLoop& operator=(const HandlerLoop&) = delete;
  ~HandlerLoop() = default;

  // Runs a handler that waits, until it has ended, and returns its outcome. It is cancelled at the
  // deadline; a handler that then throws is a retry. One that has not begun by then is a retry,
  // too. Throws what the handler throws.
  [[nodiscard]] Outcome outcome_of(Awaitable<Outcome> handler, async::SteadyTime deadline);

  // Returns the resources. T is the struct that is made: check(EventHandlers) has compared it.
  template <class T>
  [[nodiscard]] T& resources() const {
    return *static_cast<T*>(resources_.get());
  }
  [[nodiscard]] std::type_index resources_type() const { return resources_.type(); }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }

 private:
  explicit HandlerLoop(log::Log& log) : log_(log) {}
  // Logs the exception that is being handled, which a coroutine of the resources has thrown.
  void log_failure();

  log::Log& log_;
  boost::asio::io_context io_{1};
  // With it, the io_context never stops.
  boost::asio::executor_work_guard<async::Executor> work_{io_.get_executor()};
  async::BlockingPool blocking_{io_, {}};
  resources::Registry registry_;
  resources::Resources resources_;
};

}  // namespace penstock::lambda
