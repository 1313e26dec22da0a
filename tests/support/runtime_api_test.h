#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "http/server/server.h"
#include "local/function/runtime_api_server.h"

namespace penstock::test {

// Connects as a function, whose HTTP is written out in the tests.
class FunctionConnection {
 public:
  explicit FunctionConnection(uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  void send(const std::string& method, const std::string& path, const std::string& body = {},
            const std::string& headers = {}) {
    write(method + " /2018-06-01/runtime/" + path + " HTTP/1.1\r\nHost: x\r\n" + headers +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void write(const std::string& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

  struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] std::string header(const std::string& name) const {
      const size_t at = head.find("\r\n" + name + ": ");
      if (at == std::string::npos) return {};
      const size_t begin = at + name.size() + 4;
      return head.substr(begin, head.find("\r\n", begin) - begin);
    }
  };
  Answer answer() {
    const size_t size =
        boost::asio::read_until(socket_, boost::asio::dynamic_buffer(input_), "\r\n\r\n");
    Answer result;
    result.head = input_.substr(0, size);
    input_.erase(0, size);
    result.status = std::stoi(result.head.substr(9, 3));
    const size_t length = length_of(result.head);
    if (input_.size() < length) {
      boost::asio::read(socket_, boost::asio::dynamic_buffer(input_),
                        boost::asio::transfer_exactly(length - input_.size()));
    }
    result.body = input_.substr(0, length);
    input_.erase(0, length);
    return result;
  }

 private:
  static size_t length_of(const std::string& head) {
    for (const char* name : {"Content-Length: ", "content-length: "}) {
      if (const size_t at = head.find(name); at != std::string::npos) {
        return std::stoul(head.substr(at + 16));
      }
    }
    return 0;
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  std::string input_;
};

// RuntimeApiServerTest serves the Runtime API on a thread of its own.
class RuntimeApiServerTest : public ::testing::Test {
 protected:
  void serve(std::chrono::milliseconds timeout = std::chrono::seconds(30),
             size_t max_concurrency = 1) {
    const local::RuntimeApiServer::Settings settings{
        .function_arn = "arn:function", .timeout = timeout, .max_concurrency = max_concurrency};
    api_.emplace(io_, settings,
                 local::RuntimeApiServer::Hooks{.kill_function = [this] { ++kills_; }});
    server_.emplace(io_, *api_, local::RuntimeApiServer::http_limits(settings), log_,
                    "runtime_api");
    ASSERT_TRUE(server_->listen("127.0.0.1", 0));
    port_ = server_->port();
    thread_ = std::jthread([this] { io_.run(); });
  }
  void TearDown() override {
    boost::asio::post(io_, [this] {
      api_->close();
      server_->stop(std::chrono::steady_clock::now(), [this] { io_.stop(); });
    });
    thread_.join();
  }

  std::future<local::InvocationOutcome> invoke(const std::string& payload) {
    return std::async(std::launch::async,
                      [this, payload] { return api_->invoke(payload, stop_.get_token()); });
  }
  // Asks for the next invocation as a function does, and returns its request id.
  std::string take(FunctionConnection& function) {
    function.send("GET", "invocation/next");
    return function.answer().header("Lambda-Runtime-Aws-Request-Id");
  }
  // Calls the server on its thread.
  template <class Action>
  void on_server(Action action) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      action();
      done.set_value();
    });
    done.get_future().get();
  }
  // Waits until a function has asked so often. ctest's time-out is the deadline.
  void wait_for_polls(uint64_t count) {
    uint64_t seen = 0;
    while (seen < count) on_server([&] { seen = api_->polls(); });
  }

  std::stop_source stop_;
  std::atomic<int> kills_ = 0;
  log::Log log_{STDERR_FILENO, log::Level::error};
  boost::asio::io_context io_{1};
  std::optional<local::RuntimeApiServer> api_;
  std::optional<http::Server> server_;
  uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace penstock::test
