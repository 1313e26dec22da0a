#include "support/http_server_test.h"

namespace penstock::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(port_);
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\ndate: "));
    EXPECT_THAT(head,
                HasSubstr("\r\nserver: test\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n"));
    EXPECT_EQ(client.read_until("\n"), "GET /a \n");
  }
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient client(port_);
  client.send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_all();
  const size_t one = all.find("GET /1"), two = all.find("POST /2 abc"), three = all.find("GET /3");
  EXPECT_TRUE(one < two && two < three && three != std::string::npos) << all;
}

TEST_F(ServerTest, ARequestMayComeByteByByte) {
  start();
  RawClient client(port_);
  const std::string request =
      "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
  for (const char byte : request) client.send({&byte, 1});
  EXPECT_THAT(client.read_until("hi\n"), EndsWith("POST /b hi\n"));
}

TEST_F(ServerTest, Http10ClosesUnlessAskedToKeep) {
  start();
  RawClient client(port_);
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("connection: keep-alive\r\n"));
  client.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("connection: close\r\n"));
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  start();
  RawClient client(port_);
  client.send("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_all(), EndsWith("content-length: 9\r\nconnection: close\r\n\r\n"));
}

TEST_F(ServerTest, AMalformedRequestIsAnsweredAndTheConnectionClosed) {
  start();
  RawClient client(port_);
  client.send(
      "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      "GET /smuggled HTTP/1.1\r\n\r\n");
  const std::string all = client.read_all();
  EXPECT_THAT(all, StartsWith("HTTP/1.1 400 Bad Request"));
  EXPECT_THAT(all, HasSubstr("content-type: application/problem+json"));
  EXPECT_EQ(all.find("smuggled"), std::string::npos);
}

TEST_F(ServerTest, ALargeAnswerArrivesWhole) {
  start();
  RawClient client(port_);
  client.send("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_all();
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, (8u << 20) + 1);
}

TEST_F(ServerTest, AConnectionEndsAfterItsNumberOfRequests) {
  start({.requests_per_connection_max = 2});
  RawClient client(port_);
  client.send(kGet);
  EXPECT_EQ(client.read_until("GET /a \n").find("connection: close"), std::string::npos);
  client.send(kGet);
  EXPECT_THAT(client.read_all(), HasSubstr("connection: close"));
}

TEST_F(ServerTest, NamesAPortThatIsInUse) {
  start();
  Server second(io_, echo_, {}, log_, "test");
  const auto result = second.listen("127.0.0.1", port_);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("port " + std::to_string(port_)));
}

}  // namespace
}  // namespace penstock::http
