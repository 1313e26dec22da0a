#include "local/relay/relay.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

namespace penstock::local {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kPatienceSeconds = 30;

// Is one end of a connection. Each wait ends after kPatienceSeconds.
class End {
 public:
  explicit End(tcp::socket socket) : socket_(std::move(socket)) {
    const timeval patience{kPatienceSeconds, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  void send(const std::string& text) { asio::write(socket_, asio::buffer(text), error_); }
  // Returns so many bytes, or fewer if the connection ends.
  std::string receive(size_t size) {
    std::string text(size, '\0');
    text.resize(asio::read(socket_, asio::buffer(text), error_));
    return text;
  }
  // Returns how the connection ends.
  error_code end() {
    char byte = 0;
    error_code error;
    while (!error) socket_.read_some(asio::buffer(&byte, 1), error);
    return error;
  }
  void finish() { socket_.shutdown(tcp::socket::shutdown_send, error_); }
  [[nodiscard]] size_t available() { return socket_.available(error_); }

 private:
  tcp::socket socket_;
  error_code error_;
};

// Has a relay on its own thread, before a server that the test plays.
class RelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    relay_ = std::make_unique<Relay>(io_, server_.local_endpoint().port());
    ASSERT_TRUE(relay_->listen());
    port_ = relay_->port();
    thread_ = std::jthread([this] { io_.run(); });
  }
  void TearDown() override {
    on_thread([this] { relay_.reset(); });
    work_.reset();
    thread_.join();
  }

