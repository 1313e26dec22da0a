#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "local/kafka/ports.h"
#include "local/relay/relay.h"
#include "support/real_kafka.h"

namespace penstock::test {

// Is a Kafka that is reached through a relay only.
class RelayedKafka {
 public:
  RelayedKafka()
      : kafka_({.folder = folder_.path() / "kafka", .libraries = libraries()},
               {.settings = [this](std::string settings) { return through_relay(settings); }}),
        thread_([this] { io_.run(); }) {}
  ~RelayedKafka() {
    on_thread([this] { relay_.reset(); });
    work_.reset();
    thread_.join();
  }

  [[nodiscard]] base::Result<> start() { return kafka_.start(); }
  // Returns the address of the relay.
  [[nodiscard]] std::string bootstrap() const { return "127.0.0.1:" + std::to_string(port_); }
  // Lets what is asked for no longer arrive. What the broker has been asked for is answered.
  void hold_requests() {
    on_thread([this] { relay_->set({.requests = {.held = true}}); });
  }
  // Waits until so many bytes of requests have passed. The next answer is dropped and its
  // connection reset, and no other answer arrives any more.
  void lose_answers_after(size_t request_bytes, std::chrono::steady_clock::time_point deadline) {
    uint64_t passed = 0;
    on_thread([&] { passed = relay_->counts().request_bytes; });
    const uint64_t wanted = passed + request_bytes;
    while (passed < wanted && std::chrono::steady_clock::now() < deadline) {
      on_thread([&] {
        passed = relay_->counts().request_bytes;
        if (passed >= wanted) relay_->set({.answers = {.held = true}, .answers_cut = 1});
      });
    }
  }
  void take_away() {
    on_thread([this] {
      relay_->set({.refuses = true});
      relay_->cut();
    });
  }
  void give_back() {
    on_thread([this] { relay_->set({}); });
  }

 private:
  static std::string libraries() {
    const char* value = std::getenv("PENSTOCK_KAFKA_LIBS");
    return value == nullptr ? "" : value;
  }

  void on_thread(const std::function<void()>& call) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      call();
      done.set_value();
    });
    done.get_future().get();
  }

  // Adds a listener for clients, which the broker says to be where the relay listens. Its requests
  // to itself do not go through the relay.
  std::string through_relay(std::string settings) {
    const auto server = local::free_port();
    EXPECT_TRUE(server);
    on_thread([&] {
      relay_ = std::make_unique<local::Relay>(io_, server.value());
      EXPECT_TRUE(relay_->listen());
      port_ = relay_->port();
    });
    add_to(settings, "\nlisteners=", "CLIENTS://127.0.0.1:" + std::to_string(server.value()));
    add_to(settings, "\nadvertised.listeners=", "CLIENTS://" + bootstrap());
    add_to(settings, "\nlistener.security.protocol.map=", "CLIENTS:PLAINTEXT");
    return settings;
  }

  static void add_to(std::string& settings, std::string_view name, const std::string& value) {
    const size_t begin = settings.find(name);
    ASSERT_NE(begin, std::string::npos) << name;
    settings.insert(begin + name.size(), value + ",");
  }

  TemporaryFolder folder_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::unique_ptr<local::Relay> relay_;
  uint16_t port_ = 0;
  RunningKafka kafka_;
  std::thread thread_;
};

}  // namespace penstock::test
