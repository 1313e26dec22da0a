#include "local/function/runtime_api_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <optional>
#include <thread>

#include "http/server/server.h"

namespace penstock::local {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

// Connects as a function, whose HTTP is written out in the tests.
class Connection {
 public:
  explicit Connection(uint16_t port) : socket_(io_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  void send(const std::string& method, const std::string& path, const std::string& body = {},
            const std::string& headers = {}) {
    asio::write(socket_, asio::buffer(method + " /2018-06-01/runtime/" + path +
                                      " HTTP/1.1\r\nHost: x\r\n" + headers + "Content-Length: " +
                                      std::to_string(body.size()) + "\r\n\r\n" + body));
  }

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
    const size_t size = asio::read_until(socket_, asio::dynamic_buffer(input_), "\r\n\r\n");
    Answer result;
    result.head = input_.substr(0, size);
    input_.erase(0, size);
    result.status = std::stoi(result.head.substr(9, 3));
    const size_t length = length_of(result.head);
    if (input_.size() < length) {
      asio::read(socket_, asio::dynamic_buffer(input_),
                 asio::transfer_exactly(length - input_.size()));
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

  asio::io_context io_;
  asio::ip::tcp::socket socket_;
  std::string input_;
};

class RuntimeApiServerTest : public ::testing::Test {
 protected:
  void serve(milliseconds timeout = std::chrono::seconds(30)) {
    api_.emplace(io_,
                 RuntimeApiServer::Settings{.function_arn = "arn:function", .timeout = timeout},
                 [this] { ++kills_; });
    server_.emplace(io_, *api_, limits(), log_, "runtime_api");
    ASSERT_TRUE(server_->listen("127.0.0.1", 0));
    port_ = server_->port();
    thread_ = std::jthread([this] { io_.run(); });
  }
  void TearDown() override {
    asio::post(io_, [this] {
      api_->close();
      server_->stop(std::chrono::steady_clock::now(), [this] { io_.stop(); });
    });
    thread_.join();
  }

  static http::Limits limits() {
    http::Limits limits;
    limits.body_bytes_max = 7 * 1024 * 1024;
    return limits;
  }
  std::future<InvocationOutcome> invoke(const std::string& payload) {
    return std::async(std::launch::async,
                      [this, payload] { return api_->invoke(payload, stop_.get_token()); });
  }
  // Asks for the next invocation as a function does, and returns its request id.
  std::string take(Connection& function) {
    function.send("GET", "invocation/next");
    return function.answer().header("Lambda-Runtime-Aws-Request-Id");
  }

  std::stop_source stop_;
  std::atomic<int> kills_ = 0;
  log::Log log_{STDERR_FILENO, log::Level::error};
  asio::io_context io_{1};
  std::optional<RuntimeApiServer> api_;
  std::optional<http::Server> server_;
  uint16_t port_ = 0;
  std::jthread thread_;
};

TEST_F(RuntimeApiServerTest, HandsOverAnInvocationAndTakesItsResponse) {
  serve();
  Connection function(port_);
  function.send("GET", "invocation/next");  // Waits for the invocation.
  auto outcome = invoke("{\"records\":{}}");
  const auto next = function.answer();
  EXPECT_EQ(next.status, 200);
  EXPECT_EQ(next.body, "{\"records\":{}}");
  EXPECT_EQ(next.header("Lambda-Runtime-Invoked-Function-Arn"), "arn:function");
  EXPECT_THAT(next.header("Lambda-Runtime-Trace-Id"), HasSubstr("Root=1-"));
  const auto deadline = std::chrono::system_clock::time_point(
      milliseconds(std::stoll(next.header("Lambda-Runtime-Deadline-Ms"))));
  EXPECT_GT(deadline, std::chrono::system_clock::now());
  EXPECT_LE(deadline, std::chrono::system_clock::now() + std::chrono::seconds(30));
  function.send("POST", "invocation/" + next.header("Lambda-Runtime-Aws-Request-Id") + "/response",
                "\"done\"");
  EXPECT_EQ(function.answer().status, 202);
  const InvocationOutcome result = outcome.get();
  EXPECT_TRUE(result.succeeded());
  EXPECT_EQ(result.response, "\"done\"");
}

TEST_F(RuntimeApiServerTest, PassesOnTheErrorThatAFunctionReports) {
  serve();
  Connection function(port_);
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.send("POST", "invocation/" + id + "/error",
                R"({"errorMessage":"no","errorType":"Bad","stackTrace":[]})",
                "Lambda-Runtime-Function-Error-Type: Other\r\n");
  EXPECT_EQ(function.answer().status, 202);
  const InvocationOutcome result = outcome.get();
  EXPECT_EQ(result.error_type, "Bad");
  EXPECT_EQ(result.error_message, "no");
}

TEST_F(RuntimeApiServerTest, TakesTheErrorTypeFromTheHeaderIfTheBodyHasNone) {
  serve();
  Connection function(port_);
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.send("POST", "invocation/" + id + "/error", "not json",
                "Lambda-Runtime-Function-Error-Type: Other\r\n");
  EXPECT_EQ(function.answer().status, 202);
  EXPECT_EQ(outcome.get().error_type, "Other");
}

TEST_F(RuntimeApiServerTest, RefusesTheIdOfAnotherInvocation) {
  serve();
  Connection function(port_);
  for (const char* what : {"response", "error"}) {
    function.send("POST", std::string("invocation/1234/") + what, "{}");
    const auto answer = function.answer();
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body,
              R"({"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"})");
  }
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.send("POST", "invocation/" + id + "/response");
  EXPECT_EQ(function.answer().status, 202);
  function.send("POST", "invocation/" + id + "/response");  // Answers a second time.
  EXPECT_EQ(function.answer().status, 400);
  EXPECT_TRUE(outcome.get().succeeded());
}

TEST_F(RuntimeApiServerTest, KnowsNoOtherResources) {
  serve();
  Connection function(port_);
  function.send("GET", "nothing");
  EXPECT_EQ(function.answer().status, 404);
  function.send("POST", "invocation/next");
  EXPECT_EQ(function.answer().status, 404);
}

TEST_F(RuntimeApiServerTest, FailsTheInvocationWhoseResponseIsTooLarge) {
  serve();
  Connection function(port_);
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.send("POST", "invocation/" + id + "/response",
                std::string(RuntimeApiServer::kResponseBytesMax + 1, ' '));
  EXPECT_EQ(function.answer().status, 413);
  EXPECT_EQ(outcome.get().error_type, "Function.ResponseSizeTooLarge");
}

TEST_F(RuntimeApiServerTest, EndsAnInvocationThatTakesTooLongAndKillsTheFunction) {
  serve(milliseconds(50));
  Connection function(port_);
  auto outcome = invoke("{}");
  const std::string id = take(function);
  const InvocationOutcome result = outcome.get();
  EXPECT_EQ(result.error_type, "Sandbox.Timedout");
  EXPECT_EQ(result.error_message, "Task timed out after 0.05 seconds");
  function.send("POST", "invocation/" + id + "/response");  // Answers too late.
  EXPECT_EQ(function.answer().status, 400);
  EXPECT_EQ(kills_, 1);
}

TEST_F(RuntimeApiServerTest, FailsAtOnceWhenTheFunctionDiesWithTheInvocation) {
  serve();
  Connection function(port_);
  auto outcome = invoke("{}");
  take(function);
  asio::post(io_, [this] { api_->function_ended("exit status 3"); });
  const InvocationOutcome result = outcome.get();
  EXPECT_EQ(result.error_type, "Runtime.ExitError");
  EXPECT_THAT(result.error_message, HasSubstr("exit status 3"));
}

TEST_F(RuntimeApiServerTest, FailsAllInvocationsWhenTheFunctionIsNotStartedAgain) {
  serve();
  auto waits = invoke("{}");
  asio::post(io_, [this] { api_->function_ended_for_good("exit status 3"); });
  EXPECT_EQ(waits.get().error_type, "Runtime.ExitError");
  const InvocationOutcome comes = invoke("{}").get();
  EXPECT_EQ(comes.error_type, "Runtime.ExitError");
  EXPECT_THAT(comes.error_message, HasSubstr("exit status 3"));
}

TEST_F(RuntimeApiServerTest, ReportsTheLastErrorAtTheStartToLaterInvocations) {
  serve();
  Connection function(port_);
  function.send("POST", "init/error",
                R"({"errorMessage":"no settings","errorType":"Runtime.BadStart"})");
  EXPECT_EQ(function.answer().status, 202);
  asio::post(io_, [this] { api_->function_ended_for_good("exit status 1"); });
  EXPECT_EQ(invoke("{}").get().error_type, "Runtime.BadStart");
}

TEST_F(RuntimeApiServerTest, GivesAnInvocationToTheFunctionThatAskedLast) {
  serve();
  Connection gone(port_);
  gone.send("GET", "invocation/next");
  const auto polls = [&] {
    std::promise<uint64_t> answer;
    asio::post(io_, [&] { answer.set_value(api_->polls()); });
    return answer.get_future().get();
  };
  while (polls() == 0) {  // ctest's time-out is the deadline.
  }
  std::promise<void> ended;
  asio::post(io_, [&] {
    api_->function_ended("signal 9");
    ended.set_value();
  });
  ended.get_future().get();
  Connection successor(port_);
  auto outcome = invoke("{}");
  const std::string id = take(successor);
  ASSERT_FALSE(id.empty());
  successor.send("POST", "invocation/" + id + "/response");
  EXPECT_EQ(successor.answer().status, 202);
  EXPECT_TRUE(outcome.get().succeeded());
}

TEST_F(RuntimeApiServerTest, FailsAWaitingInvocationAfterAnErrorAtTheStart) {
  serve();
  Connection function(port_);
  auto outcome = invoke("{}");
  // Repeats until the invocation has reached the server's thread.
  do {
    function.send("POST", "init/error",
                  R"({"errorMessage":"no settings","errorType":"Runtime.BadStart"})");
    EXPECT_EQ(function.answer().status, 202);
  } while (outcome.wait_for(milliseconds(1)) != std::future_status::ready);
  EXPECT_EQ(outcome.get().error_type, "Runtime.BadStart");
}

TEST_F(RuntimeApiServerTest, GivesUpWhenAskedToStop) {
  serve();
  auto outcome = invoke("{}");
  stop_.request_stop();
  EXPECT_EQ(outcome.get().error_type, "Penstock.Abandoned");
}

}  // namespace
}  // namespace penstock::local
