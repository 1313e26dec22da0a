#include "local/console/operations/send_operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/console_contract.h"
#include "support/fake_endpoint.h"

namespace penstock::local {
namespace {

using test::FakeEndpoint;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class SendOperations : public ::testing::Test {
 protected:
  SendOperations() {
    const std::string url = api_.url();
    port_ = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    operations_ = send_operations(io_,
                                  {.port = [this] { return port_; },
                                   .contract = [this] { return document_; },
                                   .clients = [this] { return clients_; }},
                                  stop_.get_token());
  }
  test::ConsoleContract::Answered send(const std::string& body) {
    return contract_.ask(operations_, io_, "POST", "/api/requests", body);
  }

  FakeEndpoint::Reply reply_;
  FakeEndpoint api_{[this](const std::string&) { return reply_; }};
  uint16_t port_ = 0;
  std::shared_ptr<const std::string> document_;
  std::shared_ptr<const std::vector<TestClient>> clients_;
  boost::asio::io_context io_{1};
  std::stop_source stop_;
  ConsoleOperations operations_;
  test::ConsoleContract contract_;
};

TEST_F(SendOperations, ARequestIsSentAsItIsWithATrace) {
  reply_ = {.body = R"({"ok": true})", .status = "422 Odd", .headers = "X-One: a\r\nx-one: b\r\n"};
  const auto answer = send(R"({"method": "PATCH", "target": "/a%20b?c=%2F",
    "headers": [{"name": "X-Mine", "value": "é 1"}], "body": "päyload"})");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  EXPECT_EQ(answer.json.at("status").as_int64(), 422);
  EXPECT_EQ(answer.json.at("body").at("form"), "json");
  EXPECT_EQ(answer.json.at("headers").as_array().at(1).at("name"), "x-one");
  const std::string trace(answer.json.at("trace_id").as_string());
  EXPECT_EQ(trace.size(), 32u);
  const std::string sent = api_.requests().at(0);
  EXPECT_THAT(sent, StartsWith("PATCH /a%20b?c=%2F HTTP/1.1\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nX-Mine: é 1\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nContent-Length: 8\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\ntraceparent: 00-" + trace + "-"));
  EXPECT_THAT(sent, HasSubstr("\r\n\r\npäyload"));
}

TEST_F(SendOperations, TheCredentialsOfTheSystemAreThoseThatItHas) {
  auto answer = contract_.ask(operations_, io_, "POST", "/api/clients", "");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  EXPECT_TRUE(answer.json.at("credentials").as_array().empty());
  clients_ = std::make_shared<const std::vector<TestClient>>(
      std::vector<TestClient>{{"key", "test", "header", "X-Key", "k1"}});
  answer = contract_.ask(operations_, io_, "POST", "/api/clients", "");
  EXPECT_EQ(answer.json.at("credentials").at(0).at("scheme"), "key");
  EXPECT_EQ(answer.json.at("credentials").at(0).at("value"), "k1");
}

TEST_F(SendOperations, ATraceOfTheUserStays) {
  const auto answer = send(R"({"method": "GET", "target": "/", "headers": [{"name": "Traceparent",
    "value": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}]})");
  EXPECT_EQ(answer.json.at("trace_id"), "0123456789abcdef0123456789abcdef");
  EXPECT_THAT(api_.requests().at(0),
              AllOf(Not(HasSubstr("\r\ntraceparent")), Not(HasSubstr("Content-Length"))));
  const auto odd = send(
      R"({"method": "GET", "target": "/", "headers": [{"name": "traceparent", "value": "x"}]})");
  EXPECT_FALSE(odd.json.as_object().contains("trace_id"));
}

