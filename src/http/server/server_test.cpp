#include "http/server/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

#include "base/caught_text.h"
#include "support/counted_new.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Uses a plain socket as a client, so that a test decides every byte. Reads give up after 5 s.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;

  bool send(std::string_view text) {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // Reads until `end` arrives or the server closes the connection, and returns what is before that.
  std::string read_until(std::string_view end) {
    while (text_.find(end) == std::string::npos && read_some()) {
    }
    const size_t found = text_.find(end);
    const size_t size = found == std::string::npos ? text_.size() : found + end.size();
    std::string part = text_.substr(0, size);
    text_.erase(0, size);
    return part;
  }
  std::string read_all() {
    while (read_some()) {
    }
    return std::exchange(text_, {});
  }
  // Says whether the server closed the connection without sending anything more.
  bool closed() { return read_all().empty() && ended_; }

 private:
  bool read_some() {
    char buffer[4096];
    const ssize_t count = ::recv(fd_, buffer, sizeof buffer, 0);
    ended_ = count == 0 || (count < 0 && errno == ECONNRESET);
    if (count > 0) text_.append(buffer, static_cast<size_t>(count));
    return count > 0;
  }

  int fd_;
  bool ended_ = false;
  std::string text_;
};

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
    if (!changed_.wait_for(lock, 5s, [&] { return !targets_.empty(); })) return {};
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

// Answers with the request. "/wait" is answered when the test cancels the gate.
class Echo final : public Service {
 public:
  explicit Echo(boost::asio::io_context& io)
      : gate(io.get_executor(), async::Timer::time_point::max()) {}

  async::Awaitable<Reply> handle(const RequestMessage& request) override {
    if (request.target() == "/throw") throw std::runtime_error("a bug");
    if (request.target() == "/throw-42") throw 42;
    if (request.target() == "/no-memory") throw std::bad_alloc();
    if (request.target() == "/nested") co_await throw_later();
    if (request.target() == "/wait") {
      waiting.set_value();
      co_await gate.async_wait(async::use_awaitable_tuple);
    }
    Reply reply;
    reply.response.set_content_type("text/plain");
    reply.response.body = std::string(request.method()) + ' ' + std::string(request.target()) +
                          ' ' + request.body + (request.body_too_large ? "too large" : "") + '\n';
    if (request.target() == "/capacity") {
      reply.response.body = request.body.capacity() > 100'000 ? "much\n" : "little\n";
    }
    if (request.target() == "/large") reply.response.body = std::string(8 << 20, 'x') + '\n';
    co_return reply;
  }
  void body_failed(const RequestMessage& request, std::string_view refusal) override {
    (refusal.empty() ? failed : refused).add(request);
  }
  void body_exceeded(const RequestMessage& request) override { exceeded.add(request); }
  void completed(const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration, size_t) override {
    statuses.push_back(reply.response.status);
    if (request.target() == "/completed-throws") throw 42;
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
  Targets exceeded;
  std::vector<unsigned> statuses;
};

class ServerTest : public testing::Test {
 protected:
  void start(Limits limits = {}) {
    server_ = std::make_unique<Server>(io_, echo_, limits, log_, "test");
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

  std::array<int, 2> log_pipe_ = [] {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return ends;
  }();
  log::Log log_{log_pipe_[1], log::Level::error};
  boost::asio::io_context io_{1};
  Echo echo_{io_};
  std::unique_ptr<Server> server_;
  uint16_t port_ = 0;
  std::optional<test::NoMemory> no_memory_;  // Of the server's thread.
  std::promise<std::string> ended_with_;     // The text of what io_.run() has thrown.
  std::jthread thread_;
};

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

// AddressSanitizer judges it: the loops that accept and that look at deadlines are resumed once
// more.
TEST(ServerEnd, MayComeWhileItsIoContextRuns) {
  boost::asio::io_context io(1);
  log::Log log(::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error);
  Echo echo(io);
  auto server = std::make_unique<Server>(io, echo, Limits{}, log, "test");
  ASSERT_TRUE(server->listen("127.0.0.1", 0));
  io.poll();
  server.reset();
  io.run();
}

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(port_);
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\ndate: "));
    EXPECT_THAT(head,
                HasSubstr("\r\nserver: test\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n"));
    EXPECT_EQ(client.read_until("\n"), "GET /a \n");
  }
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient client(port_);
  client.send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_all();
  const size_t one = all.find("GET /1"), two = all.find("POST /2 abc"), three = all.find("GET /3");
  EXPECT_TRUE(one < two && two < three && three != std::string::npos) << all;
}

TEST_F(ServerTest, ARequestMayComeByteByByte) {
  start();
  RawClient client(port_);
  const std::string request =
      "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
  for (const char byte : request) client.send({&byte, 1});
  EXPECT_THAT(client.read_until("hi\n"), EndsWith("POST /b hi\n"));
}

