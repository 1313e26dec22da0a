#include <fcntl.h>
#include <sys/resource.h>

#include "support/http_server_test.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kPost = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\n";

using ServerOverloadTest = ServerTest;

TEST_F(ServerOverloadTest, ANewConnectionTakesThePlaceOfTheOneThatIsIdleLongest) {
  start({.connections_max = 2});
  RawClient longest(port_), second(port_);
  for (RawClient* client : {&longest, &second}) {
    client->send(kGet);
    client->read_until("GET /a \n");
  }
  RawClient third(port_);
  third.send(kGet);
  EXPECT_THAT(third.read_until("GET /a \n"), HasSubstr("200 OK"));
  EXPECT_TRUE(longest.closed());
  second.send(kGet);
  EXPECT_THAT(second.read_until("GET /a \n"), HasSubstr("200 OK"));
  EXPECT_EQ(cut(CutReason::replaced), 1u);
  EXPECT_EQ(refused(RefusalReason::connections_max), 0u);
}

TEST_F(ServerOverloadTest, ANewConnectionTakesThePlaceOfOneThatSendsItsHeader) {
  start({.connections_max = 1});
  RawClient slow(port_);
  slow.send("GET /a HT");
  ASSERT_TRUE(comes_true([&] { return statistics().buffered_bytes > 0; }));
  RawClient second(port_);
  second.send(kGet);
  EXPECT_THAT(second.read_until("GET /a \n"), HasSubstr("200 OK"));
  EXPECT_TRUE(slow.closed());
}

