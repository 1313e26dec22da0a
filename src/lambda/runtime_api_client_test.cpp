#include "lambda/runtime_api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/scripted_server.h"

namespace penstock::lambda {
namespace {

using base::ErrorCode;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::StartsWith;

RuntimeApiClient api_of(const ScriptedServer& server) {
  return RuntimeApiClient::at("127.0.0.1:" + std::to_string(server.port())).value();
}

// A server that answers one request on each connection and keeps the requests.
struct Recorder {
  std::vector<std::string> requests;
  ScriptedServer server;

  // Each answer consists of status, headers and body.
  explicit Recorder(std::vector<std::array<std::string, 3>> answers)
      : server([this, answers = std::move(answers)](ScriptedServer& self) {
          for (const auto& [status, headers, body] : answers) {
            auto connection = self.accept();
            requests.push_back(connection.read_request());
            connection.answer(body, headers + "Connection: close\r\n", status);
          }
        }) {}
};

TEST(RuntimeApiClient, ReturnsTheNextInvocation) {
  Recorder recorder(
      {{"200 OK",
        "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
        "Lambda-Runtime-Deadline-Ms: 1542409706888\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-2:1:function:f\r\n"
        "Lambda-Runtime-Trace-Id: Root=1-5bef4de7;Sampled=1\r\n",
        "{}"}});
  const auto invocation = api_of(recorder.server).next();
  recorder.server.join();
  ASSERT_TRUE(invocation) << invocation.error().detail;
  EXPECT_EQ(invocation->request_id, "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
  EXPECT_EQ(invocation->deadline.time_since_epoch(), std::chrono::milliseconds(1542409706888));
  EXPECT_EQ(invocation->function_arn, "arn:aws:lambda:us-east-2:1:function:f");
  EXPECT_EQ(invocation->trace_id, "Root=1-5bef4de7;Sampled=1");
  EXPECT_EQ(invocation->body, "{}");
  EXPECT_THAT(recorder.requests.at(0),
              StartsWith("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"));
}

TEST(RuntimeApiClient, ChecksTheHeadersOfAnInvocation) {
  const std::string id = "Lambda-Runtime-Aws-Request-Id: a\r\n";
  const std::string deadline = "Lambda-Runtime-Deadline-Ms: 1\r\n";
  Recorder recorder(
      {{"500 Oops", id + deadline, ""},
       {"200 OK", id, ""},
       {"200 OK", deadline, ""},
       {"200 OK", deadline + "Lambda-Runtime-Aws-Request-Id: ../init/error\r\n", ""},
       {"200 OK", deadline + "Lambda-Runtime-Aws-Request-Id: " + std::string(129, 'a') + "\r\n",
        ""},
       {"200 OK", id + "Lambda-Runtime-Deadline-Ms: 9223372036854775807\r\n", ""},
       {"200 OK", id + "Lambda-Runtime-Deadline-Ms: soon\r\n", ""}});
  RuntimeApiClient api = api_of(recorder.server);
  for (int i = 0; i < 7; ++i) {
    const auto invocation = api.next();
    ASSERT_FALSE(invocation) << i;
    EXPECT_EQ(invocation.error().code, ErrorCode::internal) << i;
  }
}

TEST(RuntimeApiClient, PostsTheResponseAndErrors) {
  Recorder recorder({{"202 Accepted", "", "{\"status\":\"OK\"}"},
                     {"202 Accepted", "", ""},
                     {"202 Accepted", "", ""}});
  RuntimeApiClient api = api_of(recorder.server);
  EXPECT_TRUE(api.respond("id-1", "null"));
  EXPECT_TRUE(api.report_error("id-1", {"Function.RecordFailed", "a \"quoted\"\nreason \xff"}));
  EXPECT_TRUE(api.report_init_error({"Function.CannotStart", "why"}));
  recorder.server.join();
  EXPECT_THAT(recorder.requests.at(0),
              StartsWith("POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\n"));
  EXPECT_THAT(recorder.requests[0], HasSubstr("\r\n\r\nnull"));
  EXPECT_THAT(recorder.requests.at(1),
              StartsWith("POST /2018-06-01/runtime/invocation/id-1/error HTTP/1.1\r\n"));
  EXPECT_THAT(recorder.requests[1],
              HasSubstr("Lambda-Runtime-Function-Error-Type: Function.RecordFailed\r\n"));
  EXPECT_THAT(recorder.requests[1],
              HasSubstr("\r\n\r\n{\"errorMessage\":\"a \\\"quoted\\\"\\nreason \xef\xbf\xbd\","
                        "\"errorType\":\"Function.RecordFailed\",\"stackTrace\":[]}"));
  EXPECT_THAT(recorder.requests.at(2),
              StartsWith("POST /2018-06-01/runtime/init/error HTTP/1.1\r\n"));
}

TEST(RuntimeApiClient, DistinguishesARejectedAnswerFromABrokenApi) {
  Recorder recorder({{"413 Payload Too Large", "", ""}, {"500 Internal Server Error", "", ""}});
  RuntimeApiClient api = api_of(recorder.server);
  EXPECT_EQ(api.respond("id-1", "null").error().code, ErrorCode::refused);
  EXPECT_EQ(api.respond("id-1", "null").error().code, ErrorCode::internal);
  recorder.server.join();
  EXPECT_EQ(api.respond("id-1", "null").error().code, ErrorCode::unavailable);
}

TEST(RuntimeApiClient, RequiresHostAndPort) {
  for (const char* address :
       {"", "127.0.0.1", ":9001", "host:", "host:0", "host:65536", "host:90x", "[]:80"}) {
    EXPECT_FALSE(RuntimeApiClient::at(address)) << address;
  }
  EXPECT_TRUE(RuntimeApiClient::at("127.0.0.1:9001"));
  EXPECT_TRUE(RuntimeApiClient::at("[::1]:9001"));
  EXPECT_TRUE(RuntimeApiClient::at("sandbox.localdomain:9001"));
}

}  // namespace
}  // namespace penstock::lambda
