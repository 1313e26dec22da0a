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

// Lambda's side of the Runtime API for one function: the HTTP service that a custom runtime asks
// for its next invocation and answers to.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, version 2018-06-01. It has one
// invocation at the most, which waits for the function to ask or has been handed to it. Everything
// belongs to the io_context's thread, but for invoke().
class RuntimeApiServer final : public http::Service, public Invoker {
 public:
  // A response may have so many bytes: AWS's error message calls this number "6 MB".
  static constexpr size_t kResponseBytesMax = 6'291'556;
  // Lambda gives a function this long to ask for its first invocation, or its time-out if that is
  // longer.
  static constexpr std::chrono::milliseconds kInitPatience{10'000};

  struct Settings {
    std::string function_arn;
    std::chrono::milliseconds timeout{30'000};  // Bounds one invocation.
  };

  // `kill_function` is called when an invocation takes too long. `io` must outlive the server.
  RuntimeApiServer(boost::asio::io_context& io, Settings settings,
                   std::function<void()> kill_function);

  // May be called from any thread but the io_context's.
  [[nodiscard]] InvocationOutcome invoke(const std::string& payload, std::stop_token stop) override;

  // The function's process is gone: an invocation that it was handed has failed, one that waits is
  // for its successor. `how` completes "the function's process ended with …".
  void function_ended(const std::string& how);
  // The same, but there will be no successor: an invocation that waits has failed, and every later
  // one will.
  void function_ended_for_good(const std::string& how);
  // How often a function has asked for an invocation.
  [[nodiscard]] uint64_t polls() const { return newest_poll_; }
  // Fails the invocation that there is and every later one, and answers the function that waits for
  // one.
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
  // Does nothing if the invocation is not the current one any more.
  void finish(std::shared_ptr<Invocation> invocation, InvocationOutcome outcome);
  void start_timeout(std::chrono::milliseconds time);
  void fail_timed_out();
  async::Awaitable<http::Reply> next();
  [[nodiscard]] http::Reply response(const http::RequestMessage& request);
  [[nodiscard]] http::Reply error(const http::RequestMessage& request);
  // Whether the function has been handed the invocation of this id, and may still answer it.
  [[nodiscard]] bool is_current(std::string_view id) const;

  boost::asio::io_context& io_;
  const Settings settings_;
  const std::function<void()> kill_function_;
  boost::asio::steady_timer timeout_timer_;
  async::Latch wake_;  // Wakes the request that waits in next().
  uint64_t newest_poll_ = 0;
  std::shared_ptr<Invocation> current_;
  bool closed_ = false;
  std::optional<InvocationOutcome> init_error_ = {};  // Was reported while no invocation waited.
  std::optional<InvocationOutcome> ended_for_good_ = {};
};

}  // namespace penstock::local
