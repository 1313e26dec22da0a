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
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <vector>

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
    write(method + " /2018-06-01/runtime/" + path + " HTTP/1.1\r\nHost: x\r\n" + headers +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void write(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }

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
  void serve(milliseconds timeout = std::chrono::seconds(30), size_t max_concurrency = 1) {
    const RuntimeApiServer::Settings settings{.function_arn = "arn:function",
                                              .timeout = timeout,
                                              .max_concurrency = max_concurrency};
    api_.emplace(io_, settings, [this] { ++kills_; });
    server_.emplace(io_, *api_, RuntimeApiServer::http_limits(settings), log_, "runtime_api");
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

  std::future<InvocationOutcome> invoke(const std::string& payload) {
    return std::async(std::launch::async,
                      [this, payload] { return api_->invoke(payload, stop_.get_token()); });
  }
  // Asks for the next invocation as a function does, and returns its request id.
  std::string take(Connection& function) {
    function.send("GET", "invocation/next");
    return function.answer().header("Lambda-Runtime-Aws-Request-Id");
  }
  // Calls the server on its thread.
  template <class Action>
  void on_server(Action action) {
    std::promise<void> done;
    asio::post(io_, [&] {
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

TEST_F(RuntimeApiServerTest, FailsAnInvocationWhoseResponseIsTooLargeAndServesTheNext) {
  serve();
  Connection function(port_);
  for (const size_t size : {RuntimeApiServer::kResponseBytesMax + 1, size_t{20'000'000}}) {
    auto outcome = invoke("{}");
    const std::string id = take(function);
    function.send("POST", "invocation/" + id + "/response", std::string(size, ' '));
    const auto answer = function.answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_THAT(answer.body, HasSubstr("RequestEntityTooLarge"));
    const InvocationOutcome result = outcome.get();
    EXPECT_EQ(result.error_type, "Function.ResponseSizeTooLarge");
    EXPECT_EQ(result.error_message,
              "Response payload size exceeded maximum allowed payload size (6291556 bytes).");
  }
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.send("POST", "invocation/" + id + "/response",
                std::string(RuntimeApiServer::kResponseBytesMax, ' '));
  EXPECT_EQ(function.answer().status, 202);
  EXPECT_TRUE(outcome.get().succeeded());
}

TEST_F(RuntimeApiServerTest, FailsALargeResponseBeforeItsRestHasArrived) {
  serve();
  Connection function(port_);
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.write("POST /2018-06-01/runtime/invocation/" + id +
                 "/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n700000\r\n" +
                 std::string(0x700000, ' '));
  EXPECT_EQ(outcome.get().error_type, "Function.ResponseSizeTooLarge");
  function.write("\r\n0\r\n\r\n");
  EXPECT_EQ(function.answer().status, 413);
}

TEST_F(RuntimeApiServerTest, FailsAtOnceWhenAResponseEndsEarly) {
  serve();
  for (const char* body : {"Content-Length: 9\r\n\r\n\"abc",
                           "Transfer-Encoding: chunked\r\n\r\n4\r\n\"abc\r\n"}) {
    auto outcome = invoke("{}");
    std::string id;
    {
      Connection function(port_);
      id = take(function);
      function.write("POST /2018-06-01/runtime/invocation/" + id +
                     "/response HTTP/1.1\r\nHost: x\r\n" + body);
    }
    EXPECT_EQ(outcome.get().error_type, "Runtime.TruncatedResponse");
  }
  EXPECT_EQ(kills_, 0);
}

TEST_F(RuntimeApiServerTest, FailsAStreamedResponseThatReportsAnErrorInItsTrailers) {
  serve();
  Connection function(port_);
  const auto outcome_of = [&](const std::string& trailers) {
    auto outcome = invoke("{}");
    const std::string id = take(function);
    function.write("POST /2018-06-01/runtime/invocation/" + id +
                   "/response HTTP/1.1\r\nHost: x\r\n"
                   "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                   "Trailer: Lambda-Runtime-Function-Error-Type, "
                   "Lambda-Runtime-Function-Error-Body\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n4\r\nnull\r\n0\r\n" +
                   trailers + "\r\n");
    EXPECT_EQ(function.answer().status, 202);
    return outcome.get();
  };
  const std::string type = "Lambda-Runtime-Function-Error-Type: Unhandled\r\n";
  // The body is {"errorType":"Error","errorMessage":"broke off"}.
  const std::string body =
      "Lambda-Runtime-Function-Error-Body: "
      "eyJlcnJvclR5cGUiOiJFcnJvciIsImVycm9yTWVzc2FnZSI6ImJyb2tlIG9mZiJ9\r\n";
  const InvocationOutcome both = outcome_of(type + body);
  EXPECT_EQ(both.error_type, "Error");
  EXPECT_EQ(both.error_message, "broke off");
  EXPECT_EQ(outcome_of(type).error_type, "Unhandled");
  EXPECT_EQ(outcome_of(type + "Lambda-Runtime-Function-Error-Body: no base64\r\n").error_type,
            "Unhandled");
  EXPECT_EQ(outcome_of(body).error_type, "Error");
  const InvocationOutcome whole = outcome_of("");
  EXPECT_TRUE(whole.succeeded());
  EXPECT_EQ(whole.response, "null");
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
  wait_for_polls(1);
  on_server([&] { api_->function_ended("signal 9"); });
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

TEST_F(RuntimeApiServerTest, ServesAsManyRequestsAtOnceAsItMay) {
  serve(std::chrono::seconds(30), 3);
  std::vector<std::unique_ptr<Connection>> functions;
  std::vector<std::future<InvocationOutcome>> outcomes;
  for (int i = 0; i < 3; ++i) {
    functions.push_back(std::make_unique<Connection>(port_));
    functions.back()->send("GET", "invocation/next");
  }
  wait_for_polls(3);
  for (int i = 0; i < 3; ++i) outcomes.push_back(invoke(std::to_string(i)));
  // All three have an invocation before any of them answers.
  std::vector<Connection::Answer> taken;
  for (const auto& function : functions) taken.push_back(function->answer());
  std::set<std::string> ids;
  for (const auto& next : taken) {
    EXPECT_EQ(next.status, 200);
    ids.insert(next.header("Lambda-Runtime-Aws-Request-Id"));
  }
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_EQ(invoke("{}").get().error_type, "TooManyRequestsException");
  for (size_t i : {2, 0, 1}) {  // Each answers with its event, in another order.
    const std::string id = taken[i].header("Lambda-Runtime-Aws-Request-Id");
    functions[i]->send("POST", "invocation/" + id + "/response", taken[i].body);
    EXPECT_EQ(functions[i]->answer().status, 202);
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcomes[static_cast<size_t>(i)].get().response, std::to_string(i));
}

TEST_F(RuntimeApiServerTest, LetsInvocationsWaitForAFunctionThatAsksForFewer) {
  serve(std::chrono::seconds(30), 2);
  Connection function(port_);
  auto first = invoke("1");
  auto second = invoke("2");
  for (int i = 0; i < 2; ++i) {
    const std::string id = take(function);
    function.send("POST", "invocation/" + id + "/response", "null");
    EXPECT_EQ(function.answer().status, 202);
  }
  EXPECT_TRUE(first.get().succeeded());
  EXPECT_TRUE(second.get().succeeded());
}

TEST_F(RuntimeApiServerTest, FailsOnlyTheInvocationThatTakesTooLongWhereSeveralRun) {
  serve(milliseconds(300), 2);
  Connection slow(port_);
  auto late = invoke("{}");
  const std::string late_id = take(slow);
  EXPECT_EQ(late.get().error_type, "Sandbox.Timedout");
  Connection other(port_);
  auto fine = invoke("{}");
  const std::string id = take(other);
  other.send("POST", "invocation/" + id + "/response", "null");
  EXPECT_EQ(other.answer().status, 202);
  EXPECT_TRUE(fine.get().succeeded());
  slow.send("POST", "invocation/" + late_id + "/response", "null");
  EXPECT_EQ(slow.answer().status, 400);
  EXPECT_EQ(kills_, 0);
}

TEST_F(RuntimeApiServerTest, TheEndOfAProcessFailsAllThatItRuns) {
  serve(std::chrono::seconds(30), 3);
  Connection one(port_);
  Connection two(port_);
  auto first = invoke("1");
  take(one);
  auto second = invoke("2");
  take(two);
  auto waits = invoke("3");
  on_server([&] { api_->function_ended("exit status 3"); });
  EXPECT_EQ(first.get().error_type, "Runtime.ExitError");
  EXPECT_EQ(second.get().error_type, "Runtime.ExitError");
  Connection successor(port_);
  const std::string id = take(successor);


  successor.send("POST", "invocation/" + id + "/response", "null");
  EXPECT_EQ(successor.answer().status, 202);
  EXPECT_TRUE(waits.get().succeeded());
}

TEST_F(RuntimeApiServerTest, AnErrorAtTheStartFailsAllThatWait) {
  serve(std::chrono::seconds(30), 2);
  Connection function(port_);
  auto first = invoke("1");
  auto second = invoke("2");
  const auto ended = [](auto& outcome) {
    return outcome.wait_for(milliseconds(1)) == std::future_status::ready;
  };
  // Repeats until both invocations have reached the server's thread.
  do {
    function.send("POST", "init/error", R"({"errorMessage":"no","errorType":"Runtime.BadStart"})");
    EXPECT_EQ(function.answer().status, 202);
  } while (!ended(first) || !ended(second));
  EXPECT_EQ(first.get().error_type, "Runtime.BadStart");
  EXPECT_EQ(second.get().error_type, "Runtime.BadStart");
}

TEST_F(RuntimeApiServerTest, GivesNoInvocationToAClientThatHasGone) {
  serve(std::chrono::seconds(30), 2);
  {
    Connection gone(port_);
    gone.send("GET", "invocation/next");
    wait_for_polls(1);
  }
  Connection function(port_);
  function.send("GET", "invocation/next");
  wait_for_polls(2);
  auto outcome = invoke("{}");
  const std::string id = function.answer().header("Lambda-Runtime-Aws-Request-Id");
  function.send("POST", "invocation/" + id + "/response", "null");
  EXPECT_EQ(function.answer().status, 202);
  EXPECT_TRUE(outcome.get().succeeded());
}

TEST_F(RuntimeApiServerTest, OneRequestTooManyTakesThePlaceOfTheOldest) {
  serve(std::chrono::seconds(30), 2);
  Connection oldest(port_);
  oldest.send("GET", "invocation/next");
  wait_for_polls(1);
  Connection second(port_);
  second.send("GET", "invocation/next");
  wait_for_polls(2);
  Connection third(port_);
  third.send("GET", "invocation/next");
  EXPECT_EQ(oldest.answer().status, 503);
  auto one = invoke("1");
  EXPECT_EQ(second.answer().status, 200);
  auto two = invoke("2");
  EXPECT_EQ(third.answer().status, 200);
  stop_.request_stop();
  EXPECT_EQ(one.get().error_type, "Penstock.Abandoned");
  EXPECT_EQ(two.get().error_type, "Penstock.Abandoned");
}

TEST_F(RuntimeApiServerTest, GivesUpWhenAskedToStop) {
  serve();
  auto outcome = invoke("{}");
  stop_.request_stop();
  EXPECT_EQ(outcome.get().error_type, "Penstock.Abandoned");
}

}  // namespace
}  // namespace penstock::local
