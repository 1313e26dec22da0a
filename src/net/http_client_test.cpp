#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "net/wire.h"
#include "support/scripted_server.h"

namespace penstock::net {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::StartsWith;

constexpr milliseconds kEnough{5'000};
const HttpRequest kGet{HttpMethod::get, "/thing"};

HttpClient client_of(const ScriptedServer& server, ClientLimits limits = {}) {
  return HttpClient("127.0.0.1", server.port(), limits);
}

TEST(HttpClient, SendsARequestAndGivesTheResponse) {
  std::string seen;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    seen = connection.read_request();
    connection.answer("made", "X-Thing: 7\r\n", "201 Created");
  });
  HttpClient client = client_of(server);
  const auto response = client.request(
      {HttpMethod::post, "/things?a=b", {{"Content-Type", "text/plain"}}, "the body"}, kEnough);
  server.join();
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->status, 201u);
  EXPECT_EQ(response->header("x-tHING"), "7");
  EXPECT_EQ(response->header("x-other"), "");
  EXPECT_EQ(response->body, "made");
  EXPECT_EQ(seen, "POST /things?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                      "\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nthe body");
}

TEST(HttpClient, KeepsTheConnection) {
  ScriptedServer server([](ScriptedServer& self) {
    auto connection = self.accept();
    for (int i = 0; i < 3; ++i) {
      connection.answer(std::string("on one connection ") +
                        connection.read_request().substr(0, 10));
    }
  });
  HttpClient client = client_of(server);
  for (int i = 0; i < 3; ++i) {
    const auto response = client.request(kGet, kEnough);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->body, "on one connection GET /thing");
  }
}

TEST(HttpClient, OpensANewConnectionWhenTheServerSaysClose) {
  ScriptedServer server([](ScriptedServer& self) {
    for (int i = 0; i < 2; ++i) {
      auto connection = self.accept();
      connection.read_request();
      connection.answer("bye", "Connection: close\r\n");
    }
  });
  HttpClient client = client_of(server);
  EXPECT_TRUE(client.request(kGet, kEnough));
  EXPECT_TRUE(client.request(kGet, kEnough));
}

TEST(HttpClient, ReopensAKeptConnectionThatWasClosedWhileIdle) {
  std::promise<void> closed;
  ScriptedServer server([&](ScriptedServer& self) {
    {
      auto connection = self.accept();
      connection.read_request();
      connection.answer("first");
    }
    closed.set_value();
    auto connection = self.accept();
    connection.read_request();
    connection.answer("second");
  });
  HttpClient client = client_of(server);
  ASSERT_TRUE(client.request(kGet, kEnough));
  closed.get_future().wait();
  // Even a POST is sent, because the client sees the closed connection before it sends anything.
  const auto response = client.request({HttpMethod::post, "/"}, kEnough);
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->body, "second");
}

// The server reads the second request on the kept connection and closes instead of answering.
ScriptedServer::Script closes_after_the_second_request() {
  return [](ScriptedServer& self) {
    {
      auto connection = self.accept();
      connection.read_request();
      connection.answer("first");
      connection.read_request();
    }
    auto connection = self.accept();
    if (!connection.read_request().empty()) connection.answer("again");
  };
}

TEST(HttpClient, SendsAGetOnceMoreWhenTheKeptConnectionClosesWithoutAnAnswer) {
  ScriptedServer server(closes_after_the_second_request());
  HttpClient client = client_of(server);
  ASSERT_TRUE(client.request(kGet, kEnough));
  const auto response = client.request(kGet, kEnough);
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->body, "again");
}

TEST(HttpClient, NeverSendsAPostTwice) {
  ScriptedServer server(closes_after_the_second_request());
  HttpClient client = client_of(server);
  ASSERT_TRUE(client.request(kGet, kEnough));
  const auto response = client.request({HttpMethod::post, "/", {}, "x"}, kEnough);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(response.error().retryable);
  EXPECT_TRUE(client.request(kGet, kEnough));  // The client can be used again.
}

TEST(HttpClient, DoesNotRepeatWhenAFreshConnectionCloses) {
  ScriptedServer server([](ScriptedServer& self) { self.accept().read_request(); });
  HttpClient client = client_of(server);
  const auto response = client.request(kGet, kEnough);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, EndsAtTheTimeout) {
  ScriptedServer server([](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    connection.wait_for_close();
  });
  HttpClient client = client_of(server);
  const auto response = client.request(kGet, milliseconds(50));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::timed_out);
}

