#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "async/latch.h"
#include "http/representation/compression.h"
#include "local/console/page/page_files.h"
#include "support/console_test.h"

namespace penstock::local {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\n";
constexpr const char* kForbidden = "HTTP/1.1 403 Forbidden\r\n";
constexpr const char* kRequest = R"({"method":"GET","target":"/"})";
constexpr const char* kAnswer =
    R"({"status":200,"headers":[],"body":{"form":"null"},"duration_ms":1})";

// Returns an operation that answers with this JSON.
ConsoleOperation answering(const std::string& text) {
  return [text](const http::Request&) -> async::Awaitable<http::Answer> {
    co_return http::json(boost::json::parse(text));
  };
}

TEST_F(ConsoleTest, AnswersAnOperationWithTheHeadersThatKeepOthersOut) {
  start({{"list_topics", answering(R"({"topics":[]})")}});
  EXPECT_THAT(ask("GET", "/api/topics"),
              AllOf(StartsWith(kOk), HasSubstr("content-type: application/json\r\n"),
                    HasSubstr("content-security-policy: default-src 'none'; script-src 'self';"),
                    HasSubstr("frame-ancestors 'none'\r\n"),
                    HasSubstr("x-content-type-options: nosniff\r\n"),
                    HasSubstr("referrer-policy: no-referrer\r\n"),
                    HasSubstr("cross-origin-resource-policy: same-origin\r\n"),
                    HasSubstr("cache-control: no-store\r\n"), Not(HasSubstr("access-control")),
                    EndsWith(R"({"topics":[]})")));
}

TEST_F(ConsoleTest, RefusesOtherNamesAndOtherSites) {
  start({{"list_topics", answering(R"({"topics":[]})")}});
  test::RawClient rebound(port_);
  rebound.send("GET /api/topics HTTP/1.1\r\nHost: attacker.example:" + std::to_string(port_) +
               "\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(rebound.read_all(), AllOf(StartsWith(kForbidden), Not(HasSubstr("topics\":"))));
  for (const char* line :
       {"Origin: http://attacker.example\r\n", "Sec-Fetch-Site: cross-site\r\n"}) {
    EXPECT_THAT(ask("GET", "/api/topics", line),
                AllOf(StartsWith(kForbidden), HasSubstr("x-content-type-options: nosniff")))
        << line;
    EXPECT_THAT(ask("GET", "/", line), StartsWith(kForbidden)) << line;
    EXPECT_THAT(ask("GET", "/api/stream", line), StartsWith(kForbidden)) << line;
    EXPECT_THAT(ask("OPTIONS", "/api/requests", line),
                AllOf(StartsWith(kForbidden), Not(HasSubstr("access-control"))))
        << line;
  }
}

TEST_F(ConsoleTest, WhatChangesSomethingNeedsTheTokenOfTheUrl) {
  std::atomic<int> sent = 0;
  start({{"send_request", [&](const http::Request&) -> async::Awaitable<http::Answer> {
            ++sent;
            co_return http::json(boost::json::parse(kAnswer));
          }}});
  EXPECT_EQ(token_.size(), 32u);
  EXPECT_THAT(ask("POST", "/api/requests", {}, kRequest),
              AllOf(StartsWith(kForbidden), HasSubstr("x-penstock-token"), Not(HasSubstr(token_))));
  EXPECT_THAT(
      ask("POST", "/api/requests", "x-penstock-token: " + std::string(32, '0') + "\r\n", kRequest),
      StartsWith(kForbidden));
  EXPECT_EQ(sent, 0);
  EXPECT_THAT(ask("POST", "/api/requests", token_line(), kRequest), StartsWith(kOk));
  EXPECT_EQ(sent, 1);
}

TEST_F(ConsoleTest, RefusesABodyWithoutTheTokenBeforeItHasCome) {
  start();
  test::RawClient client(port_);
  client.send("POST /api/requests HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) +
              "\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_THAT(client.read_until("}"), StartsWith(kForbidden));
}

