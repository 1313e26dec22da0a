#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dynamodb/dynamodb_client.h"

// This file has aids for the tests of this room.
namespace penstock::dynamodb {

// Runs a coroutine to its end and returns its result.
template <class T>
T run(async::Awaitable<T> work) {
  boost::asio::io_context io(1);
  std::optional<T> result;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, T value) {
    thrown = error;
    if (!error) result.emplace(std::move(value));
  });
  io.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*result);
}

inline async::SteadyTime soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

// Plays the service: gives one answer after another, and keeps the requests.
class ScriptedCalls {
 public:
  using Answer = base::Result<aws::JsonAnswer>;
  struct Request {
    std::string action;
    std::string body;
    bool repeatable;
  };

  void answer(std::string body) {
    answers_.push_back(aws::JsonAnswer{200, std::move(body), {}, {}});
  }
  void refuse(std::string error, std::string message = "why", std::string body = "{}",
              unsigned status = 400) {
    answers_.push_back(
        aws::JsonAnswer{status, std::move(body), std::move(error), std::move(message)});
  }
  void fail(base::ErrorCode code, bool retryable = false) {
    answers_.push_back(base::Error{.code = code, .message = "lost", .retryable = retryable});
  }

  [[nodiscard]] std::unique_ptr<Client> client() {
    return Client::over(
        [this](std::string_view action, std::string body, async::SteadyTime, bool repeatable) {
          return next(std::string(action), std::move(body), repeatable);
        },
        "test_");
  }
  [[nodiscard]] const std::vector<Request>& requests() const { return requests_; }
  [[nodiscard]] bool is_done() const { return answers_.empty(); }

 private:
  async::Awaitable<Answer> next(std::string action, std::string body, bool repeatable) {
    requests_.push_back({std::move(action), std::move(body), repeatable});
    if (answers_.empty()) {
      co_return base::Error{.code = base::ErrorCode::internal, .message = "not in the script"};
    }
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    co_return answer;
  }

  std::deque<Answer> answers_;
  std::vector<Request> requests_;
};

}  // namespace penstock::dynamodb