TEST(HttpClient, EndsAtARequestToStop) {
  std::stop_source stop;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    EXPECT_FALSE(connection.read_request().empty());
    stop.request_stop();
    connection.wait_for_close();
  });
  HttpClient client("127.0.0.1", server.port());
  const auto response = client.request(kGet, {}, stop.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  const auto next = client.request(kGet, {}, stop.get_token());
  ASSERT_FALSE(next);
  EXPECT_TRUE(next.error().retryable);
}

TEST(HttpClient, LimitsTheTransferEvenWithoutATimeout) {
  ScriptedServer server([](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.wait_for_close();
  });
  HttpClient client = client_of(server, {.transfer_timeout = milliseconds(50)});
  const auto response = client.request(kGet, std::nullopt);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::timed_out);
}

TEST(HttpClient, WaitsForAnAnswerBeyondTheTransferTimeout) {
  std::promise<void> late;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    late.get_future().wait();
    connection.answer("at last");
  });
  HttpClient client = client_of(server, {.transfer_timeout = milliseconds(10)});
  auto answer = std::async(std::launch::async, [&] { return client.request(kGet, std::nullopt); });
  EXPECT_EQ(answer.wait_for(milliseconds(100)), std::future_status::timeout);
  late.set_value();
  const auto response = answer.get();
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->body, "at last");
}

// Each connection gets one of the answers after its request was read, because closing earlier would
// reset the connection.
ScriptedServer::Script answers(std::vector<std::string> texts) {
  return [texts = std::move(texts)](ScriptedServer& self) {
    for (const std::string& text : texts) {
      auto connection = self.accept();
      connection.read_request();
      connection.send(text);
    }
  };
}

TEST(HttpClient, RefusesABodyOrHeaderThatIsTooLarge) {
  const std::string body(1001, 'x');
  ScriptedServer server(
      answers({"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + body,
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + body,
               "HTTP/1.1 200 OK\r\nX-Long: " + std::string(5000, 'x') + "\r\n\r\n",
               "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + body.substr(1)}));
  HttpClient client = client_of(server, {.header_bytes_max = 4096, .body_bytes_max = 1000});
  for (int i = 0; i < 3; ++i) {
    const auto response = client.request(kGet, kEnough);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::too_large) << i << response.error().detail;
  }
  EXPECT_TRUE(client.request(kGet, kEnough));
}

TEST(HttpClient, RefusesGarbage) {
  ScriptedServer server(
      answers({"220 smtp.example.com ready\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
               "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"}));
  HttpClient client = client_of(server);
  for (int i = 0; i < 3; ++i) {
    const auto response = client.request(kGet, kEnough);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::invalid) << i << response.error().detail;
  }
}

TEST(HttpClient, RefusesAnAnswerWhoseEndTwoReadersCouldFindDifferently) {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  const std::string chunk = "\r\n\r\n1\r\na\r\n0\r\n\r\n";
  const std::vector<std::string> doubtful{
      start + "Content-Length: 1\r\nTransfer-Encoding: chunked" + chunk,
      start + "Transfer-Encoding: chunked\r\nContent-Length: 1" + chunk,
      start + "Transfer-Encoding: gzip, chunked" + chunk,
      start + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked" + chunk,
      start + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
      start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\na",
      start + "Content-Length: 1, 1\r\n\r\na",
      start + "Content-Length: +1\r\n\r\na",
      start + "Content-Length : 1\r\n\r\na",
      start + "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
      start + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nContent-Length: 1\r\n\r\n"};
  ScriptedServer server(answers(doubtful));
  HttpClient client = client_of(server);
  for (const std::string& answer : doubtful) {
    const auto response = client.request(kGet, kEnough);
    ASSERT_FALSE(response) << answer;
    EXPECT_EQ(response.error().code, ErrorCode::invalid) << answer << response.error().detail;
  }
}

TEST(HttpClient, ReadsAFoldedHeaderAsOneLine) {
  ScriptedServer server(
      answers({"HTTP/1.1 200 OK\r\nX: a\r\n \tb\r\nContent-Length:\r\n 2\r\n\r\nok",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"}));
  HttpClient client = client_of(server);
  for (const std::string_view folded : {"a b", ""}) {
    const auto response = client.request(kGet, kEnough);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->header("X"), folded);
    EXPECT_EQ(response->body, "ok");
  }
}

TEST(HttpClient, RefusesAMessageThatIsCutShort) {
  ScriptedServer server(answers({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}));
  const auto response = client_of(server).request(kGet, kEnough);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, AcceptsLargeAndChunkedBodies) {
  const std::string large(6'000'000, 'x');
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    connection.answer(large);
    connection.read_request();
    connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  });
  HttpClient client = client_of(server);
  const auto first = client.request(kGet, kEnough);
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(first->body, large);
  const auto second = client.request(kGet, kEnough);
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_EQ(second->body, "abcde");
}

TEST(HttpClient, CallsARefusedConnectionRetryable) {
  ScriptedServer server([](ScriptedServer&) {});
  server.join();  // The server's port is closed now.
  const auto response = client_of(server).request({HttpMethod::post, "/"}, kEnough);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(response.error().retryable);
  EXPECT_THAT(response.error().message, StartsWith("no connection to 127.0.0.1:"));
  EXPECT_THAT(response.error().detail, HasSubstr("connecting"));
}

TEST(HttpClient, LooksNamesUp) {
  ScriptedServer server(answers({"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nby name"}));
  const auto response = HttpClient("localhost", server.port()).request(kGet, kEnough);
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->body, "by name");
}

// Returns the Host header of a request to `host`, with PORT in place of the server's port.
std::string host_header(const std::string& host, bool standard_port) {
  std::string seen;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    seen = connection.read_request();
    connection.answer("");
  });
  const Transport transport{.standard_port = standard_port ? server.port() : uint16_t{80},
                            .make = kPlain.make};
  const auto response = HttpClient(host, server.port(), {}, transport).request(kGet, kEnough);
  if (!response) return response.error().message;
  server.join();
  const size_t start = seen.find("Host: ") + 6;
  std::string header = seen.substr(start, seen.find("\r\n", start) - start);
  const std::string port = std::to_string(server.port());
  if (header.ends_with(":" + port)) {
    header.replace(header.size() - port.size(), port.size(), "PORT");
  }
  return header;
}

