#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/latch.h"
#include "async/lifetime.h"
#include "http/server/server.h"
#include "http/server/service.h"
#include "local/function/invoker.h"

namespace penstock::local {

// Lambda's side of the Runtime API for one process of a function: the HTTP service from which a
// custom runtime gets its next invocation and to which it sends the response. An invocation waits
// for the function to ask, and then runs until the function has answered it. All calls are for the
// io_context's thread, except invoke().
class RuntimeApiServer final : public http::Service, public Invoker {
 public:
  // A function must ask for its first invocation within this time, or within its time-out if that
  // is longer. (AWS, "Understanding the Lambda execution environment lifecycle".)
  static constexpr std::chrono::milliseconds kInitPatience{10'000};

  struct Settings {
    std::string function_arn;
    std::chrono::milliseconds timeout{30'000};  // Bounds one invocation.
    // Says how many invocations the process gets at the same time, and how many requests for the
    // next one may wait: AWS_LAMBDA_MAX_CONCURRENCY of Lambda Managed Instances. With more than 1,
    // an invocation that takes too long fails alone, and the process goes on (AWS, "Understanding
    // the Lambda Managed Instances execution environment").
    size_t max_concurrency = 1;
  };

  // Are called on the io_context's thread.
  struct Hooks {
    // An invocation takes too long, or nobody asks for one that waits.
    std::function<void()> kill_function;
    // The function has asked for an invocation.
    std::function<void()> asked = {};
    // The function gets the invocation with this id, or its invocation has ended, whose outcome
    // invoke() does not have yet.
    std::function<void(const std::string& request_id, bool busy)> busy = {};
  };

  // `io` must outlive this object.
  RuntimeApiServer(boost::asio::io_context& io, Settings settings, Hooks hooks);

  // Returns the limits of the HTTP server for this service.
  [[nodiscard]] static http::Limits http_limits(const Settings& settings);

  // May be called from any thread except the io_context's, which it would block. It is for
  // `max_concurrency` calls at a time, of which some wait while the function asks for fewer.
  [[nodiscard]] InvocationOutcome invoke(const Payload& payload, std::stop_token stop) override;

  // Must be called when the function's process has ended and is started again. The invocations that
  // it was running fail, and those that wait go to the next process. `how` completes the sentence
  // "the function's process ended with …".
  void function_ended(const std::string& how);
  // Must be called when the function's process has ended and is not started again. All present
  // invocations and every later one fail.
  void function_ended_for_good(const std::string& how);
  // Returns how often a function has asked for an invocation.
  [[nodiscard]] uint64_t polls() const { return poll_count_; }
  // Fails all present invocations and every later one, and answers the function's waiting requests.
  void close();

  [[nodiscard]] async::Awaitable<http::Reply> handle(const http::RequestMessage& request) override;
  void body_failed(const http::RequestMessage& request, std::string_view refusal) override;
  [[nodiscard]] http::Reply too_large(const http::RequestMessage& request) override;

 private:
  struct Invocation {
    std::string id;
    Payload payload;
    std::promise<InvocationOutcome> promise;
  };
  using InvocationPointer = std::shared_ptr<Invocation>;
  // Holds an invocation that the function has, until it answers or its time is over.
  struct Running {
    InvocationPointer invocation;
    boost::asio::steady_timer timeout;
  };
  // Holds a request for the next invocation, while it waits.
  struct Poll {
    async::Latch ended;            // Set when there is an invocation, or none will come.
    int connection;                // The descriptor of the client's connection.
    InvocationPointer invocation;  // Null if none will come.
  };

  void accept(InvocationPointer invocation);
  // Gives invocations that wait to requests that wait.
  void hand_over();
  void run(InvocationPointer invocation);
  // Does nothing if the invocation has already ended.
  void finish_one(const InvocationPointer& invocation, InvocationOutcome outcome);
  void finish_running(std::string_view id, InvocationOutcome outcome);
  void finish_all_waiting(const InvocationOutcome& outcome);
  void finish_all_running(const InvocationOutcome& outcome);
  // Starts the time within which the function must ask for an invocation that waits.
  void start_patience();
  void fail_unasked();
  void end_polls();
  async::Awaitable<http::Reply> next(int connection);
  [[nodiscard]] http::Reply response(const http::RequestMessage& request, std::string_view id);
  [[nodiscard]] http::Reply error(const http::RequestMessage& request, std::string_view id);

  boost::asio::io_context& io_;
  const Settings settings_;
  const Hooks hooks_;
  boost::asio::steady_timer patience_timer_;
  std::deque<InvocationPointer> waiting_;                // The oldest is the first.
  std::map<std::string, Running, std::less<>> running_;  // By id.
  std::deque<std::shared_ptr<Poll>> polls_;              // The oldest is the first.
  uint64_t poll_count_ = 0;
  bool closed_ = false;
  // The error that a function reported at its start while no invocation waited.
  std::optional<InvocationOutcome> init_error_ = {};
  std::optional<InvocationOutcome> ended_for_good_ = {};
  async::Lifetime lifetime_;
};

}  // namespace penstock::local