TEST_F(SendOperations, HeadersThatWouldBreakTheMessageAreRefused) {
  for (const char* const name :
       {"Host", "content-length", "Transfer-Encoding", "Connection", "Expect", "a b", "", "a:"}) {
    const auto answer = send(R"({"method": "GET", "target": "/", "headers": [{"name": ")" +
                             std::string(name) + R"(", "value": "1"}]})");
    EXPECT_EQ(answer.status, 400u) << name;
    EXPECT_NE(answer.detail(), "") << name;
  }
  for (const char* const value : {R"("a\r\nb: c")", R"("a\u0000")", "null"}) {
    const auto answer =
        send(R"({"method": "GET", "target": "/", "headers": [{"name": "a", "value": )" +
             std::string(value) + "}]}");
    EXPECT_EQ(answer.status, 400u) << value;
  }
  EXPECT_EQ(send(R"({"method": "CONNECT", "target": "/"})").status, 400u);
  EXPECT_EQ(send(R"({"method": "GET", "target": "/a b"})").status, 400u);
  EXPECT_EQ(send(R"({"method": "GET", "target": "http://elsewhere/"})").status, 400u);
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(SendOperations, ARedirectionIsNotFollowed) {
  reply_ = {.status = "302 Found", .headers = "Location: http://127.0.0.1:1/\r\n"};
  EXPECT_EQ(send(R"({"method": "GET", "target": "/"})").json.at("status").as_int64(), 302);
  EXPECT_EQ(api_.requests().size(), 1u);
}

TEST_F(SendOperations, ALongAnswerIsCutBetweenTwoCharacters) {
  for (const char* const lead : {"", "x"}) {
    reply_ = {.body = lead};
    for (int i = 0; i < 700'000; ++i) reply_.body += "é";
    const auto answer = send(R"({"method": "GET", "target": "/"})");
    ASSERT_EQ(answer.status, 200u) << answer.detail();
    const auto& body = answer.json.at("body").as_object();
    EXPECT_EQ(body.at("form"), "text");
    EXPECT_TRUE(body.at("cut").as_bool());
    EXPECT_NEAR(static_cast<double>(body.at("text").as_string().size()), 1024 * 1024, 2);
  }
}

TEST_F(SendOperations, ChunksAndAnswersWithoutALengthAreRead) {
  reply_ = {.raw =
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"};
  EXPECT_EQ(send(R"({"method": "GET", "target": "/"})").json.at("body").at("text"), "abcde");
  reply_ = {.raw = "HTTP/1.1 200 OK\r\n\r\n\xff"};
  EXPECT_EQ(send(R"({"method": "GET", "target": "/"})").json.at("body").at("form"), "bytes");
  reply_ = {.raw = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"};
  EXPECT_EQ(send(R"({"method": "HEAD", "target": "/"})").json.at("body").at("text"), "");
  reply_ = {.raw = "HTTP/1.1 204 No\r\n\r\n"};
  EXPECT_EQ(send(R"({"method": "DELETE", "target": "/"})").json.at("status").as_int64(), 204);
}

TEST_F(SendOperations, AnAnswerThatIsNoneIsSaidInASentence) {
  reply_ = {.raw = "220 smtp.example ESMTP\r\n"};
  const auto other = send(R"({"method": "GET", "target": "/"})");
  EXPECT_EQ(other.status, 500u);
  EXPECT_THAT(other.detail(), HasSubstr("not HTTP"));
  reply_ = {.raw = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"};
  const auto torn = send(R"({"method": "GET", "target": "/"})");
  EXPECT_EQ(torn.status, 503u);
  EXPECT_THAT(torn.detail(), HasSubstr("without a whole answer"));
  port_ = 1;
  const auto nobody = send(R"({"method": "GET", "target": "/"})");
  EXPECT_EQ(nobody.status, 503u);
  EXPECT_THAT(nobody.detail(), HasSubstr("the API does not answer at 127.0.0.1:1"));
  port_ = 0;
  EXPECT_EQ(send(R"({"method": "GET", "target": "/"})").status, 404u);
}

TEST_F(SendOperations, AStopEndsARequestThatIsNotAnswered) {
  reply_ = {.hang = true};
  std::jthread stopper([this] {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (api_.requests().empty() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    stop_.request_stop();
  });
  EXPECT_EQ(send(R"({"method": "GET", "target": "/"})").status, 503u);
}

TEST_F(SendOperations, TheContractIsWhatItIsNow) {
  const auto none = contract_.ask(operations_, io_, "GET", "/api/contract");
  EXPECT_EQ(none.status, 404u);
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = "{\"a\":" + deep + "}";
  document_ = std::make_shared<const std::string>(deep);
  const auto answer = contract_.ask(operations_, io_, "GET", "/api/contract");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, deep);
}

}  // namespace
}  // namespace penstock::local
