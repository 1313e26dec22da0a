#include "lambda/handler_loop.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "base/caught_text.h"

namespace penstock::lambda {

namespace asio = boost::asio;
using base::Result;

Result<std::unique_ptr<HandlerLoop>> HandlerLoop::make(const EventHandlers& handlers,
                                                       const HandlerLoopStart& start) {
  return make(handlers.maker(), start);
}

Result<std::unique_ptr<HandlerLoop>> HandlerLoop::make(const resources::Maker& maker,
                                                       const HandlerLoopStart& start) {
  std::unique_ptr<HandlerLoop> loop(new HandlerLoop(start.log));
  auto made = maker.make({.io = loop->io_,
                          .blocking = loop->blocking_,
                          .environment = start.environment,
                          .log = start.log,
                          .registry = loop->registry_,
                          .program = start.program});
  if (!made) return made.error();
  loop->resources_ = std::move(*made);
  return loop;
}

std::unique_ptr<HandlerLoop> HandlerLoop::with(resources::Resources resources, log::Log& log) {
  std::unique_ptr<HandlerLoop> loop(new HandlerLoop(log));
  loop->resources_ = std::move(resources);
  return loop;
}

Outcome HandlerLoop::outcome_of(Awaitable<Outcome> handler, async::SteadyTime deadline) {
  if (std::chrono::steady_clock::now() >= deadline) return retry("the invocation has no time left");
  // The environment may have been frozen: what has become of connections since is seen first.
  try {
    io_.poll();
  } catch (...) {
    log_failure();
  }
  std::exception_ptr thrown;
  Outcome outcome;
  bool ended = false;
  bool late = false;
  bool timer_ended = false;
  asio::cancellation_signal cancel;
  async::Timer timer(io_, deadline);
  timer.async_wait([&](const boost::system::error_code& error) {
    timer_ended = true;
    if (error || ended) return;
    late = true;
    cancel.emit(asio::cancellation_type::terminal);
  });
  asio::co_spawn(
      io_, std::move(handler),
      asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr failure, Outcome result) {
        ended = true;
        thrown = std::move(failure);
        outcome = std::move(result);
        timer.cancel();
      }));
  // All that is queued here uses what is above, so that both must have ended. A handler that does
  // not end when it is cancelled is ended by Lambda, with the process.
  while (!ended || !timer_ended) {
    try {
      io_.run_one();
    } catch (...) {
      log_failure();
    }
  }
  if (!thrown) return outcome;
  if (late) return retry("the handler was cancelled, as the invocation has no time left");
  std::rethrow_exception(thrown);
}

void HandlerLoop::log_failure() {
  log::Line(log_, log::Level::error, "a task of the resources has failed")
      .field("reason", base::caught_text());
}

}  // namespace penstock::lambda
