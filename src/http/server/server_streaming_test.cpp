#include <atomic>

#include "async/latch.h"
#include "support/http_server_test.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kStream = "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n";

// Answers with streams. Each gives the pieces of its target, such as "/one/two", then those that
// the test adds, and waits for more. "/throws" throws behind a piece, and "/endless" never waits.
class Streams final : public Service {
 public:
  explicit Streams(boost::asio::io_context& io) : io_(io) {}

  async::Awaitable<Reply> handle(const RequestMessage& request) override {
    Reply reply{.stream = std::make_unique<Pieces>(*this, std::string(request.target()))};
    reply.response.set_content_type("text/plain");
    co_return reply;
  }
  void completed(const RequestMessage& /*request*/, const Reply& /*reply*/,
                 std::chrono::steady_clock::duration /*duration*/, size_t bytes) override {
    bytes_sent += bytes;
  }
  // Gives one more piece to the stream that was opened last. Nothing is its end.
  void add(std::optional<std::string> piece) {
    newest_->pieces.push_back(std::move(piece));
    newest_->changed.set();
  }

  std::atomic<int> asked = 0;      // How many pieces were asked for.
  std::atomic<int> open = 0;       // How many streams there are.
  std::atomic<int> end_calls = 0;  // How often a stream was asked to end.
  std::atomic<size_t> bytes_sent = 0;

 private:
  struct Pieces final : BodyStream {
    Pieces(Streams& owner, std::string name)
        : streams(owner), target(std::move(name)), changed(owner.io_) {
      ++streams.open;
      streams.newest_ = this;
      if (target == "/throws") pieces.emplace_back("begun");
    }
    ~Pieces() override { --streams.open; }

    async::Awaitable<std::optional<std::string>> next() override {
      ++streams.asked;
      if (target == "/endless") co_return std::string(100'000, 'x');
      while (pieces.empty() && !ended) {
        if (target == "/throws") throw std::runtime_error("a bug in a stream");
        changed.reset();
        co_await changed.wait_until(std::chrono::steady_clock::time_point::max());
      }
      if (ended) co_return std::nullopt;
      std::optional<std::string> piece = std::move(pieces.front());
      pieces.pop_front();
      co_return piece;
    }
    void end() override {
      ++streams.end_calls;
      ended = true;
      changed.set();
    }

    Streams& streams;
    const std::string target;
    async::Latch changed;
    std::deque<std::optional<std::string>> pieces;
    bool ended = false;
  };

  boost::asio::io_context& io_;
  Pieces* newest_ = nullptr;
};

class ServerStreamingTest : public ServerTest {
 protected:
  void add(std::optional<std::string> piece) {
    ASSERT_TRUE(comes_true([&] { return streams_.asked > 0; }));
    on_server([&] { streams_.add(std::move(piece)); });
  }

