#include "local/function/runtime_api_server.h"

#include <memory>
#include <vector>

#include "support/runtime_api_test.h"

namespace penstock::local {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using test::FunctionConnection;
using test::RuntimeApiServerTest;
using ::testing::HasSubstr;

TEST_F(RuntimeApiServerTest, HandsOverAnInvocationAndTakesItsResponse) {
  serve();
  FunctionConnection function(port_);
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
  FunctionConnection function(port_);
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
  FunctionConnection function(port_);
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.send("POST", "invocation/" + id + "/error", "not json",
                "Lambda-Runtime-Function-Error-Type: Other\r\n");
  EXPECT_EQ(function.answer().status, 202);
  const InvocationOutcome result = outcome.get();
  EXPECT_EQ(result.error_type, "Other");
  EXPECT_THAT(result.error_message, HasSubstr("cannot be read"));
}

TEST_F(RuntimeApiServerTest, RefusesTheIdOfAnotherInvocation) {
  serve();
  FunctionConnection function(port_);
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
  FunctionConnection function(port_);
  function.send("GET", "nothing");
  EXPECT_EQ(function.answer().status, 404);
  function.send("POST", "invocation/next");
  EXPECT_EQ(function.answer().status, 404);
}

TEST_F(RuntimeApiServerTest, EndsAnInvocationThatTakesTooLongAndKillsTheFunction) {
  serve(milliseconds(50));
  FunctionConnection function(port_);
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
  FunctionConnection function(port_);
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
  FunctionConnection function(port_);
  function.send("POST", "init/error",
                R"({"errorMessage":"no settings","errorType":"Runtime.BadStart"})");
  EXPECT_EQ(function.answer().status, 202);
  asio::post(io_, [this] { api_->function_ended_for_good("exit status 1"); });
  EXPECT_EQ(invoke("{}").get().error_type, "Runtime.BadStart");
}

TEST_F(RuntimeApiServerTest, GivesAnInvocationToTheFunctionThatAskedLast) {
  serve();
  FunctionConnection gone(port_);
  gone.send("GET", "invocation/next");
  wait_for_polls(1);
  on_server([&] { api_->function_ended("signal 9"); });
  FunctionConnection successor(port_);
  auto outcome = invoke("{}");
  const std::string id = take(successor);
  ASSERT_FALSE(id.empty());
  successor.send("POST", "invocation/" + id + "/response");
  EXPECT_EQ(successor.answer().status, 202);
  EXPECT_TRUE(outcome.get().succeeded());
}

TEST_F(RuntimeApiServerTest, FailsAWaitingInvocationAfterAnErrorAtTheStart) {
  serve();
  FunctionConnection function(port_);
  auto outcome = invoke("{}");
  // Repeats until the invocation has reached the server's thread.
  do {
    function.send("POST", "init/error",
                  R"({"errorMessage":"no settings","errorType":"Runtime.BadStart"})");
    EXPECT_EQ(function.answer().status, 202);
  } while (outcome.wait_for(milliseconds(1)) != std::future_status::ready);
  EXPECT_EQ(outcome.get().error_type, "Runtime.BadStart");
}

TEST_F(RuntimeApiServerTest, ServesAFunctionThatLeavesItsConnectionsOpen) {
  serve();
  std::vector<std::unique_ptr<FunctionConnection>> left_open;
  for (int i = 0; i < 60; ++i) {
    auto outcome = invoke("{}");
    left_open.push_back(std::make_unique<FunctionConnection>(port_));
    const std::string id = take(*left_open.back());
    ASSERT_FALSE(id.empty()) << i;
    left_open.push_back(std::make_unique<FunctionConnection>(port_));
    left_open.back()->send("POST", "invocation/" + id + "/response", "null");
    ASSERT_EQ(left_open.back()->answer().status, 202) << i;
    EXPECT_TRUE(outcome.get().succeeded());
  }
}

TEST_F(RuntimeApiServerTest, GivesUpWhenAskedToStop) {
  serve();
  auto outcome = invoke("{}");
  stop_.request_stop();
  EXPECT_EQ(outcome.get().error_type, "Penstock.Abandoned");
}

}  // namespace
}  // namespace penstock::local
