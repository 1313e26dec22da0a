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
#include "http/service.h"
#include "local/function/invoker.h"

namespace penstock::local {

// Lambda's side of the Runtime API for one function: the HTTP service that a custom runtime asks for its next
// invocation and answers to. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, version
// 2018-06-01. Belongs to the io_context's thread, invoke() apart.
class RuntimeApi final : public http::Service, public Invoker {
 public:
  // A response may be as large; "6 MB" in AWS's error message is this number of bytes.
  static constexpr size_t kResponseBytesMax = 6'291'556;
  // Lambda gives a function this long to ask for its first invocation, or its time-out if that is longer.
  static constexpr std::chrono::milliseconds kInitPatience{10'000};

  struct Settings {
    std::string function_arn;
    std::chrono::milliseconds timeout{30'000};  // Of one invocation.
  };

  // `kill_function` is called when an invocation takes too long.
  RuntimeApi(boost::asio::io_context& io, Settings settings, std::function<void()> kill_function);

  // From any thread but the io_context's.
  [[nodiscard]] Outcome invoke(const std::string& payload, std::stop_token stop) override;

  // The function's process is gone: what it had in hand has failed, what waits is for its successor.
  void function_ended(const std::string& how);
  // The same, and there will be no successor: what waits has failed, and what comes will.
  void function_ended_for_good(const std::string& how);
  // How often a function has asked for an invocation. On the io_context's thread.
  [[nodiscard]] uint64_t polls() const { return newest_poll_; }
  // No more invocations: lets go of the function that waits for one.
  void close();

  [[nodiscard]] async::Awaitable<http::Reply> handle(const http::RequestMessage& request) override;

 private:
  struct Invocation {
    std::string id;
    std::string payload;
    std::promise<Outcome> promise;
    bool handed_over = false;
  };

  void accept(std::shared_ptr<Invocation> invocation);
  void finish(std::shared_ptr<Invocation> invocation, Outcome outcome);
  void watch(std::chrono::milliseconds time);
  void out_of_time();
  async::Awaitable<http::Reply> next();
  [[nodiscard]] http::Reply response(const http::RequestMessage& request);
  [[nodiscard]] http::Reply error(const http::RequestMessage& request);
  [[nodiscard]] bool in_hand(std::string_view id) const;

  boost::asio::io_context& io_;
  const Settings settings_;
  const std::function<void()> kill_function_;
  boost::asio::steady_timer watch_timer_;
  async::Latch wake_;  // For the request that waits in next().
  uint64_t newest_poll_ = 0;
  std::shared_ptr<Invocation> current_;
  bool closed_ = false;
  std::optional<Outcome> init_error_ = {};  // Reported while no invocation waited.
  std::optional<Outcome> ended_for_good_ = {};
};

}  // namespace penstock::local
