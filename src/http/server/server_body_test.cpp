#include "support/http_server_test.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ServerTest, Expect100ContinueIsAnsweredBeforeTheBody) {
  start();
  RawClient client(port_);
  client.send("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_THAT(client.read_until("ok\n"), EndsWith("POST /c ok\n"));
  client.send(
      "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n"), StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, TheServiceLearnsOfARequestThatNeverArrivesWhole) {
  start({.body_timeout = 300ms});
  const std::string head = " HTTP/1.1\r\nHost: h\r\n";
  {
    RawClient short_of_length(port_);
    short_of_length.send("POST /length" + head + "Content-Length: 5\r\n\r\nab");
  }
  EXPECT_EQ(echo_.failed.take(), "/length");
  {
    RawClient without_last_chunk(port_);
    without_last_chunk.send("POST /chunks" + head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  }
  EXPECT_EQ(echo_.failed.take(), "/chunks");
  RawClient malformed(port_);
  malformed.send("POST /malformed" + head + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n");
  EXPECT_EQ(echo_.refused.take(), "/malformed");
  RawClient slow(port_);
  slow.send("POST /slow" + head + "Content-Length: 5\r\n\r\nab");
  EXPECT_EQ(echo_.failed.take(), "/slow");
  EXPECT_THAT(slow.read_all(), StartsWith("HTTP/1.1 408 "));
  {
    RawClient in_header(port_);
    in_header.send("POST /header" + head);
  }
  EXPECT_EQ(echo_.failed.take(), "/header");
  RawClient two_lengths(port_);
  two_lengths.send("POST /two" + head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(echo_.refused.take(), "/two");
  RawClient trailers(port_);
  trailers.send("POST /trailers" + head +
                "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(30'000, 'x'));
  EXPECT_EQ(echo_.refused.take(), "/trailers");
  EXPECT_THAT(trailers.read_all(), StartsWith("HTTP/1.1 431 "));
  RawClient whole(port_);
  whole.send("POST /whole" + head + "Content-Length: 1\r\n\r\na");
  EXPECT_THAT(whole.read_until("/whole a\n"), HasSubstr("200 OK"));
  EXPECT_TRUE(echo_.failed.empty());
}

TEST_F(ServerTest, ALargeBodyIsAnsweredBeforeItsEndAndTheConnectionGoesOn) {
  start({.body_bytes_max = 10'000, .dropped_bytes_max = 2'000'000});
  RawClient client(port_);
  const std::string body(1'000'000, 'x');
  const std::string head = " HTTP/1.1\r\nHost: h\r\n";
  client.send("POST /length" + head + "Content-Length: 1000000\r\n\r\n" + body.substr(500'000));
  EXPECT_THAT(client.read_until("}"), StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
  client.send(body.substr(500'000));
  client.send("POST /chunks" + head + "Transfer-Encoding: chunked\r\n\r\nf4240\r\n" + body +
              "\r\n");
  EXPECT_THAT(client.read_until("}"), StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
  client.send("0\r\n\r\n");
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
  EXPECT_TRUE(echo_.failed.empty());
}

TEST_F(ServerTest, TheServiceDecidesOnlyOnRequestsWithABody) {
  start();
  RawClient client(port_);
  const std::string head = " HTTP/1.1\r\nHost: h\r\n";
  for (const std::string framing :
       {"\r\n", "Content-Length: 0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    client.send("POST /drop" + head + framing);
    EXPECT_THAT(client.read_until("POST /drop \n"), HasSubstr("200 OK"));
  }
  EXPECT_TRUE(echo_.admitted.empty());
}

TEST_F(ServerTest, ADroppedBodyIsAnsweredBeforeItsEnd) {
  start();
  for (const std::string framing :
       {"Content-Length: 6\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n6\r\nabc"}) {
    RawClient client(port_);
    client.send("POST /drop HTTP/1.1\r\nHost: h\r\n" + framing);
    EXPECT_THAT(client.read_until("(dropped)\n"), HasSubstr("200 OK"));
    EXPECT_EQ(echo_.admitted.take(), "/drop");
    client.send(framing.starts_with('C') ? "def" : "def\r\n0\r\n\r\n");
    client.send(kGet);
    EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
  }
  EXPECT_TRUE(echo_.failed.empty());
}

TEST_F(ServerTest, AConnectionDoesNotKeepTheMemoryOfALargeBody) {
  start({.body_bytes_max = 1'000'000});
  RawClient client(port_);
  const std::string head = " /capacity HTTP/1.1\r\nHost: h\r\n";
  client.send("POST" + head + "Content-Length: 500000\r\n\r\n" + std::string(500'000, 'x'));
  EXPECT_THAT(client.read_until("much\n"), HasSubstr("200 OK"));
  client.send("GET" + head + "\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("200 OK"));
  EXPECT_EQ(client.read_until("\n"), "little\n");
}

TEST_F(ServerTest, AReplyThatIsDecidedAtTheEndOfTheHeaderIsSentAtOnce) {
  start();
  RawClient client(port_);
  client.send("POST /reply HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
  EXPECT_THAT(client.read_until("no\n"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  client.send("defHEAD /reply HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), EndsWith("content-length: 3\r\n\r\n"));
  client.send("x");
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, RequestsBehindADroppedBodyAreAnsweredInOrder) {
  start();
  RawClient client(port_);
  client.send(
      "POST /reply HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "POST /drop HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_all();
  const size_t one = all.find("no\n"), two = all.find("/drop (dropped)"), three = all.find("/3");
  EXPECT_TRUE(one < two && two < three && three != std::string::npos) << all;
}

TEST_F(ServerTest, WhoWaitsToSendABodyThatIsNotWantedGetsTheAnswerInsteadOf100) {
  start();
  for (const std::string target : {"/drop", "/reply", "/keep4"}) {
    for (const std::string framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
      if (target == "/keep4" && framing.starts_with('T')) continue;  // Its length is not known.
      RawClient client(port_);
      client.send("POST " + target + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n" + framing +
                  "\r\n\r\n");
      // Nobody knows whether the body follows.
      const std::string all = client.read_all();
      EXPECT_THAT(all, testing::Not(HasSubstr("100 Continue"))) << target;
      EXPECT_THAT(all, HasSubstr("connection: close\r\n")) << target;
    }
  }
}

TEST_F(ServerTest, TheServiceCanLowerTheLimitOfABody) {
  start();
  RawClient client(port_);
  const std::string head = "POST /keep4 HTTP/1.1\r\nHost: h\r\n";
  client.send(head + "Content-Length: 4\r\n\r\nabcd");
  EXPECT_THAT(client.read_until("/keep4 abcd\n"), HasSubstr("200 OK"));
  client.send(head + "Content-Length: 5\r\n\r\n");
  EXPECT_THAT(client.read_until("}"), HasSubstr("413 Content Too Large"));
  client.send("abcde" + head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n");
  EXPECT_THAT(client.read_until("}"), HasSubstr("413 Content Too Large"));
  client.send("0\r\n\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n");
  EXPECT_THAT(client.read_until("/keep4 abcd\n"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, AMalformedRestOfADroppedBodyEndsTheConnection) {
  start();
  RawClient client(port_);
  client.send("POST /drop HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
  EXPECT_THAT(client.read_until("(dropped)\n"), HasSubstr("200 OK"));
  client.send("cXYZ\r\n");
  EXPECT_TRUE(client.closed());
  RawClient at_once(port_);
  at_once.send(
      "POST /drop HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXYZ\r\n");
  EXPECT_THAT(at_once.read_all(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(ServerTest, TheRestOfADroppedBodyHasADeadline) {
  start({.body_timeout = 300ms});
  RawClient client(port_);
  client.send("POST /drop HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_THAT(client.read_until("(dropped)\n"), HasSubstr("200 OK"));
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, WhatADecisionThrowsIsA500) {
  start();
  RawClient client(port_);
  client.send("POST /admit-throws HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na");
  EXPECT_THAT(client.read_until("}"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(log_text(), HasSubstr("\"reason\":\"a bug in admit\""));
  client.send(kGet);
  EXPECT_THAT(client.read_until("GET /a \n"), HasSubstr("200 OK"));
}

}  // namespace
}  // namespace penstock::http
