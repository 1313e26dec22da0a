#include "support/http_server_test.h"

// A workspace goes from one client to the next. Nothing of the first one's bytes may be read as a
// part of the other one's request.
namespace penstock::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kHalf = "GET /half HTTP/1.1\r\nHost: h\r\nX-Half: ";
constexpr std::string_view kPost = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\n";

class ServerWorkspaceTest : public ServerTest {
 protected:
  // Waits until `condition` holds for the server's counts, for 10 s at most.
  template <class Condition>
  void wait_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    bool holds = false;
    while (!holds && std::chrono::steady_clock::now() < deadline) {
      on_server([&] { holds = condition(server_->statistics()); });
    }
    ASSERT_TRUE(holds);
  }
  void expect_clean_workspace() {
    // All workspaces are given back when there is no connection.
    wait_until([](const ServerStatistics& counts) { return counts.connections == 0; });
    RawClient next(port_);
    next.send(kGet);
    EXPECT_THAT(next.read_until("GET /a \n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
};

TEST_F(ServerWorkspaceTest, WhatIsBehindTheLastRequestIsNobodyElses) {
  start();
  {
    RawClient client(port_);
    client.send("GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + std::string(kHalf));
    EXPECT_THAT(client.read_all(), HasSubstr("GET /last \n"));
  }
  expect_clean_workspace();
}

TEST_F(ServerWorkspaceTest, WhatIsLeftOfABodyThatIsNotDroppedIsNobodyElses) {
  start({.dropped_bytes_max = 1000});
  {
    RawClient client(port_);
    client.send(
        "POST /reply HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n7d0\r\n" +
        std::string(2000, 'x') + "\r\n1;half=");
    EXPECT_THAT(client.read_all(), HasSubstr("no\n"));
  }
  expect_clean_workspace();
}

TEST_F(ServerWorkspaceTest, WhatIsBehindARefusedRequestIsNobodyElses) {
  start();
  {
    RawClient client(port_);
    client.send("NONSENSE\r\n" + std::string(kHalf));
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 400 "));
  }
  expect_clean_workspace();
}

TEST_F(ServerWorkspaceTest, WhatAnEvictedClientHasSentIsNobodyElses) {
  start({.buffered_bytes_max = 70'000});
  {
    RawClient evicted(port_), next(port_);
    evicted.send(kPost);
    evicted.send(std::string(49'999, 'x'));
    wait_until([](const ServerStatistics& counts) { return counts.buffered_bytes > 50'000; });
    next.send(kPost);
    next.send(std::string(49'999, 'x'));
    EXPECT_THAT(evicted.read_all(), StartsWith("HTTP/1.1 503 "));
  }
  expect_clean_workspace();
}

}  // namespace
}  // namespace penstock::http