TEST_F(ServerTest, Expect100ContinueIsAnsweredBeforeTheBody) {
  start();
  RawClient client(port_);
  client.send("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_THAT(client.read_until("ok\n"), EndsWith("POST /c ok\n"));
  client.send(
      "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n"), StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, Http10ClosesUnlessAskedToKeep) {
  start();
  RawClient client(port_);
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("connection: keep-alive\r\n"));
  client.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("connection: close\r\n"));
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  start();
  RawClient client(port_);
  client.send("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_all(), EndsWith("content-length: 9\r\nconnection: close\r\n\r\n"));
}

TEST_F(ServerTest, AMalformedRequestIsAnsweredAndTheConnectionClosed) {
  start();
  RawClient client(port_);
  client.send(
      "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      "GET /smuggled HTTP/1.1\r\n\r\n");
  const std::string all = client.read_all();
  EXPECT_THAT(all, StartsWith("HTTP/1.1 400 Bad Request"));
  EXPECT_THAT(all, HasSubstr("content-type: application/problem+json"));
  EXPECT_EQ(all.find("smuggled"), std::string::npos);
}

TEST_F(ServerTest, AnExceptionOfTheServiceIsA500) {
  start();
  RawClient client(port_);
  client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("}"), HasSubstr("HTTP/1.1 500 Internal Server Error"));
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, WhateverAServiceThrowsIsAnsweredAndLogged) {
  start();
  RawClient client(port_);
  const std::pair<std::string, std::string> rows[] = {
      {"/throw", "a bug"},
      {"/throw-42", "something was thrown that is not a std::exception"},
      {"/nested", "something was thrown that is not a std::exception"},
      {"/no-memory", "std::bad_alloc"}};
  for (const auto& [target, reason] : rows) {
    client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 500 Internal Server Error\r\n")) << target;
    EXPECT_THAT(client.read_until("}"), testing::Not(HasSubstr(reason)));
    EXPECT_THAT(log_text(), HasSubstr("\"message\":\"a request ended with an exception\","
                                      "\"reason\":\"" +
                                      reason + "\""))
        << target;
  }
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, AnExceptionOfOneConnectionEndsOnlyThatOne) {
  start();
  RawClient other(port_);
  RawClient client(port_);
  client.send("GET /completed-throws HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 200 OK\r\n"));
  on_server([] {});  // The line is written after the connection is closed.
  EXPECT_THAT(log_text(), HasSubstr("\"message\":\"a connection ended with an exception\","
                                    "\"reason\":\"something was thrown"));
  other.send(kGet);
  EXPECT_THAT(other.read_until("GET /a \n"), HasSubstr("200 OK"));
}

// A server that cannot accept would be deaf for ever, with a process that looks alive.
TEST_F(ServerTest, WithoutMemoryForAConnectionItsLoopEndsTheRun) {
  start();
  on_server([this] { no_memory_.emplace(); });
  RawClient client(port_);
  auto ended = ended_with_.get_future();
  ASSERT_EQ(ended.wait_for(5s), std::future_status::ready);
  EXPECT_EQ(ended.get(), "std::bad_alloc");
}

TEST_F(ServerTest, TimeOutsEndIdleAndSlowClients) {
  start({.header_timeout = 300ms,
         .body_timeout = 300ms,
         .write_timeout = 300ms,
         .idle_timeout = 300ms});
  RawClient idle(port_), slow_header(port_), slow_body(port_), deaf(port_);
  slow_header.send("GET / HT");
  slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  deaf.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(idle.closed());
  EXPECT_THAT(slow_header.read_all(), StartsWith("HTTP/1.1 408 Request Timeout"));
  EXPECT_THAT(slow_body.read_all(), StartsWith("HTTP/1.1 408 Request Timeout"));
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  size_t open = 1;
  while (open > 0 && std::chrono::steady_clock::now() < deadline) {
    on_server([&] { open = server_->statistics().connections; });
  }
  EXPECT_EQ(open, 0u);  // The deaf client's connection was cut although it never read.
}

TEST_F(ServerTest, ALargeAnswerArrivesWhole) {
  start();
  RawClient client(port_);
  client.send("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_all();
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, (8u << 20) + 1);
}

TEST_F(ServerTest, AConnectionEndsAfterItsNumberOfRequests) {
  start({.requests_per_connection_max = 2});
  RawClient client(port_);
  client.send(kGet);
  EXPECT_EQ(client.read_until("GET /a \n").find("connection: close"), std::string::npos);
  client.send(kGet);
  EXPECT_THAT(client.read_all(), HasSubstr("connection: close"));
}

TEST_F(ServerTest, ConnectionsBeyondTheLimitGet503) {
  start({.connections_max = 1});
  RawClient first(port_);
  first.send(kGet);
  first.read_until("GET /a \n");
  RawClient second(port_);
  EXPECT_THAT(second.read_all(), StartsWith("HTTP/1.1 503"));
}

