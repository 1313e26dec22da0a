#include "local/function/single_invocation.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <thread>
#include <utility>

#include "async/latch.h"
#include "local/function/function_environment.h"
#include "local/function/url_invoker.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

InvocationResult timed(Invoker& invoker, const std::string& payload, std::stop_token stop) {
  const auto began = steady_clock::now();
  Outcome outcome = invoker.invoke(payload, std::move(stop));
  return {std::move(outcome),
          std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began)};
}

// The invoker waits on a thread of its own, while this one serves the function.
class ProcessRun {
 public:
  ProcessRun(const SingleInvocation& invocation, const std::string& payload, Console& console)
      : payload_(payload),
        signals_(io_, SIGINT, SIGTERM),
        answered_(io_),
        function_(io_, console, invocation.function, invocation.timeout, "function",
                  FunctionEnvironment::Restart::no) {}

  base::Result<InvocationResult> run() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) waiting_.request_stop();
    });
    boost::asio::co_spawn(io_.get_executor(), life(), [this](const std::exception_ptr& failure) {
      finished_ = true;
      signals_.cancel();
      if (failure) std::rethrow_exception(failure);
    });
    while (!finished_) io_.run_one();
    io_.run_for(std::chrono::seconds(1));  // What has been cancelled comes to its end.
    return std::move(result_);
  }

 private:
  async::Awaitable<> life() {
    if (auto started = function_.start(); !started) {
      result_ = started.error();
    } else {
      waiting_ = std::jthread([this](std::stop_token stop) {
        auto result = timed(function_.invoker(), payload_, std::move(stop));
        boost::asio::post(io_, [this, result = std::move(result)]() mutable {
          result_ = std::move(result);
          answered_.set();
        });
      });
      co_await answered_.wait_until(steady_clock::time_point::max());
    }
    co_await function_.stop();
  }

  const std::string& payload_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  async::Latch answered_;
  FunctionEnvironment function_;
  base::Result<InvocationResult> result_ = InvocationResult{};
  bool finished_ = false;
  std::jthread waiting_;  // Last: it uses the others.
};

}  // namespace

base::Result<InvocationResult> invoke_once(const SingleInvocation& invocation, const std::string& payload,
                                           Console& console) {
  if (invocation.invoke_url.empty()) return ProcessRun(invocation, payload, console).run();
  auto invoker = UrlInvoker::at(invocation.invoke_url, invocation.timeout);
  if (!invoker) return invoker.error();
  return timed(*invoker, payload, {});
}

}  // namespace penstock::local
