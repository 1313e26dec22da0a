// These tests are about a function that gets several invocations at the same time.
#include <memory>
#include <set>
#include <vector>

#include "support/runtime_api_test.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using test::FunctionConnection;
using test::RuntimeApiServerTest;

TEST_F(RuntimeApiServerTest, ServesAsManyRequestsAtOnceAsItMay) {
  serve(std::chrono::seconds(30), 3);
  std::vector<std::unique_ptr<FunctionConnection>> functions;
  std::vector<std::future<InvocationOutcome>> outcomes;
  for (int i = 0; i < 3; ++i) {
    functions.push_back(std::make_unique<FunctionConnection>(port_));
    functions.back()->send("GET", "invocation/next");
  }
  wait_for_polls(3);
  for (int i = 0; i < 3; ++i) outcomes.push_back(invoke(std::to_string(i)));
  // All three have an invocation before any of them answers.
  std::vector<FunctionConnection::Answer> taken;
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
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].get().response, std::to_string(i));
  }
}

TEST_F(RuntimeApiServerTest, LetsInvocationsWaitForAFunctionThatAsksForFewer) {
  serve(std::chrono::seconds(30), 2);
  FunctionConnection function(port_);
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
  FunctionConnection slow(port_);
  auto late = invoke("{}");
  const std::string late_id = take(slow);
  EXPECT_EQ(late.get().error_type, "Sandbox.Timedout");
  FunctionConnection other(port_);
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
  FunctionConnection one(port_);
  FunctionConnection two(port_);
  auto first = invoke("1");
  take(one);
  auto second = invoke("2");
  take(two);
  auto waits = invoke("3");
  on_server([&] { api_->function_ended("exit status 3"); });
  EXPECT_EQ(first.get().error_type, "Runtime.ExitError");
  EXPECT_EQ(second.get().error_type, "Runtime.ExitError");
  FunctionConnection successor(port_);
  const std::string id = take(successor);

  successor.send("POST", "invocation/" + id + "/response", "null");
  EXPECT_EQ(successor.answer().status, 202);
  EXPECT_TRUE(waits.get().succeeded());
}

TEST_F(RuntimeApiServerTest, AnErrorAtTheStartFailsAllThatWait) {
  serve(std::chrono::seconds(30), 2);
  FunctionConnection function(port_);
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
    FunctionConnection gone(port_);
    gone.send("GET", "invocation/next");
    wait_for_polls(1);
  }
  FunctionConnection function(port_);
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
  FunctionConnection oldest(port_);
  oldest.send("GET", "invocation/next");
  wait_for_polls(1);
  FunctionConnection second(port_);
  second.send("GET", "invocation/next");
  wait_for_polls(2);
  FunctionConnection third(port_);
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

}  // namespace
}  // namespace penstock::local