TEST_F(ConsoleTest, EnforcesItsContract) {
  start({{"send_request", answering(kAnswer)}, {"list_topics", answering(R"({"topics":[]})")}});
  EXPECT_THAT(ask("POST", "/api/requests", token_line(), R"({"method":"get","more":1})"),
              AllOf(StartsWith("HTTP/1.1 400 Bad Request\r\n"),
                    HasSubstr(R"("errors":[{"in":"body")"), HasSubstr(R"("/target")")));
  EXPECT_THAT(ask("POST", "/api/requests", token_line(), "{"),
              StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(ask("GET", "/api/stream?stories=maybe"), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(ask("GET", "/api/nothing"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(ask("GET", "/../etc/passwd"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(ask("DELETE", "/api/topics", token_line()),
              AllOf(StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"), HasSubstr("allow: ")));
}

TEST_F(ConsoleTest, ABodyThatIsTooLargeIsRefused) {
  start({{"send_request", answering(kAnswer)}});
  test::RawClient client(port_);
  client.send("POST /api/requests HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) + "\r\n" +
              token_line() + "Content-Type: application/json\r\nContent-Length: 99000000\r\n\r\n");
  EXPECT_THAT(client.read_until("}"), StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
}

TEST_F(ConsoleTest, SaysWhatThisProgramDoesNotHave) {
  start();
  EXPECT_THAT(ask("GET", "/api/faults"),
              AllOf(StartsWith("HTTP/1.1 404 Not Found\r\n"), HasSubstr("not available here")));
}

TEST_F(ConsoleTest, AnAnswerThatBreaksTheContractIsABug) {
  start({{"list_topics", answering(R"({"topics":5})")}});
  EXPECT_THAT(ask("GET", "/api/topics"), AllOf(StartsWith("HTTP/1.1 500 Internal Server Error\r\n"),
                                               HasSubstr("'list_topics'"), HasSubstr("/topics")));
}

TEST_F(ConsoleTest, WhatAnOperationThrowsIsA500) {
  start({{"list_topics", [](const http::Request&) -> async::Awaitable<http::Answer> {
            throw std::runtime_error("a bug");
            co_return http::empty();
          }}});
  EXPECT_THAT(ask("GET", "/api/topics"), StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST_F(ConsoleTest, ARefusalIsAProblemDocument) {
  start({{"list_topics", [](const http::Request&) -> async::Awaitable<http::Answer> {
            co_return refusal(503, "Kafka does not answer.");
          }}});
  EXPECT_THAT(ask("GET", "/api/topics"),
              AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\n"),
                    HasSubstr("content-type: application/problem+json\r\n"),
                    HasSubstr(R"("detail":"Kafka does not answer.")")));
}

// The request of one that waits stays as it was while others are answered.
TEST_F(ConsoleTest, OperationsWaitBesideEachOther) {
  async::Latch latch(io_);
  std::promise<void> waits;
  start({{"get_story",
          [&](const http::Request& request) -> async::Awaitable<http::Answer> {
            const std::string before = request.path("id");
            if (before == "first") {
              waits.set_value();
              co_await latch.wait_for(std::chrono::seconds(10));
            }
            co_return refusal(404, request.path("id") + "?" + request.query("wait_seconds"));
          }},
         {"send_request", answering(kAnswer)}});
  test::RawClient first(port_);
  first.send(request("GET", "/api/stories/first?wait_seconds=7", {}, {}));
  ASSERT_EQ(waits.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_THAT(ask("GET", "/api/stories/second-and-longer?wait_seconds=30"),
              HasSubstr("second-and-longer?30"));
  EXPECT_THAT(ask("POST", "/api/requests", token_line(), kRequest), StartsWith(kOk));
  boost::asio::post(io_, [&] { latch.set(); });
  EXPECT_THAT(first.read_all(), HasSubstr("first?7"));
}

TEST_F(ConsoleTest, AStopWaitsForItsOperations) {
  std::promise<void> waits;
  std::atomic<bool> ended = false;
  start({{"list_topics", [&](const http::Request&) -> async::Awaitable<http::Answer> {
            async::Latch stop(io_);
            const std::stop_callback on_stop(stopping_.get_token(), [&] { stop.set(); });
            waits.set_value();
            co_await stop.wait_for(std::chrono::seconds(10));
            ended = true;
            co_return http::json({{"topics", boost::json::array()}});
          }}});
  test::RawClient client(port_);
  client.send(request("GET", "/api/topics", {}, {}));
  ASSERT_EQ(waits.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_TRUE(stop());
  EXPECT_TRUE(ended);
  EXPECT_THAT(client.read_all(), StartsWith(kOk));
}

TEST_F(ConsoleTest, ServesThePagesFiles) {
  start();
  for (const PageFile& file : page_files()) {
    const std::string content = http::gunzip(file.gzipped, 1 << 20).value_or("no gzip");
    const std::string path = file.path == "/index.html" ? "/" : std::string(file.path);
    const std::string answer = ask("GET", path);
    EXPECT_THAT(answer, AllOf(StartsWith(kOk), EndsWith("\r\n\r\n" + content),
                              HasSubstr("vary: accept-encoding\r\n"),
                              HasSubstr("content-type: " + std::string(file.media_type) + "\r\n"),
                              HasSubstr("cache-control: no-cache\r\n"),
                              HasSubstr("content-security-policy: default-src 'none'")))
        << path;
    EXPECT_THAT(ask("GET", path, "Accept-Encoding: gzip\r\n"),
                AllOf(HasSubstr("content-encoding: gzip\r\n"),
                      EndsWith("\r\n\r\n" + std::string(file.gzipped))))
        << path;
    const size_t tag = answer.find("etag: ") + 6;
    const std::string line =
        "If-None-Match: " + answer.substr(tag, answer.find("\r\n", tag) - tag) + "\r\n";
    EXPECT_THAT(ask("GET", path, line), StartsWith("HTTP/1.1 304 Not Modified\r\n")) << path;
  }
  EXPECT_THAT(ask("GET", "/"), HasSubstr("\r\n\r\n<!doctype html>"));
  EXPECT_THAT(ask("POST", "/", token_line()), StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
}

TEST_F(ConsoleTest, ServesItsContract) {
  start();
  EXPECT_THAT(ask("GET", "/openapi.yaml"),
              AllOf(StartsWith(kOk), HasSubstr("content-type: application/yaml\r\n"),
                    EndsWith(std::string(console_document()))));
}

TEST(Console, TakesAFreePortIfTheUserNamesNone) {
  boost::asio::io_context io(1);
  Console first(io, {}, {}, {});
  ASSERT_TRUE(first.listen(0));
  Console named(io, {}, {}, {});
  const auto refused = named.listen(first.port());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("port " + std::to_string(first.port())),
                                             HasSubstr("--console-port"), Not(HasSubstr("\n"))));
  // It does not matter whether another program has the default port now.
  Console second(io, {}, {}, {});
  Console third(io, {}, {}, {});
  EXPECT_TRUE(second.listen(std::nullopt));
  EXPECT_TRUE(third.listen(std::nullopt));
  EXPECT_NE(third.port(), second.port());
  EXPECT_THAT(third.url(),
              StartsWith("http://127.0.0.1:" + std::to_string(third.port()) + "/#token="));
  EXPECT_NE(third.url().substr(third.url().find('#')), second.url().substr(second.url().find('#')));
}

}  // namespace
}  // namespace penstock::local
