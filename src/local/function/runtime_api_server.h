#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/latch.h"
#include "http/server/service.h"
#include "local/function/invoker.h"

namespace penstock::local {

// Lambda's side of the Runtime API for one function: the HTTP service from which a custom runtime
// gets its next invocation and to which it sends the response (version 2018-06-01,
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). It has one invocation at most,
// which waits for the function to ask or is being handled by it. All calls are for the io_context's
// thread, except invoke().
class RuntimeApiServer final : public http::Service, public Invoker {
 public:
  // Limits a response, in bytes. It is the number in the error message of AWS, which calls it 6 MB.
  static constexpr size_t kResponseBytesMax = 6'291'556;
  // A function must ask for its first invocation within this time, or within its time-out if that
  // is longer. (AWS, "Understanding the Lambda execution environment lifecycle".)
  static constexpr std::chrono::milliseconds kInitPatience{10'000};

  struct Settings {
    std::string function_arn;
    std::chrono::milliseconds timeout{30'000};  // Bounds one invocation.
  };

  // `kill_function` is called when an invocation takes too long. `io` must outlive this object.
  RuntimeApiServer(boost::asio::io_context& io, Settings settings,
                   std::function<void()> kill_function);

  // May be called from any thread except the io_context's, which it would block.
  [[nodiscard]] InvocationOutcome invoke(const std::string& payload, std::stop_token stop) override;

  // Must be called when the function's process has ended and is started again. The invocation that
  // it was handling fails, and one that waits goes to the next process. `how` completes the
  // sentence "the function's process ended with …".
  void function_ended(const std::string& how);
  // Must be called when the function's process has ended and is not started again. The present
  // invocation and every later one fail.
  void function_ended_for_good(const std::string& how);
  // Returns how often a function has asked for an invocation.
  [[nodiscard]] uint64_t polls() const { return newest_poll_; }
  // Fails the present invocation and every later one, and answers the function's waiting request.
  void close();

  [[nodiscard]] async::Awaitable<http::Reply> handle(const http::RequestMessage& request) override;

 private:
  struct Invocation {
    std::string id;
    std::string payload;
    std::promise<InvocationOutcome> promise;
    bool handed_over = false;
  };

  void accept(std::shared_ptr<Invocation> invocation);
  // Does nothing if the invocation is no longer the current one.
  void finish(std::shared_ptr<Invocation> invocation, InvocationOutcome outcome);
  void start_timeout(std::chrono::milliseconds time);
  void fail_timed_out();
  async::Awaitable<http::Reply> next();
  [[nodiscard]] http::Reply response(const http::RequestMessage& request);
  [[nodiscard]] http::Reply error(const http::RequestMessage& request);
  // Says whether the function has the invocation with this id and may still answer it.
  [[nodiscard]] bool is_current(std::string_view id) const;

  boost::asio::io_context& io_;
  const Settings settings_;
  const std::function<void()> kill_function_;
  boost::asio::steady_timer timeout_timer_;
  async::Latch wake_;  // Wakes the request that waits in next().
  uint64_t newest_poll_ = 0;
  std::shared_ptr<Invocation> current_;
  bool closed_ = false;
  // The error that a function reported at its start while no invocation waited.
  std::optional<InvocationOutcome> init_error_ = {};
  std::optional<InvocationOutcome> ended_for_good_ = {};
};

}  // namespace penstock::local