TEST_F(ServerTest, ADrainFinishesWhatIsInFlightAndClosesWhatIsIdle) {
  start();
  RawClient busy(port_), idle(port_);
  idle.send(kGet);
  idle.read_until("GET /a \n");
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.waiting.get_future().wait();
  std::promise<void> done;
  on_server(
      [&] { server_->stop(std::chrono::steady_clock::now() + 10s, [&] { done.set_value(); }); });
  EXPECT_TRUE(idle.closed());
  auto ended = done.get_future();
  EXPECT_EQ(ended.wait_for(0s), std::future_status::timeout);
  on_server([&] { echo_.gate.cancel(); });
  const std::string answer = busy.read_all();
  EXPECT_THAT(answer, HasSubstr("connection: close"));
  EXPECT_THAT(answer, EndsWith("GET /wait \n"));
  EXPECT_EQ(ended.wait_for(5s), std::future_status::ready);
}

TEST_F(ServerTest, ADrainEndsAtItsDeadlineWhateverTheServiceDoes) {
  start();
  RawClient busy(port_);
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.waiting.get_future().wait();
  std::promise<void> done;
  on_server(
      [&] { server_->stop(std::chrono::steady_clock::now() + 300ms, [&] { done.set_value(); }); });
  EXPECT_EQ(done.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(ServerTest, TheServiceLearnsOfARequestThatNeverArrivesWhole) {
  start({.body_timeout = 300ms});
  const std::string head = " HTTP/1.1\r\nHost: h\r\n";
  {
    RawClient short_of_length(port_);
    short_of_length.send("POST /length" + head + "Content-Length: 5\r\n\r\nab");
  }
  EXPECT_EQ(echo_.failed.take(), "/length");
  {
    RawClient without_last_chunk(port_);
    without_last_chunk.send("POST /chunks" + head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  }
  EXPECT_EQ(echo_.failed.take(), "/chunks");
  RawClient malformed(port_);
  malformed.send("POST /malformed" + head + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n");
  EXPECT_EQ(echo_.refused.take(), "/malformed");
  RawClient slow(port_);
  slow.send("POST /slow" + head + "Content-Length: 5\r\n\r\nab");
  EXPECT_EQ(echo_.failed.take(), "/slow");
  EXPECT_THAT(slow.read_all(), StartsWith("HTTP/1.1 408 "));
  {
    RawClient in_header(port_);
    in_header.send("POST /header" + head);
  }
  EXPECT_EQ(echo_.failed.take(), "/header");
  RawClient two_lengths(port_);
  two_lengths.send("POST /two" + head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(echo_.refused.take(), "/two");
  RawClient trailers(port_);
  trailers.send("POST /trailers" + head +
                "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(30'000, 'x'));
  EXPECT_EQ(echo_.refused.take(), "/trailers");
  EXPECT_THAT(trailers.read_all(), StartsWith("HTTP/1.1 431 "));
  RawClient whole(port_);
  whole.send("POST /whole" + head + "Content-Length: 1\r\n\r\na");
  EXPECT_THAT(whole.read_until("/whole a\n"), HasSubstr("200 OK"));
  EXPECT_TRUE(echo_.failed.empty());
}

TEST_F(ServerTest, ALargeBodyCanBeDroppedAndTheConnectionGoesOn) {
  start({.body_bytes_max = 10'000, .drops_large_bodies = true});
  RawClient client(port_);
  const std::string body(1'000'000, 'x');
  const std::string head = " HTTP/1.1\r\nHost: h\r\n";
  client.send("POST /length" + head + "Content-Length: 1000000\r\n\r\n" + body.substr(500'000));
  EXPECT_EQ(echo_.exceeded.take(), "/length");  // At once, and before the rest arrives.
  client.send(body.substr(500'000));
  EXPECT_THAT(client.read_until("too large\n"), EndsWith("POST /length too large\n"));
  client.send("POST /chunks" + head + "Transfer-Encoding: chunked\r\n\r\nf4240\r\n" + body +
              "\r\n0\r\n\r\n");
  EXPECT_THAT(client.read_until("too large\n"), EndsWith("POST /chunks too large\n"));
  EXPECT_EQ(echo_.exceeded.take(), "/chunks");
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
  EXPECT_TRUE(echo_.failed.empty());
}

TEST_F(ServerTest, AConnectionDoesNotKeepTheMemoryOfALargeBody) {
  start({.body_bytes_max = 1'000'000});
  RawClient client(port_);
  const std::string head = " /capacity HTTP/1.1\r\nHost: h\r\n";
  client.send("POST" + head + "Content-Length: 500000\r\n\r\n" + std::string(500'000, 'x'));
  EXPECT_THAT(client.read_until("much\n"), HasSubstr("200 OK"));
  client.send("GET" + head + "\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("200 OK"));
  EXPECT_EQ(client.read_until("\n"), "little\n");
}

TEST_F(ServerTest, NamesAPortThatIsInUse) {
  start();
  Server second(io_, echo_, {}, log_, "test");
  const auto result = second.listen("127.0.0.1", port_);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("port " + std::to_string(port_)));
}

}  // namespace
}  // namespace penstock::http