  Streams streams_{io_};
};

TEST_F(ServerStreamingTest, PiecesAreChunksAndTheConnectionGoesOn) {
  start({}, &streams_);
  RawClient client(port_);
  client.send(kStream);
  EXPECT_THAT(client.read_until("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("content-type: text/plain\r\n"),
                    HasSubstr("transfer-encoding: chunked\r\n"), Not(HasSubstr("content-length")),
                    Not(HasSubstr("connection: close"))));
  add("one");
  EXPECT_EQ(client.read_until("one\r\n"), "3\r\none\r\n");
  add("");
  add(std::string(26, 'x'));
  EXPECT_EQ(client.read_until("x\r\n"), "1a\r\n" + std::string(26, 'x') + "\r\n");
  add(std::nullopt);
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_TRUE(comes_true([&] { return streams_.open == 0; }));
  EXPECT_EQ(streams_.end_calls, 0);

  client.send(kStream);
  client.read_until("\r\n\r\n");
  add("two");
  EXPECT_EQ(client.read_until("two\r\n"), "3\r\ntwo\r\n");
}

TEST_F(ServerStreamingTest, ARequestBehindAStreamIsAnsweredAtItsEnd) {
  start({}, &streams_);
  RawClient client(port_);
  client.send(std::string(kStream) + std::string(kStream));
  add(std::nullopt);
  EXPECT_THAT(client.read_until("0\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerStreamingTest, Http10GetsItUntilTheConnectionCloses) {
  start({}, &streams_);
  RawClient client(port_);
  client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  add("one");
  add("two");
  add(std::nullopt);
  EXPECT_THAT(client.read_all(),
              AllOf(HasSubstr("connection: close\r\n"), Not(HasSubstr("transfer-encoding")),
                    EndsWith("\r\n\r\nonetwo")));
}

TEST_F(ServerStreamingTest, HeadHasNoBody) {
  start({}, &streams_);
  RawClient client(port_);
  client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_all(), EndsWith("connection: close\r\n\r\n"));
  EXPECT_EQ(streams_.asked, 0);
  EXPECT_TRUE(comes_true([&] { return streams_.open == 0; }));
}

TEST_F(ServerStreamingTest, AClientThatDoesNotReadIsAskedForNothingAndThenCut) {
  start({.write_timeout = 1s}, &streams_);
  RawClient deaf(port_);
  deaf.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(comes_true([&] { return streams_.asked > 0; }));
  ASSERT_TRUE(comes_true([&] { return cut(CutReason::write_timeout) == 1; }));
  // The kernel's buffers on both sides have a few MB.
  EXPECT_LT(streams_.asked, 500);
  EXPECT_TRUE(comes_true([&] { return streams_.open == 0; }));
  EXPECT_EQ(statistics().buffered_bytes, 0u);
}

TEST_F(ServerStreamingTest, APieceThatIsNotReadCountsInTheBudget) {
  start({.buffered_bytes_max = 100'000}, &streams_);
  RawClient deaf(port_);
  deaf.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(comes_true([&] { return refused(RefusalReason::buffered_bytes) == 1; }));
  EXPECT_TRUE(comes_true([&] { return streams_.open == 0; }));
  EXPECT_EQ(statistics().buffered_bytes, 0u);
}

TEST_F(ServerStreamingTest, AClientThatIsGoneIsNoticedWhileNothingIsSent) {
  start({}, &streams_);
  {
    RawClient client(port_);
    client.send(kStream);
    client.read_until("\r\n\r\n");
    EXPECT_EQ(streams_.open, 1);
  }
  EXPECT_TRUE(comes_true([&] { return streams_.open == 0; }));
  EXPECT_GE(streams_.end_calls, 1);
  EXPECT_TRUE(comes_true([&] { return statistics().connections == 0; }));
}

TEST_F(ServerStreamingTest, ADrainEndsStreamsInOrder) {
  start({}, &streams_);
  auto client = std::make_unique<RawClient>(port_);
  client->send(kStream);
  client->read_until("\r\n\r\n");
  std::promise<void> done;
  on_server(
      [&] { server_->stop(std::chrono::steady_clock::now() + 10s, [&] { done.set_value(); }); });
  EXPECT_EQ(client->read_all(), "0\r\n\r\n");
  client.reset();
  EXPECT_EQ(done.get_future().wait_for(5s), std::future_status::ready);
  EXPECT_EQ(streams_.open, 0);
}

TEST_F(ServerStreamingTest, ADrainCutsAStreamWhoseClientDoesNotRead) {
  start({}, &streams_);
  RawClient deaf(port_);
  deaf.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(comes_true([&] { return statistics().buffered_bytes > 100'000; }));
  std::promise<void> done;
  on_server(
      [&] { server_->stop(std::chrono::steady_clock::now() + 300ms, [&] { done.set_value(); }); });
  EXPECT_EQ(done.get_future().wait_for(5s), std::future_status::ready);
  EXPECT_TRUE(comes_true([&] { return streams_.open == 0; }));
}

TEST_F(ServerStreamingTest, AStreamThatThrowsIsLoggedAndEndsWithoutItsLastChunk) {
  start({}, &streams_);
  RawClient client(port_);
  client.send("GET /throws HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_all(), EndsWith("\r\n\r\n5\r\nbegun\r\n"));
  on_server([] {});
  EXPECT_THAT(log_text(), HasSubstr("\"reason\":\"a bug in a stream\""));
}

TEST_F(ServerStreamingTest, AllBytesAreReported) {
  start({}, &streams_);
  RawClient client(port_);
  client.send("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  add("one");
  add(std::nullopt);
  const std::string all = client.read_all();
  EXPECT_TRUE(comes_true([&] { return streams_.bytes_sent > 0; }));
  EXPECT_EQ(streams_.bytes_sent, all.size());
}

}  // namespace
}  // namespace penstock::http
