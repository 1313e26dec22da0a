#include "upstream/upstream_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>
#include <future>

#include "support/scripted_server.h"
#include "support/test_start.h"

namespace penstock::upstream {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;

using test::ScriptedServer;
using test::TestStart;
using testing::HasSubstr;

class UpstreamTest : public testing::Test {
 protected:
  std::unique_ptr<Client> client_of(uint16_t port, const std::string& prefix = "") {
    return Client::make(start_.start, "payments",
                        "http://127.0.0.1:" + std::to_string(port) + prefix, settings_)
        .value();
  }
  base::Result<Response> send(Client& client, Request request = {},
                              std::chrono::milliseconds time = TestStart::kPatience) {
    return start_.run(client.send(std::move(request), TestStart::within(time)));
  }
  // Starts a request and returns its result later; run() or run_until() makes it go on.
  std::future<base::Result<Response>> begin(Client& client, Request request = {}) {
    return boost::asio::co_spawn(start_.io, client.send(std::move(request), TestStart::within()),
                                 boost::asio::use_future);
  }

  TestStart start_;
  Settings settings_;
};

TEST_F(UpstreamTest, AsksOverOneConnection) {
  std::vector<std::string> requests;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    for (int i = 0; i < 3; ++i) {
      requests.push_back(connection.read_request());
      connection.answer("yes", "X-A: b\r\n");
    }
  });
  const auto client = client_of(server.port(), "/v1/");
  for (int i = 0; i < 3; ++i) {
    const auto response = send(*client, {.method = "POST", .target = "/a", .body = {"body"}});
    ASSERT_TRUE(response) << describe(response.error());
    EXPECT_EQ(response->status, 200U);
    EXPECT_EQ(response->body, "yes");
    EXPECT_EQ(response->header("x-a"), "b");
    EXPECT_EQ(response->header("x-b"), "");
  }
  server.join();
  EXPECT_EQ(requests[2], "POST /v1/a HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                             "\r\nUser-Agent: orders_api\r\nContent-Length: 4\r\n\r\nbody");
}

TEST_F(UpstreamTest, RefusesAUrlThatItCannotUse) {
  for (const char* url : {"", "ftp://a", "http://", "http://a?b", "http://user@a", "a:80"}) {
    const auto client = Client::make(start_.start, "payments", url);
    ASSERT_FALSE(client) << url;
    EXPECT_EQ(client.error().code, ErrorCode::invalid);
    EXPECT_THAT(client.error().message, HasSubstr("payments"));
  }
}