TEST_F(ServerOverloadTest, AClientThatHasJustComeIsNotReplacedBeforeOneThatSendsItsHeader) {
  start({.connections_max = 2});
  RawClient slow(port_);
  slow.send("GET /a HT");
  ASSERT_TRUE(comes_true([&] { return statistics().buffered_bytes > 0; }));
  RawClient fresh(port_), third(port_);
  third.send(kGet);
  EXPECT_THAT(third.read_until("GET /a \n"), HasSubstr("200 OK"));
  EXPECT_TRUE(slow.closed());
  fresh.send(kGet);
  EXPECT_THAT(fresh.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerOverloadTest, BeyondTheLimitOneRequestIsServedThatMayNotWait) {
  start({.connections_max = 1});
  RawClient busy(port_);
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.waiting.get_future().wait();
  for (int i = 0; i < 3; ++i) {
    RawClient client(port_);
    client.send(std::string(kGet) + std::string(kGet));
    const std::string all = client.read_all();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(all, HasSubstr("\r\nconnection: close\r\n"));
    EXPECT_THAT(all, EndsWith("GET /a (may not wait)\n"));
  }
  RawClient sender(port_);
  EXPECT_TRUE(sender.send(kPost));
  EXPECT_TRUE(sender.send(std::string(50'000, 'x')));
  EXPECT_THAT(sender.read_all(), EndsWith("xx(may not wait)\n"));
  EXPECT_THAT(log_text(), HasSubstr("CONNECTIONS_MAX connections are open"));
  on_server([&] { echo_.gate.cancel(); });
  EXPECT_THAT(busy.read_until("GET /wait \n"), HasSubstr("200 OK"));
  busy.send(kGet);
  EXPECT_THAT(busy.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerOverloadTest, TheReserveIsBoundedAndIdleClientsOfItGiveWay) {
  start({.connections_max = 1});
  RawClient busy(port_);
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.waiting.get_future().wait();
  std::deque<RawClient> idle;
  for (size_t i = 0; i < 2 * Server::kReservedConnections; ++i) idle.emplace_back(port_);
  RawClient asking(port_);
  asking.send(kGet);
  EXPECT_THAT(asking.read_all(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(
      comes_true([&] { return statistics().connections <= 1 + Server::kReservedConnections; }));
  EXPECT_EQ(refused(RefusalReason::connections_max), 0u);
  // Those that send a body do not give way.
  std::deque<RawClient> sending;
  for (size_t i = 0; i < Server::kReservedConnections; ++i) {
    sending.emplace_back(port_).send(kPost);
    EXPECT_EQ(echo_.admitted.take(), "/b");
  }
  for (size_t i = 0; i < Server::kExtraDescriptors; ++i) {
    RawClient late(port_);
    EXPECT_THAT(late.read_all(), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  }
  EXPECT_EQ(refused(RefusalReason::connections_max), Server::kExtraDescriptors);
  EXPECT_LE(statistics().connections, 1 + Server::kReservedConnections);
  on_server([&] { echo_.gate.cancel(); });
}

TEST_F(ServerOverloadTest, WithoutABudgetARequestWithoutABodyIsServedThatMayNotWait) {
  start({.buffered_bytes_max = 55'000});
  RawClient busy(port_);
  busy.send("POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\n");
  busy.send(std::string(50'000, 'x'));
  echo_.waiting.get_future().wait();
  RawClient second(port_);
  second.send("GET /" + std::string(3500, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(second.read_until(")\n"), EndsWith("aa (may not wait)\n"));
  on_server([&] { echo_.gate.cancel(); });
  EXPECT_THAT(busy.read_until("xx\n"), HasSubstr("200 OK"));
  second.send(kGet);
  EXPECT_THAT(second.read_until("GET /a \n"), HasSubstr("200 OK"));
}

TEST_F(ServerOverloadTest, WhoHoldsTheMostForLongestGets503AndOthersGoOn) {
  start({.buffered_bytes_max = 150'000});
  RawClient slow(port_), next(port_);
  slow.send(kPost);
  slow.send(std::string(49'999, 'x'));
  ASSERT_TRUE(comes_true([&] { return statistics().buffered_bytes > 50'000; }));
  next.send(kPost);
  next.send(std::string(49'999, 'x'));
  ASSERT_TRUE(comes_true([&] { return statistics().buffered_bytes > 100'000; }));
  RawClient third(port_);
  third.send(kPost);
  third.send(std::string(49'999, 'x'));
  const std::string answer = slow.read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nretry-after: 1\r\n"));
  EXPECT_EQ(echo_.refused.take(), "/b");
  for (RawClient* client : {&next, &third}) {
    client->send("x");
    EXPECT_THAT(client->read_until("xx\n"), HasSubstr("200 OK"));
  }
  EXPECT_EQ(refused(RefusalReason::buffered_bytes), 1u);
}

TEST_F(ServerOverloadTest, WhatAServiceWorksForCountsAndIsNotTaken) {
  start({.buffered_bytes_max = 90'000});
  RawClient busy(port_);
  busy.send("POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\n");
  busy.send(std::string(50'000, 'x'));
  echo_.waiting.get_future().wait();
  EXPECT_GE(statistics().buffered_bytes, 50'000u);
  RawClient second(port_);
  second.send(kPost);
  second.send(std::string(50'000, 'x'));
  EXPECT_THAT(second.read_until("}"), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  on_server([&] { echo_.gate.cancel(); });
  EXPECT_THAT(busy.read_until("xx\n"), HasSubstr("200 OK"));
}

TEST_F(ServerOverloadTest, WhatAServiceWorksForCountsAlthoughItsBodyIsDropped) {
  start({.buffered_bytes_max = 1'000'000});
  const std::string head = "POST /drop-wait HTTP/1.1\r\nHost: h\r\nX: " + std::string(10'000, 'x');
  RawClient busy(port_);
  busy.send(head + "\r\nContent-Length: 6\r\n\r\nabc");
  echo_.waiting.get_future().wait();
  EXPECT_GE(statistics().buffered_bytes, 10'000u);
  on_server([&] { echo_.gate.cancel(); });
  EXPECT_THAT(busy.read_until("(dropped)\n"), HasSubstr("200 OK"));
}

TEST_F(ServerOverloadTest, AClientIsCutThatHoldsTooMuchBehindItsAnswer) {
  start({.buffered_bytes_max = 60'000});
  RawClient busy(port_);
  busy.send("POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\n");
  busy.send(std::string(50'000, 'x'));
  echo_.waiting.get_future().wait();
  RawClient client(port_);
  client.send("POST /drop HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_THAT(client.read_until("(dropped)\n"), HasSubstr("200 OK"));
  client.send("1;x=" + std::string(15'000, 'x'));
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(refused(RefusalReason::buffered_bytes), 1u);
  on_server([&] { echo_.gate.cancel(); });
}

TEST_F(ServerOverloadTest, AnAnswerThatIsNotReadCounts) {
  start({.buffered_bytes_max = 1'000'000});
  RawClient deaf(port_);
  deaf.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(comes_true([&] { return refused(RefusalReason::buffered_bytes) == 1; }));
  EXPECT_TRUE(comes_true([&] { return statistics().connections == 0; }));
  EXPECT_EQ(statistics().buffered_bytes, 0u);
}

TEST_F(ServerOverloadTest, AnIdleConnectionHoldsNothing) {
  start();
  RawClient client(port_);
  client.send(kPost);
  client.send(std::string(50'000, 'x'));
  client.read_until("xx\n");
  EXPECT_TRUE(comes_true([&] { return statistics().buffered_bytes == 0; }));
  EXPECT_EQ(statistics().connections, 1u);
}

// Takes all descriptors of the process but those that exist, until it is destroyed.
class NoDescriptor {
 public:
  NoDescriptor() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const int highest = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 200);
    EXPECT_GE(highest, 200);
    taken_.push_back(highest);
    const rlimit limit{static_cast<rlim_t>(highest) + 1, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int fd = 0; (fd = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0;) taken_.push_back(fd);
  }
  ~NoDescriptor() {
    for (const int fd : taken_) ::close(fd);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0);
  }
  NoDescriptor(const NoDescriptor&) = delete;

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST_F(ServerOverloadTest, WithoutADescriptorAClientIsAnsweredAndTheServerGoesOn) {
  start();
  RawClient busy(port_);
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  echo_.waiting.get_future().wait();
  std::deque<RawClient> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back();
  {
    const NoDescriptor none;
    for (RawClient& client : clients) {
      client.connect(port_);
      EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
    }
    EXPECT_EQ(refused(RefusalReason::descriptors), 3u);
    // The loop must wait for a client now, and not try again and again.
    const uint64_t errors = statistics().accept_errors;
    for (int i = 0; i < 100; ++i) on_server([] {});
    EXPECT_EQ(statistics().accept_errors, errors);
  }
  RawClient after(port_);
  after.send(kGet);
  // The first client after the shortage may still be refused.
  after.read_until("GET /a \n");
  RawClient next(port_);
  next.send(kGet);
  EXPECT_THAT(next.read_until("GET /a \n"), HasSubstr("200 OK"));
  EXPECT_THAT(log_text(), HasSubstr("no descriptor left"));
  on_server([&] { echo_.gate.cancel(); });
}

}  // namespace
}  // namespace penstock::http
