// These tests are about answers of a function that are too large, or do not arrive whole.

#include "support/runtime_api_test.h"

namespace penstock::local {
namespace {

using test::FunctionConnection;
using test::RuntimeApiServerTest;
using ::testing::HasSubstr;

TEST_F(RuntimeApiServerTest, FailsAnInvocationWhoseResponseIsTooLargeAndServesTheNext) {
  serve();
  FunctionConnection function(port_);
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
  FunctionConnection function(port_);
  auto outcome = invoke("{}");
  const std::string id = take(function);
  function.write("POST /2018-06-01/runtime/invocation/" + id +
                 "/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n700000\r\n" +
                 std::string(0x700000, ' '));
  EXPECT_EQ(outcome.get().error_type, "Function.ResponseSizeTooLarge");
  function.write("\r\n0\r\n\r\n");
  EXPECT_EQ(function.answer().status, 413);
}

TEST_F(RuntimeApiServerTest, RefusesAResponseWithAFoldedHeader) {
  serve();
  for (const char* header : {"Transfer-Encoding:\r\n chunked\r\n", "X:\r\n 5\r\n"}) {
    FunctionConnection function(port_);
    auto outcome = invoke("{}");
    const std::string id = take(function);
    function.write("POST /2018-06-01/runtime/invocation/" + id +
                   "/response HTTP/1.1\r\nHost: x\r\n" + header + "\r\n0\r\n\r\n");
    EXPECT_EQ(function.answer().status, 400);
    const InvocationOutcome result = outcome.get();
    EXPECT_EQ(result.error_type, "Penstock.BadRequest");
    EXPECT_THAT(result.error_message, HasSubstr("A header field must be on one line."));
  }
}

TEST_F(RuntimeApiServerTest, FailsAtOnceWhenAResponseEndsEarly) {
  serve();
  for (const char* body : {"Content-Length: 9\r\n", "Content-Length: 9\r\n\r\n\"abc",
                           "Transfer-Encoding: chunked\r\n\r\n4\r\n\"abc\r\n"}) {
    auto outcome = invoke("{}");
    std::string id;
    {
      FunctionConnection function(port_);
      id = take(function);
      function.write("POST /2018-06-01/runtime/invocation/" + id +
                     "/response HTTP/1.1\r\nHost: x\r\n" + body);
    }
    EXPECT_EQ(outcome.get().error_type, "Runtime.TruncatedResponse");
  }
  EXPECT_EQ(kills_, 0);
}

TEST_F(RuntimeApiServerTest, FailsAtOnceWhenTheServerRefusesAnAnswer) {
  serve();
  const std::string large(300'000, 'x');
  const std::pair<std::string, const char*> rows[] = {
      {"Content-Length: 99999999999999999999\r\n\r\n", "Content-Length"},
      {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding"},
      {"Transfer-Encoding: chunked\r\n\r\n4\r\nnull\r\n0\r\nLambda-Runtime-Function-Error-Body: " +
           large + "\r\n\r\n",
       "trailers are too large"},
      {"X: " + large + "\r\n\r\n", "header is too large"},
      {"Transfer-Encoding: chunked\r\n\r\nnone\r\n", "A chunk does not have the form"},
  };
  for (const auto& [rest, why] : rows) {
    auto outcome = invoke("{}");
    FunctionConnection function(port_);
    const std::string id = take(function);
    function.write("POST /2018-06-01/runtime/invocation/" + id +
                   "/response HTTP/1.1\r\nHost: x\r\n" + rest);
    const InvocationOutcome result = outcome.get();
    EXPECT_EQ(result.error_type, "Penstock.BadRequest") << why;
    EXPECT_THAT(result.error_message, HasSubstr(why));
  }
}

TEST_F(RuntimeApiServerTest, FailsAStreamedResponseThatReportsAnErrorInItsTrailers) {
  serve();
  FunctionConnection function(port_);
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
  const InvocationOutcome only_type = outcome_of(type);
  EXPECT_EQ(only_type.error_type, "Unhandled");
  EXPECT_THAT(only_type.error_message, HasSubstr("has no errorMessage"));
  const InvocationOutcome unreadable =
      outcome_of(type + "Lambda-Runtime-Function-Error-Body: no base64\r\n");
  EXPECT_EQ(unreadable.error_type, "Unhandled");
  EXPECT_THAT(unreadable.error_message, HasSubstr("is not base64"));
  EXPECT_EQ(outcome_of(body).error_type, "Error");
  const InvocationOutcome whole = outcome_of("");
  EXPECT_TRUE(whole.succeeded());
  EXPECT_EQ(whole.response, "null");
}

}  // namespace
}  // namespace penstock::local