TEST_F(UpstreamTest, SaysThatNobodyListens) {
  uint16_t port = 0;
  {
    ScriptedServer server([](ScriptedServer&) {});
    server.join();
    port = server.port();
  }
  const auto client = client_of(port);
  const auto response = send(*client, {.method = "POST"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(response.error().retryable);
  EXPECT_EQ(response.error().message, "payments cannot be reached");
  EXPECT_THAT(response.error().detail, HasSubstr("connecting: Connection refused"));
  EXPECT_THAT(start_.metrics(), HasSubstr("penstock_upstream_retries_total"));
}

TEST_F(UpstreamTest, SaysThatANameIsNotKnown) {
  const auto client = Client::make(start_.start, "payments", "http://no-such-host.invalid").value();
  const auto response = send(*client);
  ASSERT_FALSE(response);
  EXPECT_TRUE(response.error().retryable);
  EXPECT_EQ(response.error().message, "payments cannot be reached");
  EXPECT_THAT(response.error().detail, HasSubstr("looking up its name"));
}

// Whichever way a kept connection has ended, even a POST is sent over a new one.
TEST_F(UpstreamTest, DoesNotUseAKeptConnectionThatTheServerHasEndedOrWrittenTo) {
  for (const bool writes : {false, true}) {
    std::promise<void> done;
    ScriptedServer server([&](ScriptedServer& self) {
      {
        auto first = self.accept();
        first.read_request();
        first.answer("one");
        if (writes) first.answer("more");
        if (writes) first.wait_for_close();
      }
      if (!writes) done.set_value();
      auto second = self.accept();
      second.read_request();
      second.answer("two");
    });
    const auto client = client_of(server.port());
    ASSERT_TRUE(send(*client));
    if (!writes) done.get_future().wait();
    const auto response = send(*client, {.method = "POST"});
    if (!writes || response) {
      ASSERT_TRUE(response) << describe(response.error());
      EXPECT_EQ(response->body, "two");
    }
  }
}

TEST_F(UpstreamTest, RepeatsOnANewConnectionWhatMayBeRepeated) {
  for (const bool repeatable : {true, false}) {
    std::atomic<int> seen = 0;
    ScriptedServer server([&](ScriptedServer& self) {
      {
        auto first = self.accept();
        first.read_request();
        first.answer("one");
        if (!first.read_request().empty()) ++seen;
      }
      if (!repeatable) return;
      auto second = self.accept();
      if (!second.read_request().empty()) ++seen;
      second.answer("two");
    });
    settings_.attempts_max = 1;  // This is none of the retries.
    const auto client = client_of(server.port());
    ASSERT_TRUE(send(*client));
    const auto response = send(*client, {.method = repeatable ? "GET" : "POST"});
    server.join();
    EXPECT_EQ(seen, repeatable ? 2 : 1);
    ASSERT_EQ(response.has_value(), repeatable);
    if (response) continue;
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_FALSE(response.error().retryable) << "the server may have acted";
    EXPECT_EQ(response.error().message,
              "payments has closed the connection before its answer was whole");
  }
}

TEST_F(UpstreamTest, TriesAStatusAgainIfTheRequestMayBeRepeated) {
  struct Case {
    const char* status;
    const char* method;
    int requests;
  };
  for (const auto& [status, method, expected] : {Case{"503 Busy", "GET", 3},
                                                 {"502 Bad", "PUT", 3},
                                                 {"504 Late", "DELETE", 3},
                                                 {"503 Busy", "POST", 1},
                                                 {"429 Slow", "POST", 3},
                                                 {"500 Oops", "GET", 1},
                                                 {"404 No", "GET", 1},
                                                 {"302 Found", "GET", 1}}) {
    int requests = 0;
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      while (!connection.read_request().empty()) {
        ++requests;
        connection.answer("no", "Location: /elsewhere\r\n", status);
      }
    });
    {
      const auto client = client_of(server.port());
      const auto response = send(*client, {.method = method});
      ASSERT_TRUE(response) << describe(response.error());
      EXPECT_EQ(response->status, static_cast<unsigned>(std::atoi(status)));
    }
    server.join();
    EXPECT_EQ(requests, expected) << method << " " << status;
  }
}

// What no attempt can have seen may be called undone; what an earlier one may have, may not.
TEST_F(UpstreamTest, DoesNotForgetAnAttemptThatMayHaveActed) {
  for (const bool kept : {false, true}) {
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      self.stop_listening();
      connection.read_request();
      if (!kept) return;
      connection.answer("one");
      connection.read_request();
    });
    const auto client = client_of(server.port());
    if (kept) {
      ASSERT_TRUE(send(*client));
    }
    const auto response = send(*client, {.method = "PUT"});
    server.join();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().message, "payments cannot be reached");
    EXPECT_FALSE(response.error().retryable) << kept;
  }
}

TEST_F(UpstreamTest, SaysOfAnAnswerWhetherAnAttemptBeforeMayHaveActed) {
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    for (const char* status : {"503 Busy", "429 Slow", "429 Slow", "200 OK"}) {
      connection.read_request();
      connection.answer("", "Retry-After: 0\r\n", status);
    }
  });
  settings_.attempts_max = 2;
  const auto client = client_of(server.port());
  const auto unsure = send(*client, {.method = "PUT"});
  ASSERT_TRUE(unsure);
  EXPECT_EQ(unsure->status, 429U);
  EXPECT_TRUE(unsure->unsure);
  const auto sure = send(*client, {.method = "PUT"});
  ASSERT_TRUE(sure);
  EXPECT_EQ(sure->status, 200U);
  EXPECT_FALSE(sure->unsure);
}

