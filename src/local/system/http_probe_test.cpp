#include "local/system/http_probe.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <thread>

namespace penstock::local {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

// Is a server that a test lets answer, step by step.
class Server {
 public:
  explicit Server(asio::io_context& io)
      : acceptor_(io, {asio::ip::address_v4::loopback(), 0}), connection_(io) {}
  [[nodiscard]] uint16_t port() const { return acceptor_.local_endpoint().port(); }
  // Blocks until the request is there.
  void take_request() {
    acceptor_.accept(connection_);
    std::array<char, 1024> request;
    connection_.receive(asio::buffer(request));
  }
  void answer(std::string_view text) { asio::write(connection_, asio::buffer(text)); }
  void close() { connection_.close(); }

 private:
  tcp::acceptor acceptor_;
  tcp::socket connection_;
};

// Probes a server, and keeps the result.
struct Probing {
  Probing(asio::io_context& io, uint16_t port, std::chrono::milliseconds patience) {
    asio::co_spawn(io, probe_http(io, port, "/readiness", patience),
                   [this](const std::exception_ptr&, base::Result<Probe> probe) {
                     result = std::move(probe);
                   });
  }
  std::optional<base::Result<Probe>> result;
};

TEST(HttpProbe, ReturnsStatusAndBody) {
  asio::io_context io(1);
  Server server(io);
  const Probing probing(io, server.port(), std::chrono::seconds(20));
  std::thread other([&] {
    server.take_request();
    server.answer("HTTP/1.1 503 Service Unavailable\r\n\r\nnot yet");
    server.close();
  });
  io.run();
  other.join();
  ASSERT_TRUE(probing.result && *probing.result);
  EXPECT_EQ((*probing.result)->status, 503u);
  EXPECT_EQ((*probing.result)->body, "not yet");
}

TEST(HttpProbe, SaysThatNothingAnswers) {
  asio::io_context io(1);
  uint16_t port = 0;
  {
    const Server server(io);
    port = server.port();
  }
  const Probing probing(io, port, std::chrono::seconds(20));
  io.run();
  ASSERT_TRUE(probing.result && !*probing.result);
  EXPECT_EQ(probing.result->error().code, base::ErrorCode::unavailable);
}

TEST(HttpProbe, EndsAtTheDeadline) {
  asio::io_context io(1);
  const Server server(io);  // It never answers.
  const Probing probing(io, server.port(), std::chrono::milliseconds(1));
  io.run();
  EXPECT_TRUE(probing.result && !*probing.result);
}

// AddressSanitizer judges it: the deadline's callback is queued behind the answer, which ends the
// coroutine.
TEST(HttpProbe, MayEndWhileTheDeadlinesCallbackIsQueued) {
  asio::io_context io(1);
  Server server(io);
  constexpr std::chrono::milliseconds kPatience{200};
  const Probing probing(io, server.port(), kPatience);
  const auto over = steady_clock::now() + kPatience;
  std::atomic<bool> taken = false;
  std::thread other([&] {
    server.take_request();
    taken = true;
  });
  while (!taken) io.poll();
  other.join();
  server.answer("HTTP/1.1 200 OK\r\n\r\n");
  io.poll();       // Takes the answer,
  server.close();  // so that its end is all that is waited for.
  while (steady_clock::now() <= over) {
  }
  io.run();
  EXPECT_TRUE(probing.result);
}

}  // namespace
}  // namespace penstock::local