TEST(HttpClient, NamesThePortInTheHostHeaderUnlessItIsTheDefault) {
  EXPECT_EQ(host_header("127.0.0.1", true), "127.0.0.1");
  EXPECT_EQ(host_header("127.0.0.1", false), "127.0.0.1:PORT");
}

TEST(HttpClient, AcceptsAnIpv6AddressWithAndWithoutBrackets) {
  const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) GTEST_SKIP() << "no IPv6 here";
  ::close(probe);
  for (const char* host : {"::ffff:127.0.0.1", "[::ffff:127.0.0.1]"}) {
    EXPECT_EQ(host_header(host, true), "[::ffff:127.0.0.1]");
    EXPECT_EQ(host_header(host, false), "[::ffff:127.0.0.1]:PORT");
  }
}

TEST(HttpClient, ReportsATransportThatCannotBeMade) {
  const Transport broken{
      .standard_port = 443, .make = [](const std::string&) -> std::unique_ptr<Wire> {
        throw boost::system::system_error(make_error_code(boost::system::errc::not_supported));
      }};
  const auto response = HttpClient("127.0.0.1", 443, {}, broken).request(kGet, kEnough);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(response.error().retryable);
}

TEST(HttpClient, RefusesARequestThatHttpWouldReadAsAnother) {
  HttpClient client("127.0.0.1", 1);
  for (const HttpRequest& request :
       {HttpRequest{HttpMethod::get, "/a b"}, HttpRequest{HttpMethod::get, "/a\r\nX: y"},
        HttpRequest{HttpMethod::get, ""}, HttpRequest{HttpMethod::get, "/", {{"X", "a\r\nY: b"}}},
        HttpRequest{HttpMethod::get, "/", {{"X: a", "b"}}}}) {
    const auto response = client.request(request, kEnough);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::invalid);
  }
  const auto response = HttpClient("127.0.0.1\r\nX: y", 1).request(kGet, kEnough);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::invalid) << response.error().message;
}

}  // namespace
}  // namespace penstock::net
