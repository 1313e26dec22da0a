#include "local/faults/request_burst.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <set>
#include <thread>

namespace penstock::local {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{20};

class RequestBurstTest : public ::testing::Test {
 protected:
  bool run_until_over() {
    const auto deadline = steady_clock::now() + kPatience;
    while (!burst_.is_over() && steady_clock::now() < deadline) io_.run_one_until(deadline);
    return burst_.is_over();
  }
  [[nodiscard]] uint16_t port() const { return server_.local_endpoint().port(); }

  asio::io_context ends_;
  tcp::acceptor server_{ends_, {asio::ip::address_v4::loopback(), 0}};
  asio::io_context io_{1};
  RequestBurst burst_{io_};
};

TEST_F(RequestBurstTest, SendsTheExamplesInTurnsAndCountsTheAnswers) {
  std::multiset<std::string> received;
  std::jthread server([&] {
    for (int i = 0; i < 5; ++i) {
      tcp::socket socket = server_.accept();
      std::string request;
      asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n");
      received.insert(request.substr(0, request.find(" HTTP/1.1\r\n")));
      const bool has_body = request.starts_with("POST");
      EXPECT_EQ(request.find("Content-Type: text/plain\r\n") != std::string::npos, has_body);
      EXPECT_EQ(request.find("Content-Length: 2\r\n") != std::string::npos, has_body);
      if (i == 4) continue;  // This one gets no answer.
      const std::string status = has_body ? "503 Service Unavailable" : "504 Gateway Timeout";
      asio::write(socket, asio::buffer("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n"));
    }
  });
  EXPECT_EQ(burst_.sentence(), "");
  burst_.start(port(),
               {{.method = "POST",
                 .target = "/a",
                 .headers = {{"Content-Type", "text/plain"}},
                 .body = "hi"},
                {.method = "GET", .target = "/b?c=d"}},
               5);
  ASSERT_TRUE(run_until_over());
  server.join();
  EXPECT_EQ(received.count("POST /a"), 3U);
  EXPECT_EQ(received.count("GET /b?c=d"), 2U);
  EXPECT_TRUE(burst_.sentence().starts_with("5 requests: 1 got no answer, ")) << burst_.sentence();
  EXPECT_NE(burst_.sentence().find(" with 503"), std::string::npos) << burst_.sentence();
  EXPECT_NE(burst_.sentence().find(" with 504"), std::string::npos) << burst_.sentence();
}

TEST_F(RequestBurstTest, SaysThatThereIsNoAnswer) {
  const uint16_t nobody = port();
  server_.close();
  burst_.start(nobody, {{.method = "GET", .target = "/"}}, 300);
  ASSERT_TRUE(run_until_over());
  EXPECT_EQ(burst_.sentence(), "300 requests: 300 got no answer");
}

TEST_F(RequestBurstTest, StopsWithoutWaitingForAnswers) {
  burst_.start(port(), {{.method = "GET", .target = "/"}}, 1000);
  io_.poll();  // Connects.
  [[maybe_unused]] const tcp::socket never_answered = server_.accept();
  burst_.stop();
  EXPECT_TRUE(run_until_over());
}

}  // namespace
}  // namespace penstock::local