TEST_F(UpstreamTest, WaitsAsLongAsRetryAfterSays) {
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    connection.answer("", "Retry-After: 1\r\n", "503 Busy");
    connection.read_request();
    connection.answer("yes");
    connection.read_request();
    connection.answer("", "Retry-After: 3600\r\n", "503 Busy");
  });
  const auto client = client_of(server.port());
  const auto began = std::chrono::steady_clock::now();
  const auto response = send(*client);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200U);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 1s);
  const auto busy = send(*client, {}, 20s);
  ASSERT_TRUE(busy) << "there is no time to wait an hour";
  EXPECT_EQ(busy->status, 503U);
}

TEST_F(UpstreamTest, SpendsABudgetOnRetries) {
  int requests = 0;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    while (!connection.read_request().empty()) {
      ++requests;
      connection.answer("", "Retry-After: 0\r\n", "503 Busy");
    }
  });
  settings_.failures_max = 0;
  {
    const auto client = client_of(server.port());
    for (int i = 0; i < 50; ++i) EXPECT_EQ(send(*client)->status, 503U);
  }
  server.join();
  EXPECT_GE(requests, 60);
  EXPECT_LE(requests, 66);
}

TEST_F(UpstreamTest, StopsAskingAnUpstreamThatFails) {
  std::atomic<int> requests = 0;
  std::atomic<bool> well = false;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    while (!connection.read_request().empty()) {
      ++requests;
      connection.answer("", "", well ? "200 OK" : "503 Busy");
    }
  });
  settings_.failures_max = 5;
  settings_.attempts_max = 1;
  settings_.broken_time = 300ms;
  const auto client = client_of(server.port());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(*client)->status, 503U);
  for (int i = 0; i < 5; ++i) {
    const auto response = send(*client, {.method = "POST"});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(response.error().retryable);
    EXPECT_EQ(response.error().message,
              "payments was not asked, since its last requests have failed");
  }
  EXPECT_EQ(requests, 5);
  EXPECT_THAT(start_.metrics(), HasSubstr("penstock_upstream_circuit_open{"));
  well = true;
  const auto deadline = TestStart::within();
  while (!send(*client) && std::chrono::steady_clock::now() < deadline) {
    start_.io.restart();
    start_.io.run_one_for(50ms);
  }
  EXPECT_TRUE(send(*client));
  const std::string log = start_.log_text();
  EXPECT_THAT(log, HasSubstr("an upstream is not asked for a while"));
  EXPECT_THAT(log, HasSubstr("\"reason\":\"status 503\""));
  EXPECT_THAT(log, HasSubstr("an upstream answers again"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
}

TEST_F(UpstreamTest, BoundsConnectionsAndThoseWhoWait) {
  std::promise<void> go;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    go.get_future().wait();
    connection.answer("one");
    connection.read_request();
    connection.answer("two");
  });
  settings_.connections_max = 1;
  settings_.waiting_max = 1;
  settings_.attempts_max = 1;
  const auto client = client_of(server.port());
  auto first = begin(*client);
  auto second = begin(*client);
  const auto third = send(*client);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(third.error().retryable);
  EXPECT_EQ(third.error().message, "payments has too many requests that wait for a connection");
  EXPECT_THAT(start_.metrics(),
              HasSubstr("penstock_upstream_waiting{server_address=\"127.0.0.1\""));
  go.set_value();
  while (second.wait_for(0s) != std::future_status::ready) start_.io.run_one();
  EXPECT_EQ(first.get()->body, "one");
  EXPECT_EQ(second.get()->body, "two");
}

TEST_F(UpstreamTest, EndsAWaitForAConnectionBeforeTheDeadline) {
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.wait_for_close();
  });
  settings_.connections_max = 1;
  const auto client = client_of(server.port());
  auto first = begin(*client);
  const auto second = send(*client, {.method = "POST"}, 100ms);
  ASSERT_FALSE(second);
  // It was not sent, so that a handler says 503 and not 504.
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(second.error().retryable);
  EXPECT_EQ(second.error().message,
            "payments was not asked: no connection has become free in time");
  EXPECT_THAT(second.error().detail, HasSubstr("all 1 of connections_max are in use"));
}

