// These tests are of services that must wait before they decide on a request's body.
#include "support/http_server_test.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kLength = "Content-Length: 6\r\n\r\n";
constexpr std::string_view kChunked = "Transfer-Encoding: chunked\r\n\r\n";

std::string post(std::string_view target, std::string_view framing, std::string_view body = {}) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(framing) +
         std::string(body);
}

class ServerDecisionTest : public ServerTest {
 protected:
  void decide() {
    on_server([&] { echo_.gate.cancel(); });
  }
};

TEST_F(ServerDecisionTest, ABodyWaitsForTheDecision) {
  start();
  RawClient client(port_);
  struct Sent {
    std::string_view framing;
    std::string_view begin;  // What is sent before the decision.
    std::string_view rest;
  };
  const Sent bodies[] = {{kLength, "", "abcdef"},
                         {kLength, "abc", "def"},
                         {kLength, "abcdef", ""},
                         {kChunked, "6\r\n", "abcdef\r\n0\r\n\r\n"},
                         {kChunked, "3\r\nab", "c\r\n3\r\ndef\r\n0\r\n\r\n"},
                         {kChunked, "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n", ""}};
  for (const Sent& sent : bodies) {
    client.send(post("/later-keep", sent.framing, sent.begin));
    EXPECT_EQ(echo_.deciding.take(), "/later-keep");
    EXPECT_EQ(echo_.admitted.take(), "/later-keep");
    decide();
    client.send(sent.rest);
    EXPECT_THAT(client.read_until("/later-keep abcdef\n"), HasSubstr("200 OK")) << sent.begin;
  }
  EXPECT_TRUE(echo_.admitted.empty() && echo_.failed.empty());
}

