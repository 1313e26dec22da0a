#include "support/http_server_test.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;

// AddressSanitizer judges it: the loops that accept and that look at deadlines are resumed once
// more.
TEST(ServerEnd, MayComeWhileItsIoContextRuns) {
  boost::asio::io_context io(1);
  log::Log log(::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error);
  Echo echo(io);
  auto server = std::make_unique<Server>(io, echo, Limits{}, log, "test");
  ASSERT_TRUE(server->listen("127.0.0.1", 0));
  io.poll();
  server.reset();
  io.run();
}

TEST_F(ServerTest, ADrainFinishesWhatIsInFlightAndClosesWhatIsIdle) {
  start();
  RawClient busy(port_), idle(port_);
  idle.send(kGet);
  idle.read_until("GET /a \n");
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.waiting.get_future().wait();
  std::promise<void> done;
  on_server(
      [&] { server_->stop(std::chrono::steady_clock::now() + 10s, [&] { done.set_value(); }); });
  EXPECT_TRUE(idle.closed());
  auto ended = done.get_future();
  EXPECT_EQ(ended.wait_for(0s), std::future_status::timeout);
  on_server([&] { echo_.gate.cancel(); });
  const std::string answer = busy.read_all();
  EXPECT_THAT(answer, HasSubstr("connection: close"));
  EXPECT_THAT(answer, EndsWith("GET /wait \n"));
  EXPECT_EQ(ended.wait_for(5s), std::future_status::ready);
}

TEST_F(ServerTest, ADrainEndsAtItsDeadlineWhateverTheServiceDoes) {
  start();
  RawClient busy(port_);
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.waiting.get_future().wait();
  std::promise<void> done;
  on_server(
      [&] { server_->stop(std::chrono::steady_clock::now() + 300ms, [&] { done.set_value(); }); });
  EXPECT_EQ(done.get_future().wait_for(5s), std::future_status::ready);
}

}  // namespace
}  // namespace penstock::http
