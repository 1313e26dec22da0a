#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/caught_text.h"
#include "http/server/server.h"
#include "support/counted_new.h"
#include "support/raw_client.h"

// These are aids for the tests of the HTTP server.
namespace penstock::http {

using test::RawClient;

// Hands the targets of requests from the server's thread to the test's.
class Targets {
 public:
  void add(const RequestMessage& request) {
    const std::lock_guard lock(mutex_);
    targets_.emplace_back(request.target());
    changed_.notify_all();
  }
  // Returns the next target, or an empty text if there is none within 5 s.
  std::string take() {
    std::unique_lock lock(mutex_);
    const std::chrono::seconds patience(5);
    if (!changed_.wait_for(lock, patience, [&] { return !targets_.empty(); })) return {};
    std::string target = std::move(targets_.front());
    targets_.pop_front();
    return target;
  }
  [[nodiscard]] bool empty() {
    const std::lock_guard lock(mutex_);
    return targets_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> targets_;
};

// Answers with the request. "/wait" and "/drop-wait" are answered when the test cancels the gate,
// and those that begin with "/later" are decided on then.
class Echo final : public Service {
 public:
  explicit Echo(boost::asio::io_context& io)
      : gate(io.get_executor(), async::Timer::time_point::max()) {}

  async::Awaitable<Reply> handle(const RequestMessage& request) override {
    if (request.target() == "/throw") throw std::runtime_error("a bug");
    if (request.target() == "/throw-42") throw 42;
    if (request.target() == "/no-memory") throw std::bad_alloc();
    if (request.target() == "/nested") co_await throw_later();
    if (request.target() == "/wait" || request.target() == "/drop-wait") {
      waiting.set_value();
      co_await gate.async_wait(async::use_awaitable_tuple);
    }
    Reply reply;
    reply.response.set_content_type("text/plain");
    reply.response.body = std::string(request.method()) + ' ' + std::string(request.target()) +
                          ' ' + request.body + (request.body_dropped ? "(dropped)" : "") +
                          (request.may_wait ? "" : "(may not wait)") + '\n';
    if (request.target() == "/capacity") {
      reply.response.body = request.body.capacity() > 100'000 ? "much\n" : "little\n";
    }
    if (request.target() == "/large") reply.response.body = std::string(8 << 20, 'x') + '\n';
    co_return reply;
  }
  void body_failed(const RequestMessage& request, std::string_view refusal) override {
    (refusal.empty() ? failed : refused).add(request);
  }
  // A target has what is decided: "/drop", "/reply", "/keep4" for at most 4 bytes.
  Admission admit(const RequestMessage& request) override {
    admitted.add(request);
    const std::string_view target = request.target();
    if (target == "/admit-throws") throw std::runtime_error("a bug in admit");
    if (target.starts_with("/drop")) return DropBody{};
    if (target.starts_with("/later")) return DecideLater{};
    if (target == "/keep4") return KeepBody{4};
    if (target == "/reply") return no();
    return KeepBody{};
  }
  // Waits until the test cancels the gate. A target has what is decided then: "/later-drop",
  // "/later-reply", "/later-throws", "/later-keep4".
  async::Awaitable<Admission> decide(const RequestMessage& request) override {
    const std::string_view target = request.target();
    deciding.add(request);
    co_await gate.async_wait(async::use_awaitable_tuple);
    if (target == "/later-throws") throw std::runtime_error("a bug in decide");
    if (target == "/later-drop") co_return DropBody{};
    if (target == "/later-reply") co_return no();
    co_return KeepBody{target == "/later-keep4" ? 4 : SIZE_MAX};
  }
  void completed(const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration, size_t) override {
    statuses.push_back(reply.response.status);
    if (request.target() == "/completed-throws") throw 42;
  }

  // Makes finish() complete every response whose body has so many bytes.
  void complete_from(size_t bytes) { finish_from(bytes); }
  void finish(const RequestMessage& request, ResponseMessage& response) override {
    response.add_header("finished", request.method());
  }

  [[nodiscard]] static Reply no() {
    Reply reply;
    reply.response.status = 404;
    reply.response.body = "no\n";
    return reply;
  }
  // Throws from a coroutine in a coroutine, after a wait.
  async::Awaitable<> throw_later() {
    async::Timer timer(gate.get_executor(), std::chrono::steady_clock::now());
    co_await timer.async_wait(async::use_awaitable_tuple);
    throw 42;
  }

  async::Timer gate;
  std::promise<void> waiting;
  Targets failed;
  Targets refused;
  Targets admitted;  // Those that admit() was asked for.
  Targets deciding;  // Those that decide() waits for.
  std::vector<unsigned> statuses;
};

class ServerTest : public testing::Test {
 protected:
  // Serves `service`, or echoes if it is null.
  void start(Limits limits = {}, Service* service = nullptr) {
    Service& served = service != nullptr ? *service : echo_;
    server_ = std::make_unique<Server>(io_, served, limits, log_, "test");
    ASSERT_TRUE(server_->listen("127.0.0.1", 0));
    port_ = server_->port();
    thread_ = std::jthread([this] {
      try {
        io_.run();
      } catch (...) {
        no_memory_.reset();
        ended_with_.set_value(base::caught_text());
      }
    });
  }
  // Returns what the log has so far.
  std::string log_text() {
    log_.flush();
    std::string text(1 << 16, '\0');
    const ssize_t count = ::read(log_pipe_[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }
  ServerTest() { EXPECT_EQ(::fcntl(log_pipe_[0], F_SETFL, O_NONBLOCK), 0); }
  ~ServerTest() override {
    ::close(log_pipe_[0]);
    ::close(log_pipe_[1]);
  }
  void TearDown() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  template <class Action>
  void on_server(Action action) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      action();
      done.set_value();
    });
    done.get_future().wait();
  }
  // Returns the server's counts.
  ServerStatistics statistics() {
    ServerStatistics copy;
    on_server([&] { copy = server_->statistics(); });
    return copy;
  }
  uint64_t refused(RefusalReason reason) {
    return statistics().refused[static_cast<size_t>(reason)];
  }
  uint64_t cut(CutReason reason) { return statistics().cut[static_cast<size_t>(reason)]; }
  // Waits until `condition` holds, for 5 s at most, and says whether it does.
  template <class Condition>
  bool comes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  std::array<int, 2> log_pipe_ = [] {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return ends;
  }();
  log::Log log_{log_pipe_[1], log::Level::warning};
  boost::asio::io_context io_{1};
  Echo echo_{io_};
  std::unique_ptr<Server> server_;
  uint16_t port_ = 0;
  std::optional<test::NoMemory> no_memory_;  // Of the server's thread.
  std::promise<std::string> ended_with_;     // The text of what io_.run() has thrown.
  std::jthread thread_;
};

inline constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace penstock::http