  void on_thread(const std::function<void()>& call) {
    std::promise<void> done;
    asio::post(io_, [&] {
      call();
      done.set_value();
    });
    done.get_future().get();
  }
  void set(const LinkFaults& faults) {
    on_thread([&] { relay_->set(faults); });
  }
  LinkCounts counts() {
    LinkCounts counts;
    on_thread([&] { counts = relay_->counts(); });
    return counts;
  }
  // Waits for a count: an end may have bytes before the relay has counted them.
  template <typename Count>
  bool count_comes_to(Count LinkCounts::* count, uint64_t wanted) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (counts().*count != wanted) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  error_code connect(tcp::socket& socket) {
    error_code error;
    socket.connect({asio::ip::address_v4::loopback(), port_}, error);
    return error;
  }
  End client() {
    tcp::socket socket(ends_);
    EXPECT_FALSE(connect(socket));
    return End(std::move(socket));
  }
  End accepted() { return End(server_.accept()); }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::io_context ends_;
  tcp::acceptor server_{ends_, {asio::ip::address_v4::loopback(), 0}};
  std::unique_ptr<Relay> relay_;
  uint16_t port_ = 0;
  std::jthread thread_;
};

TEST_F(RelayTest, PassesBytesAndTheirEndInBothDirections) {
  End near = client();
  End far = accepted();
  const std::string much(1'000'000, 'x');
  std::jthread writer([&] { near.send(much); });
  EXPECT_EQ(far.receive(much.size()), much);
  writer.join();
  far.send("answer");
  EXPECT_EQ(near.receive(6), "answer");
  near.finish();
  EXPECT_EQ(far.end(), asio::error::eof);
  far.send("last");  // The other direction is still open.
  EXPECT_EQ(near.receive(4), "last");
  far.finish();
  EXPECT_EQ(near.end(), asio::error::eof);
  EXPECT_TRUE(count_comes_to(&LinkCounts::request_bytes, much.size()));
  EXPECT_TRUE(count_comes_to(&LinkCounts::answer_bytes, 10U));
  EXPECT_EQ(counts().cut, 0U);
}

TEST_F(RelayTest, CutsOpenConnectionsAndNoLaterOne) {
  End near = client();
  End far = accepted();
  near.send("1");
  EXPECT_EQ(far.receive(1), "1");
  on_thread([this] { relay_->cut(); });
  EXPECT_EQ(near.end(), asio::error::connection_reset);
  EXPECT_EQ(far.end(), asio::error::connection_reset);
  EXPECT_TRUE(count_comes_to(&LinkCounts::cut, 1U));
  End next = client();
  next.send("2");
  EXPECT_EQ(accepted().receive(1), "2");
}

TEST_F(RelayTest, RefusesNewConnectionsAndKeepsItsPort) {
  End near = client();
  End far = accepted();
  for (int i = 0; i < 3; ++i) {
    set({.refuses = true});
    tcp::socket refused(ends_);
    EXPECT_EQ(connect(refused), asio::error::connection_refused);
    near.send("1");  // What is open goes on.
    EXPECT_EQ(far.receive(1), "1");
    set({});
    End next = client();
    next.send("2");
    EXPECT_EQ(accepted().receive(1), "2");
  }
}

TEST_F(RelayTest, HoldsAnswersAloneUntilTheyMayPass) {
  End near = client();
  End far = accepted();
  set({.answers = {.held = true}});
  far.send("late");
  near.send("question");
  EXPECT_EQ(far.receive(8), "question");
  EXPECT_EQ(near.available(), 0U);
  EXPECT_EQ(counts().answer_bytes, 0U);
  set({});
  EXPECT_EQ(near.receive(4), "late");
}

TEST_F(RelayTest, FreezesBothDirections) {
  End near = client();
  End far = accepted();
  near.send("1");
  EXPECT_EQ(far.receive(1), "1");
  set({.requests = {.held = true}, .answers = {.held = true}});
  near.send("question");
  far.send("answer");
  near.finish();
  EXPECT_TRUE(count_comes_to(&LinkCounts::request_bytes, 1U));
  EXPECT_EQ(near.available() + far.available(), 0U);
  set({});
  EXPECT_EQ(far.receive(8), "question");
  EXPECT_EQ(far.end(), asio::error::eof);
  EXPECT_EQ(near.receive(6), "answer");
}

TEST_F(RelayTest, CutsAConnectionWhenTheNextAnswerArrives) {
  set({.answers_cut = 1});
  End near = client();
  End far = accepted();
  near.send("question");
  EXPECT_EQ(far.receive(8), "question");
  far.send("answer");
  EXPECT_EQ(near.end(), asio::error::connection_reset);
  EXPECT_EQ(counts().answer_bytes, 0U);
  EXPECT_TRUE(count_comes_to(&LinkCounts::cut, 1U));
  End next = client();  // Only one answer was to be cut.
  End next_far = accepted();
  next.send("2");
  EXPECT_EQ(next_far.receive(1), "2");
  next_far.send("answer");
  EXPECT_EQ(next.receive(6), "answer");
}

TEST_F(RelayTest, SparesTheFirstAnswersOfEachConnection) {
  set({.answers_cut = 2, .answers_spared = 1});
  for (int i = 0; i < 2; ++i) {
    End near = client();
    End far = accepted();
    far.send("handshake");
    EXPECT_EQ(near.receive(9), "handshake");
    far.send("answer");
    EXPECT_EQ(near.end(), asio::error::connection_reset);
  }
  EXPECT_TRUE(count_comes_to(&LinkCounts::answer_bytes, 18U));
}

TEST_F(RelayTest, IsLateBySoMuch) {
  set({.answers = {.latency = milliseconds(200)}});
  End near = client();
  End far = accepted();
  near.send("1");
  EXPECT_EQ(far.receive(1), "1");
  const auto began = steady_clock::now();
  far.send("answer");
  EXPECT_EQ(near.receive(6), "answer");
  EXPECT_GE(steady_clock::now() - began, milliseconds(200));
}

TEST_F(RelayTest, IsNoFasterThanItsRate) {
  set({.requests = {.bytes_per_second = 10'000}});
  End near = client();
  End far = accepted();
  const auto began = steady_clock::now();
  near.send(std::string(3'000, 'x'));
  EXPECT_EQ(far.receive(3'000).size(), 3'000U);
  // The last of six parts need not wait.
  EXPECT_GE(steady_clock::now() - began, milliseconds(250));
}

TEST_F(RelayTest, WritesInSlices) {
  set({.requests = {.slice_bytes = 1}});
  End near = client();
  End far = accepted();
  near.send("sliced");
  EXPECT_EQ(far.receive(6), "sliced");
  EXPECT_TRUE(count_comes_to(&LinkCounts::writes, 6U));
}

TEST_F(RelayTest, ResetsAClientWhoseServerIsGone) {
  server_.close();
  End near = client();
  EXPECT_EQ(near.end(), asio::error::connection_reset);
  EXPECT_TRUE(count_comes_to(&LinkCounts::cut, 1U));
}

TEST_F(RelayTest, CutsWhatItHoldsWhenItEnds) {
  End near = client();
  End far = accepted();
  set({.requests = {.held = true}});
  near.send("never");
  on_thread([this] { relay_.reset(); });
  EXPECT_EQ(far.end(), asio::error::connection_reset);
  tcp::socket refused(ends_);
  EXPECT_EQ(connect(refused), asio::error::connection_refused);
}

TEST_F(RelayTest, SaysThatAPortIsTaken) {
  on_thread([this] {
    Relay other(io_, 1);
    const auto listening = other.listen(port_);
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, base::ErrorCode::unavailable);
  });
}

}  // namespace
}  // namespace penstock::local
