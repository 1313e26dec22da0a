#include "lambda/handler_loop.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/caught_text.h"

namespace penstock::lambda {

namespace asio = boost::asio;
using base::Result;

namespace {

// Is one call of a handler. What is queued in the io_context shares it, so that nothing that comes
// late, even where there was no memory, touches what is gone.
struct Call {
  asio::cancellation_signal cancel;
  // Neither is set if Asio has destroyed the coroutine, as it does without memory for a wait.
  std::exception_ptr thrown;
  std::optional<Outcome> outcome;
  bool ended = false;
  bool late = false;
};

// Notes the end of the coroutine that has it. The handler of co_spawn() would not be called without
// memory.
class End {
 public:
  explicit End(Call& call) : call_(call) {}
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End() { call_.ended = true; }

 private:
  Call& call_;
};

Awaitable<> run(std::shared_ptr<Call> call, Awaitable<Outcome> handler) {
  const End end(*call);
  try {
    call->outcome = co_await std::move(handler);
  } catch (...) {
    call->thrown = std::current_exception();
  }
}

}  // namespace

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
  const auto call = std::make_shared<Call>();
  async::Timer timer(io_, deadline);
  timer.async_wait([call](const boost::system::error_code& error) {
    if (error || call->ended) return;
    call->late = true;
    call->cancel.emit(asio::cancellation_type::terminal);
  });
  try {
    asio::co_spawn(
        io_, run(call, std::move(handler)),
        asio::bind_cancellation_slot(call->cancel.slot(), [call](const std::exception_ptr&) {}));
  } catch (...) {
    if (!call->ended) throw;  // There was no memory to start it.
  }
  // A handler that does not end when it is cancelled is ended by Lambda, with the process.
  while (!call->ended) {
    try {
      io_.run_one();
    } catch (...) {
      log_failure();
    }
  }
  timer.cancel();
  // What is left of the call is in the queue, and is freed now.
  try {
    io_.poll();
  } catch (...) {
    log_failure();
  }
  if (call->outcome) return std::move(*call->outcome);
  if (!call->thrown) return retry("there was no memory for the handler to go on");
  if (call->late) return retry("the handler was cancelled, as the invocation has no time left");
  std::rethrow_exception(call->thrown);
}

void HandlerLoop::log_failure() {
  log::Line(log_, log::Level::error, "a task of the resources has failed")
      .field("reason", base::caught_text());
}

}  // namespace penstock::lambda