TEST_F(UpstreamTest, ReleasesAtOnceWhatIsCancelled) {
  std::promise<void> arrived;
  std::promise<void> closed;
  ScriptedServer server([&](ScriptedServer& self) {
    {
      auto connection = self.accept();
      connection.read_request();
      arrived.set_value();
      connection.wait_for_close();
      closed.set_value();
    }
    auto next = self.accept();
    next.read_request();
    next.answer("next");
  });
  settings_.connections_max = 1;
  const auto client = client_of(server.port());
  boost::asio::cancellation_signal signal;
  std::thread canceller([&] {
    arrived.get_future().wait();
    boost::asio::post(start_.io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  });
  EXPECT_THROW((void)start_.run(client->send({.method = "POST"}, TestStart::within()), &signal),
               boost::system::system_error);
  canceller.join();
  EXPECT_EQ(closed.get_future().wait_for(TestStart::kPatience), std::future_status::ready);
  const auto response = send(*client);
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_EQ(response->body, "next");
}

TEST_F(UpstreamTest, CancelsOneThatWaitsForAConnection) {
  std::promise<void> go;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    go.get_future().wait();
    connection.answer("one");
    connection.read_request();
    connection.answer("two");
  });
  settings_.connections_max = 1;
  const auto client = client_of(server.port());
  auto first = begin(*client);
  boost::asio::cancellation_signal signal;
  boost::asio::post(start_.io, [&] {
    boost::asio::post(start_.io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  });
  EXPECT_THROW((void)start_.run(client->send({}, TestStart::within()), &signal),
               boost::system::system_error);
  go.set_value();
  EXPECT_EQ(send(*client)->body, "two");
  EXPECT_EQ(first.get()->body, "one");
}

TEST_F(UpstreamTest, ClosesWhatIsIdleForTooLong) {
  std::promise<void> closed;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    connection.answer("one");
    connection.wait_for_close();
    closed.set_value();
  });
  settings_.idle_time = 50ms;
  const auto client = client_of(server.port());
  ASSERT_TRUE(send(*client));
  start_.io.restart();
  start_.io.run();  // It ends when nothing is kept any more.
  EXPECT_EQ(closed.get_future().wait_for(TestStart::kPatience), std::future_status::ready);
}

TEST_F(UpstreamTest, TakesAnAnswerThatComesBeforeTheRequestsEnd) {
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.answer("too long", "Connection: close\r\n", "413 Content Too Large");
    connection.wait_for_close();
  });
  const auto client = client_of(server.port());
  const auto response =
      send(*client, {.method = "POST", .body = base::WipedText(8 * 1024 * 1024, 'a')});
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_EQ(response->status, 413U);
}

TEST_F(UpstreamTest, CountsAttemptsByStatusAndError) {
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    connection.read_request();
    connection.answer("");
    connection.read_request();
    connection.answer("", "", "404 No");
    connection.read_request();
    connection.send("garbage\r\n\r\n");
  });
  const auto client = client_of(server.port());
  EXPECT_TRUE(send(*client));
  EXPECT_TRUE(send(*client));
  EXPECT_FALSE(send(*client, {.method = "BREW"}));
  const std::string metrics = start_.metrics();
  const std::string where = "server_address=\"127.0.0.1\",server_port=\"" +
                            std::to_string(server.port()) + "\",upstream=\"payments\"";
  EXPECT_THAT(metrics, HasSubstr("http_client_request_duration_seconds_count{http_request_method="
                                 "\"GET\",http_response_status_code=\"200\"," +
                                 where + "} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("_count{error_type=\"404\",http_request_method=\"GET\",http_"
                                 "response_status_code=\"404\"," +
                                 where + "} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("_count{error_type=\"invalid\",http_request_method=\"_OTHER\"," +
                                 where + "} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("penstock_upstream_connections{" + where + ",state=\"idle\"} 0"));
}

}  // namespace
}  // namespace penstock::upstream
