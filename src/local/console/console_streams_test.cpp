#include <deque>

#include "support/console_test.h"

namespace penstock::local {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using ConsoleStreamsTest = ConsoleTest;

TEST_F(ConsoleStreamsTest, BeginWithTheState) {
  start();
  test::RawClient client(port_);
  client.send(request("GET", "/api/stream", {}, {}));
  EXPECT_THAT(
      client.read_until("event: state\ndata: {\"now_ms\":1}\n\n"),
      AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("content-type: text/event-stream\r\n"),
            HasSubstr("cache-control: no-store\r\n"), HasSubstr("\nretry: 1000\n\n")));
  // It comes each second.
  EXPECT_THAT(client.read_until("event: state\ndata: {\"now_ms\":1}\n\n"),
              HasSubstr("event: state\n"));
}

TEST_F(ConsoleStreamsTest, HaveTheStoriesThatChange) {
  start();
  test::RawClient client(port_), without(port_);
  client.send(request("GET", "/api/stream", {}, {}));
  without.send(request("GET", "/api/stream?stories=false", {}, {}));
  EXPECT_THAT(client.read_until("event: state\n"), Not(HasSubstr("stories\n")));
  without.read_until("event: state\n");
  ++sequence_;
  client.read_until("event: stories\n");
  EXPECT_EQ(client.read_until("\n\n"), "data: " + stories_ + "\n\n");
  EXPECT_EQ(batches_, 1u);
  EXPECT_EQ(limit_, EventStreams::kStoriesMax);
  EXPECT_THAT(without.read_until("event: state\n"), Not(HasSubstr("event: stories\n")));
}

// Stories change all the time, but the client that does not read costs nothing.
TEST_F(ConsoleStreamsTest, AreNotAskedForMoreThanTheirClientReads) {
  stories_ = "{\"stories\":[\"" + std::string(4'000'000, 'x') + "\"],\"left_out\":7}";
  start();
  std::jthread changing([this](const std::stop_token& stop) {
    for (; !stop.stop_requested(); std::this_thread::yield()) ++sequence_;
  });
  test::RawClient deaf(port_);
  deaf.send(request("GET", "/api/stream", {}, {}));
  ASSERT_TRUE(comes_true([&] { return batches_ >= 1; }));
  test::RawClient other(port_);
  other.send(request("GET", "/api/stream?stories=false", {}, {}));
  // Two seconds pass, in which it would have had ten batches.
  for (int i = 0; i < 3; ++i) EXPECT_THAT(other.read_until("event: state\n"), HasSubstr("state"));
  const size_t asked = batches_;
  // The kernel's buffers have a few MB.
  EXPECT_LE(asked, 3u);
  EXPECT_THAT(deaf.read_until("\"left_out\":7}"), HasSubstr("event: stories\n"));
  EXPECT_TRUE(comes_true([&] { return batches_ > asked; }));
}

TEST_F(ConsoleStreamsTest, AreSixteenAtMost) {
  start();
  std::deque<test::RawClient> clients;
  for (size_t i = 0; i < EventStreams::kClientsMax; ++i) {
    clients.emplace_back(port_).send(request("GET", "/api/stream", {}, {}));
    EXPECT_THAT(clients.back().read_until("event: state\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
  EXPECT_THAT(ask("GET", "/api/stream"), AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\n"),
                                               HasSubstr("Close one of them")));
  clients.pop_front();
  // The server notices that it is gone, although nothing is sent at that moment.
  EXPECT_TRUE(comes_true([&] {
    test::RawClient client(port_);
    client.send(request("GET", "/api/stream", {}, {}));
    return client.read_until("\r\n").starts_with("HTTP/1.1 200 OK");
  }));
}

TEST_F(ConsoleStreamsTest, EndWhenTheConsoleStops) {
  start();
  auto client = std::make_unique<test::RawClient>(port_);
  client->send(request("GET", "/api/stream", {}, {}));
  client->read_until("event: state\n");
  std::jthread stopping([this] { EXPECT_TRUE(stop()); });
  EXPECT_THAT(client->read_all(), testing::EndsWith("0\r\n\r\n"));
  client.reset();
}

TEST_F(ConsoleStreamsTest, AClientThatDoesNotReadDoesNotHoldUpAStop) {
  stories_ = std::string(4'000'000, 'x');
  start();
  test::RawClient deaf(port_);
  deaf.send(request("GET", "/api/stream", {}, {}));
  deaf.read_until("event: state\n");
  ++sequence_;
  ASSERT_TRUE(comes_true([&] { return batches_ == 1; }));
  EXPECT_TRUE(stop());
}

}  // namespace
}  // namespace penstock::local
