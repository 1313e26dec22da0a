#include "support/http_server_test.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(ServerTest, AnExceptionOfTheServiceIsA500) {
  start();
  RawClient client(port_);
  client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("}"), HasSubstr("HTTP/1.1 500 Internal Server Error"));
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, WhateverAServiceThrowsIsAnsweredAndLogged) {
  start();
  RawClient client(port_);
  const std::pair<std::string, std::string> rows[] = {
      {"/throw", "a bug"},
      {"/throw-42", "something was thrown that is not a std::exception"},
      {"/nested", "something was thrown that is not a std::exception"},
      {"/no-memory", "std::bad_alloc"}};
  for (const auto& [target, reason] : rows) {
    client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 500 Internal Server Error\r\n")) << target;
    EXPECT_THAT(client.read_until("}"), testing::Not(HasSubstr(reason)));
    EXPECT_THAT(log_text(), HasSubstr("\"message\":\"a request ended with an exception\","
                                      "\"reason\":\"" +
                                      reason + "\""))
        << target;
  }
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, AnExceptionOfOneConnectionEndsOnlyThatOne) {
  start();
  RawClient other(port_);
  RawClient client(port_);
  client.send("GET /completed-throws HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 200 OK\r\n"));
  // The line is written some turns after the connection is closed.
  std::string log;
  for (const auto end = std::chrono::steady_clock::now() + 30s;
       log.empty() && std::chrono::steady_clock::now() < end; log = log_text()) {
    on_server([] {});
  }
  EXPECT_THAT(log, HasSubstr("\"message\":\"a connection ended with an exception\","
                             "\"reason\":\"something was thrown"));
  other.send(kGet);
  EXPECT_THAT(other.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, TheServiceCompletesItsOwnAndTheServersReplies) {
  start();
  on_server([this] { echo_.complete_from(9); });
  RawClient client(port_);
  client.send("GET /abcdef HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("GET /abcdef \n"), HasSubstr("\r\nfinished: GET\r\n"));
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("GET / \n"), Not(HasSubstr("finished")));
  client.send("GET /admit-throws HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na");
  EXPECT_THAT(client.read_until("}"), HasSubstr("\r\nfinished: GET\r\n"));
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n");
  EXPECT_THAT(client.read_all(), AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("finished: POST")));
}

// A server that cannot accept would be deaf for ever, with a process that looks alive.
TEST_F(ServerTest, WithoutMemoryForAConnectionItsLoopEndsTheRun) {
  start();
  on_server([this] { no_memory_.emplace(); });
  RawClient client(port_);
  auto ended = ended_with_.get_future();
  ASSERT_EQ(ended.wait_for(5s), std::future_status::ready);
  EXPECT_EQ(ended.get(), "std::bad_alloc");
}

TEST_F(ServerTest, TimeOutsEndIdleAndSlowClients) {
  start({.header_timeout = 300ms,
         .body_timeout = 300ms,
         .write_timeout = 300ms,
         .idle_timeout = 300ms});
  RawClient idle(port_), slow_header(port_), slow_body(port_), deaf(port_);
  slow_header.send("GET / HT");
  slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  deaf.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(idle.closed());
  EXPECT_THAT(slow_header.read_all(), StartsWith("HTTP/1.1 408 Request Timeout"));
  EXPECT_THAT(slow_body.read_all(), StartsWith("HTTP/1.1 408 Request Timeout"));
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  size_t open = 1;
  while (open > 0 && std::chrono::steady_clock::now() < deadline) {
    on_server([&] { open = server_->statistics().connections; });
  }
  EXPECT_EQ(open, 0u);  // The deaf client's connection was cut although it never read.
}

}  // namespace
}  // namespace penstock::http
