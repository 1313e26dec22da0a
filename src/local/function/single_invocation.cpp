#include "local/function/single_invocation.h"

#include <boost/asio/io_context.hpp>
#include <utility>

#include "local/function/function_environment.h"
#include "local/function/url_invoker.h"
#include "local/processes/run_on_thread.h"
#include "local/processes/run_until_done.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

InvocationResult invoke_timed(Invoker& invoker, const std::string& payload, std::stop_token stop) {
  const auto began = steady_clock::now();
  InvocationOutcome outcome = invoker.invoke(payload, std::move(stop));
  return {std::move(outcome),
          std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began)};
}

// Invokes the process. The invoker waits on another thread, while the io_context's thread serves
// the function.
async::Awaitable<base::Result<InvocationResult>> invoke_process(boost::asio::io_context& io,
                                                                FunctionEnvironment& function,
                                                                const std::string& payload,
                                                                std::stop_token stop) {
  base::Result<InvocationResult> result = InvocationResult{};
  if (auto started = function.start(); !started) {
    result = started.error();
  } else {
    const auto invoke = [&](std::stop_token thread_stop) {
      return invoke_timed(function.invoker(), payload, std::move(thread_stop));
    };
    result = co_await run_on_thread<InvocationResult>(io, stop, invoke);
  }
  co_await function.stop();
  co_return result;
}

}  // namespace

base::Result<InvocationResult> invoke_once(const SingleInvocation& invocation,
                                           const std::string& payload, Terminal& terminal) {
  if (!invocation.invoke_url.empty()) {
    auto invoker = UrlInvoker::at(invocation.invoke_url, invocation.timeout);
    if (!invoker) return invoker.error();
    return invoke_timed(*invoker, payload, {});
  }
  boost::asio::io_context io(1);
  FunctionEnvironment function(io, terminal, invocation.function, invocation.timeout, "function",
                               FunctionEnvironment::Restart::no);
  std::stop_source stop;
  return run_until_done(io, invoke_process(io, function, payload, stop.get_token()),
                        [&stop] { stop.request_stop(); });
}

}  // namespace penstock::local
