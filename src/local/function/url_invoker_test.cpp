#include "local/function/url_invoker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_server.h"

namespace penstock::local {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(UrlInvoker, ReadsWhatTheEmulatorAnswers) {
  const auto of = [](unsigned status, std::string_view body, net::HttpHeaders headers = {}) {
    return outcome_of(
        {.status = status, .headers = std::move(headers), .body = base::WipedText(body)});
  };
  EXPECT_TRUE(of(200, "null").succeeded());
  EXPECT_EQ(of(200, R"({"batchItemFailures":[]})").response, R"({"batchItemFailures":[]})");
  EXPECT_TRUE(of(200, R"({"errorType":1})").succeeded());
  EXPECT_TRUE(of(200, "not json").succeeded());
  const InvocationOutcome reported =
      of(200, R"({"errorMessage":"m","errorType":"Function.Failed","stackTrace":[]})");
  EXPECT_EQ(reported.error_type, "Function.Failed");
  EXPECT_EQ(reported.error_message, "m");
  // A function's error is found even if the rest of its answer is not valid.
  for (const char* odd : {R"({"errorType":"E","errorMessage":"n","errorMessage":"m"})",
                          R"({"errorType":"E","errorMessage":"m","cause":{"a":1,"a":2}})",
                          R"({"errorType":"E","errorMessage":"m","n":1e400})"}) {
    EXPECT_EQ(of(200, odd).error_type, "E") << odd;
    EXPECT_EQ(of(200, odd).error_message, "m") << odd;
  }
  EXPECT_EQ(of(200, "Task timed out after 2.00 seconds").error_type, "Sandbox.Timedout");
  EXPECT_EQ(of(502, R"({"errorType":"Runtime.ExitError"})").error_type, "Runtime.ExitError");
  EXPECT_EQ(of(502, "").error_type, "Runtime.ExitError");
  EXPECT_EQ(of(404, "").error_type, "Penstock.Status404");
  EXPECT_EQ(of(200, "{}", {{"X-Amz-Function-Error", "Unhandled"}}).error_type, "Unhandled");
}

TEST(UrlInvoker, TakesAnErrorMessageForAnErrorUnlessItNamesFailures) {
  const auto of = [](unsigned status, std::string_view body) {
    return outcome_of({.status = status, .headers = {}, .body = base::WipedText(body)});
  };
  const InvocationOutcome untyped = of(200, R"({"errorMessage":"m","stackTrace":[]})");
  EXPECT_EQ(untyped.error_type, "Unhandled");
  EXPECT_EQ(untyped.error_message, "m");
  EXPECT_TRUE(
      of(200, R"({"batchItemFailures":[],"errorMessage":"m","errorType":"E"})").succeeded());
  EXPECT_TRUE(of(200, R"({"errorMessage":null})").succeeded());
  EXPECT_TRUE(of(200, R"([{"errorMessage":"m"}])").succeeded());
}

TEST(UrlInvoker, LosesNoErrorInAnAnswerThatItCannotRead) {
  const auto of = [](std::string_view body) {
    return outcome_of({.status = 200, .headers = {}, .body = base::WipedText(body)});
  };
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  for (const std::string& error :
       {R"({"errorMessage":"boom","x":)" + deep + "}",
        std::string("{\"errorMessage\":\"\xff\xfe\"}"), std::string(R"({"errorType":"E")"),
        std::string(R"({"errorMessage":"boom","batchItemFailures":null})"),
        std::string(R"({"errorType":"E","errorMessage":null})"),
        std::string(R"({"errorMessage":{"a":1},"errorType":"E"})")}) {
    EXPECT_FALSE(of(error).succeeded()) << error;
    EXPECT_FALSE(of(error).error_message.empty()) << error;
  }
  EXPECT_TRUE(of(deep).succeeded());
  EXPECT_TRUE(of(R"(["errorMessage")").succeeded());
}

TEST(UrlInvoker, KeepsTheTypeOfAnErrorAtTheStart) {
  // This is what aws-lambda-rie answers after a request to /runtime/init/error.
  const InvocationOutcome outcome =
      outcome_of({.status = 502,
                  .headers = {},
                  .body = R"({"errorMessage":"no settings","errorType":"Function.CannotStart"})"});
  EXPECT_EQ(outcome.error_type, "Function.CannotStart");
  EXPECT_EQ(outcome.error_message, "no settings");
}

TEST(UrlInvoker, PostsTheEvent) {
  std::string seen;
  test::ScriptedServer server([&](test::ScriptedServer& self) {
    auto connection = self.accept();
    seen = connection.read_request();
    connection.answer("null", "");
  });
  auto invoker = UrlInvoker::at(
      "http://127.0.0.1:" + std::to_string(server.port()) + "/2015-03-31/functions/f/invocations",
      std::chrono::seconds(5));
  ASSERT_TRUE(invoker);
  const InvocationOutcome outcome = invoker->invoke("{\"n\":1}", {});
  server.join();
  EXPECT_TRUE(outcome.succeeded()) << outcome.error_message;
  EXPECT_FALSE(outcome.request_id.empty());
  EXPECT_THAT(seen, StartsWith("POST /2015-03-31/functions/f/invocations HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\n\r\n{\"n\":1}"));
}

TEST(UrlInvoker, KnowsAnAnswerThatIsTooLargeOrBreaksOff) {
  const auto outcome_of_bytes = [](const std::string& bytes) {
    test::ScriptedServer server([&](test::ScriptedServer& self) {
      auto connection = self.accept();
      connection.read_request();
      connection.send(bytes);
    });
    auto invoker = UrlInvoker::at("http://127.0.0.1:" + std::to_string(server.port()) + "/",
                                  std::chrono::seconds(5));
    const InvocationOutcome outcome = invoker.value().invoke("{}", {});
    server.join();
    return outcome;
  };
  const auto whole = [](size_t size) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, ' ');
  };
  EXPECT_TRUE(outcome_of_bytes(whole(Invoker::kResponseBytesMax)).succeeded());
  for (const size_t size : {Invoker::kResponseBytesMax + 1, size_t{20'000'000}}) {
    EXPECT_EQ(outcome_of_bytes(whole(size)).error_type, "Function.ResponseSizeTooLarge") << size;
  }
  for (const char* part :
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnull\r\n", "HTTP/1.1 200"}) {
    EXPECT_EQ(outcome_of_bytes(part).error_type, "Runtime.TruncatedResponse") << part;
  }
  EXPECT_EQ(outcome_of_bytes("").error_type, "Penstock.NoAnswer");
}

TEST(UrlInvoker, FailsIfNothingAnswers) {
  auto invoker = UrlInvoker::at("http://127.0.0.1:1/", std::chrono::seconds(1));
  ASSERT_TRUE(invoker);
  EXPECT_EQ(invoker->invoke("{}", {}).error_type, "Penstock.NoAnswer");
  EXPECT_FALSE(UrlInvoker::at("https://example.com/", std::chrono::seconds(1)));
  EXPECT_FALSE(UrlInvoker::at("nonsense", std::chrono::seconds(1)));
}

}  // namespace
}  // namespace penstock::local