TEST_F(ServerDecisionTest, WhatComesDuringTheWaitIsReadAfterIt) {
  start();
  RawClient client(port_);
  client.send(post("/later-keep", kLength, "ab"));
  EXPECT_EQ(echo_.deciding.take(), "/later-keep");
  client.send("cdef" + std::string(kGet));
  decide();
  EXPECT_THAT(client.read_until("/later-keep abcdef\n"), HasSubstr("200 OK"));
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerDecisionTest, TheDecisionIsKeptTo) {
  start();
  for (const std::string_view framing : {kLength, kChunked}) {
    const bool chunked = framing == kChunked;
    const std::string body = chunked ? "6\r\nabcdef\r\n0\r\n\r\n" : "abcdef";
    RawClient client(port_);
    const auto answer = [&](std::string_view target, std::string_view end) {
      client.send(post(target, framing, body));
      EXPECT_EQ(echo_.deciding.take(), target);
      decide();
      return client.read_until(std::string(end));
    };
    EXPECT_THAT(answer("/later-drop", "(dropped)\n"), HasSubstr("200 OK"));
    EXPECT_THAT(answer("/later-reply", "no\n"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(answer("/later-keep4", "}"), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(answer("/later-throws", "}"), StartsWith("HTTP/1.1 500 "));
    client.send(kGet);
    EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
  }
  EXPECT_THAT(log_text(), HasSubstr("a bug in decide"));
}

TEST_F(ServerDecisionTest, TheWaitComesBefore100) {
  start();
  for (const std::string_view framing : {kLength, kChunked}) {
    const std::string head = "Expect: 100-continue\r\n" + std::string(framing);
    RawClient refused(port_);
    refused.send(post("/later-reply", head));
    EXPECT_EQ(echo_.deciding.take(), "/later-reply");
    decide();
    EXPECT_THAT(refused.read_until("no\n"), StartsWith("HTTP/1.1 404 "));
    RawClient client(port_);
    client.send(post("/later-keep", head));
    EXPECT_EQ(echo_.deciding.take(), "/later-keep");
    EXPECT_FALSE(client.has_unread_bytes());
    decide();
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(framing == kLength ? "abcdef" : "6\r\nabcdef\r\n0\r\n\r\n");
    EXPECT_THAT(client.read_until("/later-keep abcdef\n"), HasSubstr("200 OK"));
  }
}

TEST_F(ServerDecisionTest, AClientThatGoesAwayDuringTheWaitLeavesNothing) {
  start();
  for (const std::string_view target : {"/later-keep", "/later-reply"}) {
    {
      RawClient client(port_);
      client.send(post(target, kLength, "ab"));
      EXPECT_EQ(echo_.deciding.take(), target);
    }
    decide();
    EXPECT_TRUE(comes_true([&] {
      const ServerStatistics now = statistics();
      return now.connections == 0 && now.buffered_bytes == 0;
    }));
  }
  EXPECT_EQ(echo_.failed.take(), "/later-keep");
  EXPECT_TRUE(echo_.failed.empty());
}

TEST_F(ServerDecisionTest, NoDeadlineOfTheServerRunsDuringTheWait) {
  start({.header_timeout = 50ms, .body_timeout = 50ms});
  RawClient client(port_);
  client.send(post("/later-keep", kLength));
  EXPECT_EQ(echo_.deciding.take(), "/later-keep");
  // Another client is cut by the deadline, twice: so the deadlines were looked at after it.
  for (int i = 0; i < 2; ++i) {
    RawClient slow(port_);
    slow.send("GET /slow HT");
    EXPECT_THAT(slow.read_all(), StartsWith("HTTP/1.1 408 "));
  }
  decide();
  client.send("abcdef");
  EXPECT_THAT(client.read_until("/later-keep abcdef\n"), HasSubstr("200 OK"));
  // After it the body has its whole time, and no more.
  client.send(post("/later-keep", kLength));
  EXPECT_EQ(echo_.deciding.take(), "/later-keep");
  decide();
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerDecisionTest, ADrainLetsTheWaitAndTheRequestEnd) {
  start();
  RawClient client(port_);
  client.send(post("/later-keep", kLength, "abc"));
  EXPECT_EQ(echo_.deciding.take(), "/later-keep");
  std::promise<void> done;
  on_server(
      [&] { server_->stop(std::chrono::steady_clock::now() + 10s, [&] { done.set_value(); }); });
  decide();
  client.send("def");
  EXPECT_THAT(client.read_all(),
              AllOf(HasSubstr("connection: close"), EndsWith("/later-keep abcdef\n")));
  EXPECT_EQ(done.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(ServerDecisionTest, ADrainEndsAtItsDeadlineDuringTheWait) {
  start();
  RawClient client(port_);
  client.send(post("/later-keep", kLength, "abc"));
  EXPECT_EQ(echo_.deciding.take(), "/later-keep");
  std::promise<void> done;
  on_server([&] { server_->stop(std::chrono::steady_clock::now(), [&] { done.set_value(); }); });
  EXPECT_EQ(done.get_future().wait_for(5s), std::future_status::ready);
  decide();
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(echo_.failed.take(), "/later-keep");
}

TEST_F(ServerDecisionTest, TheWaitingCountInTheBudgetAndKeepTheirMemory) {
  start({.buffered_bytes_max = 60'000});
  std::deque<RawClient> clients;
  const std::string large = "X: " + std::string(14'000, 'x') + "\r\n" + std::string(kLength);
  // The first ones wait, and nobody takes their memory while the service reads it. The last ones
  // find the budget used up.
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back(port_).send(post("/later-keep", large, "abc"));
    ASSERT_TRUE(comes_true([&] { return statistics().buffered_bytes > 0; }));
  }
  EXPECT_THAT(clients.back().read_all(), StartsWith("HTTP/1.1 503 "));
  EXPECT_GE(refused(RefusalReason::buffered_bytes), 1u);
  decide();
  clients.front().send("def");
  EXPECT_THAT(clients.front().read_until("/later-keep abcdef\n"), HasSubstr("200 OK"));
}

}  // namespace
}  // namespace penstock::http
