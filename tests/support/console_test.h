#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "local/console/console.h"
#include "support/raw_client.h"

// These are aids for the tests of the console.
namespace penstock::local {

// Serves a console on a free port. Its feed is what the members say.
class ConsoleTest : public testing::Test {
 protected:
  void start(ConsoleOperations operations = {}) {
    ConsoleFeed feed{.state = [this] { return state_; },
                     .sequence = [this] { return sequence_.load(); },
                     .changes =
                         [this](uint64_t& sequence, size_t limit) {
                           if (sequence == sequence_) return std::string();
                           ++batches_;
                           limit_ = limit;
                           sequence = sequence_;
                           return stories_;
                         }};
    console_ = std::make_unique<Console>(io_, std::move(feed), std::move(operations), stopping_);
    ASSERT_TRUE(console_->listen(0));
    port_ = console_->port();
    const std::string url = console_->url();
    token_ = url.substr(url.find("#token=") + 7);
    thread_ = std::jthread([this] { io_.run(); });
  }
  void TearDown() override {
    if (console_ && !stopped_) stop();
    work_.reset();
    if (thread_.joinable()) thread_.join();
  }
  // Stops the console, and returns whether that takes less than 5 s.
  bool stop() {
    stopped_ = true;
    auto ended =
        boost::asio::co_spawn(io_.get_executor(), console_->stop(), boost::asio::use_future);
    return ended.wait_for(std::chrono::seconds(5)) == std::future_status::ready;
  }
  // Returns the whole answer to a request. `headers` has whole lines.
  std::string ask(std::string_view method, std::string_view target, std::string_view headers = {},
                  std::string_view body = {}) {
    test::RawClient client(port_);
    client.send(request(method, target, headers, body));
    return client.read_all();
  }
  std::string request(std::string_view method, std::string_view target, std::string_view headers,
                      std::string_view body) const {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
    text.append(std::to_string(port_)).append("\r\nConnection: close\r\n").append(headers);
    if (!body.empty()) {
      text.append("Content-Type: application/json\r\nContent-Length: ");
      text.append(std::to_string(body.size())).append("\r\n");
    }
    return text.append("\r\n").append(body);
  }
  [[nodiscard]] std::string token_line() const { return "x-penstock-token: " + token_ + "\r\n"; }
  template <class Condition>
  static bool comes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::stop_source stopping_;
  std::string state_ = R"({"now_ms":1})";
  std::string stories_ = R"({"stories":[],"left_out":0})";
  std::atomic<uint64_t> sequence_ = 0;
  std::atomic<size_t> batches_ = 0;  // How often there were changes.
  std::atomic<size_t> limit_ = 0;
  std::unique_ptr<Console> console_;
  uint16_t port_ = 0;
  std::string token_;
  bool stopped_ = false;
  std::jthread thread_;
};

}  // namespace penstock::local
