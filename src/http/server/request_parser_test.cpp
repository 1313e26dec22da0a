#include "http/server/request_parser.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <vector>

namespace penstock::http {
namespace {

struct Parsed {
  unsigned refused = 0;  // 0 if the request was accepted or is not complete.
  bool done = false;
  bool too_large = false;
  RequestMessage message;
};

// Feeds `text` in pieces of `step` bytes, as a socket would.
Parsed parse(const std::string& text, Limits limits = {}, size_t step = 1 << 20) {
  Parsed parsed;
  RequestParser parser(parsed.message, limits);
  std::string buffer;
  for (size_t i = 0; i < text.size() && !parser.is_done(); i += step) {
    buffer += text.substr(i, step);
    boost::system::error_code error;
    while (!buffer.empty() && !error && !parser.is_done()) {
      buffer.erase(0, parser.put(boost::asio::buffer(buffer), error));
      if (parser.awaits_decision()) parser.keep_body(SIZE_MAX);
    }
    if (error && error != boost::beast::http::error::need_more) {
      parsed.refused = parser.refusal(error).status;
      return parsed;
    }
  }
  parsed.too_large = parser.body_is_too_large();
  if (parsed.too_large) parsed.refused = 413;
  parsed.done = parser.is_done();
  return parsed;
}

TEST(RequestParser, ReadsARequestInOnePieceOrInMany) {
  const std::string text = "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
  for (const size_t step : {size_t{1}, size_t{7}, text.size()}) {
    const Parsed parsed = parse(text, {}, step);
    ASSERT_TRUE(parsed.done) << step;
    EXPECT_EQ(parsed.message.target(), "/a?b=c");
    EXPECT_EQ(parsed.message.body, "hello");
    EXPECT_TRUE(parsed.message.keep_alive);
  }
}

TEST(RequestParser, ReadsChunksAndKeepsTrailersApartFromHeaders) {
  const Parsed parsed = parse(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nHost: evil\r\nX-Error: why\r\n\r\n",
      {}, 3);
  ASSERT_TRUE(parsed.done);
  EXPECT_EQ(parsed.message.body, "abcde");
  EXPECT_EQ(parsed.message.header(Field::host), "h");
  EXPECT_EQ(parsed.message.header("X-Error"), "");
  EXPECT_EQ(parsed.message.trailer("x-error"), "why");
  EXPECT_EQ(parsed.message.trailer("Host"), "evil");
  EXPECT_EQ(parsed.message.trailer("Transfer-Encoding"), "");
}

TEST(RequestParser, LimitsTheNumberOfTrailers) {
  const std::string text =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\na\r\n0\r\nx: 1\r\ny: 2\r\nz: 3\r\n\r\n";
  EXPECT_TRUE(parse(text, {.headers_max = 3}).done);
  EXPECT_EQ(parse(text, {.headers_max = 2}).refused, 431u);
}

TEST(RequestParser, DropsALargeBody) {
  const Limits limits{.body_bytes_max = 4};
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string length = head + "Content-Length: ";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (const size_t step : {size_t{1}, size_t{3}, size_t{1000}}) {
    for (const std::string& fits :
         {length + "4\r\n\r\nabcd", chunked + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"}) {
      const Parsed parsed = parse(fits, limits, step);
      ASSERT_TRUE(parsed.done);
      EXPECT_FALSE(parsed.too_large);
      EXPECT_EQ(parsed.message.body, "abcd");
    }
    for (const std::string& large :
         {length + "9\r\n\r\nabcdefghi", chunked + "3\r\nabc\r\n6\r\ndefghi\r\n0\r\n\r\n"}) {
      const Parsed parsed = parse(large, limits, step);
      ASSERT_TRUE(parsed.done);
      EXPECT_TRUE(parsed.too_large);
      EXPECT_EQ(parsed.message.body, "");
    }
  }
}

TEST(RequestParser, ReadsNoByteOfABodyBeforeTheDecision) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  for (const std::string& text :
       {head + "Content-Length: 3\r\n\r\n", head + "Transfer-Encoding: chunked\r\n\r\n3\r\n"}) {
    for (const bool keeps : {true, false}) {
      const std::string whole = text + (text.ends_with("\r\n\r\n") ? "abc" : "abc\r\n0\r\n\r\n");
      RequestMessage message;
      RequestParser parser(message, {});
      boost::system::error_code error;
      size_t taken = 0;
      while (!parser.awaits_decision()) {
        taken += parser.put(boost::asio::buffer(whole.data() + taken, whole.size() - taken), error);
        ASSERT_FALSE(error) << error.message();
      }
      EXPECT_EQ(taken, text.size());
      EXPECT_EQ(message.body.capacity(), std::string().capacity());
      if (keeps) parser.keep_body(SIZE_MAX);
      if (!keeps) parser.drop_body();
      EXPECT_FALSE(parser.awaits_decision());
      while (!parser.is_done()) {
        taken += parser.put(boost::asio::buffer(whole.data() + taken, whole.size() - taken), error);
        ASSERT_FALSE(error) << error.message();
      }
      EXPECT_EQ(message.body, keeps ? "abc" : "");
      EXPECT_EQ(message.body_dropped, !keeps);
      EXPECT_EQ(parser.dropped_bytes(), keeps ? 0u : 3u);
      EXPECT_FALSE(parser.body_is_too_large());
    }
  }
}

TEST(RequestParser, AKeptBodyTakesNoMoreMemoryThanItsLimit) {
  RequestMessage message;
  RequestParser parser(message, {});
  boost::system::error_code error;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n";
  EXPECT_EQ(parser.put(boost::asio::buffer(head), error), head.size());
  parser.keep_body(100'000);
  const std::string piece(1000, 'x');
  while (!parser.is_done()) {
    EXPECT_EQ(parser.put(boost::asio::buffer(piece), error), piece.size());
  }
  EXPECT_EQ(message.body.size(), 100'000u);
  EXPECT_LE(message.body.capacity(), 100'000u);
}

TEST(RequestParser, ADroppedBodyKeepsNoMemory) {
  const std::string chunk = "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  const Parsed parsed = parse("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                  chunk + chunk + "0\r\n\r\n",
                              {.body_bytes_max = 1500});
  ASSERT_TRUE(parsed.done);
  EXPECT_TRUE(parsed.too_large);
  EXPECT_LT(parsed.message.body.capacity(), 1000u);
}

TEST(RequestParser, AnEmptyChunkedBodyMayComeByteByByte) {
  const std::string text = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  EXPECT_TRUE(parse(text + "\r\n", {}, 1).done);
  EXPECT_TRUE(parse(text + "a: b\r\n\r\n", {}, 1).done);
  EXPECT_EQ(parse(text + "abc\r\n0\r\n\r\n", {}, 1).refused, 400u);
}

TEST(RequestParser, KeepAliveFollowsTheVersion) {
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").message.keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").message.keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").message.keep_alive);
}

TEST(RequestParser, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(
      parse(start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").refused,
      400u);
  EXPECT_EQ(
      parse(start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n").refused,
      400u);
  EXPECT_EQ(parse(start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd").refused, 400u);
  EXPECT_EQ(parse(start + "Content-Length: 3x\r\n\r\nabc").refused, 400u);
  EXPECT_EQ(parse(start + "Content-Length: -1\r\n\r\n").refused, 400u);
  EXPECT_EQ(parse(start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n").refused, 501u);
  EXPECT_EQ(parse(start + "Transfer-Encoding: xchunked\r\n\r\n").refused, 501u);
  EXPECT_EQ(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").refused, 400u);
  EXPECT_EQ(parse(start + "Host : h2\r\n\r\n").refused, 400u);
}

// Every row is refused, whether it comes in one piece or byte by byte.
void expect_refused(unsigned status, const std::vector<std::string>& requests) {
  for (const std::string& request : requests) {
    EXPECT_EQ(parse(request).refused, status) << request;
    EXPECT_EQ(parse(request, {}, 1).refused, status) << request;
  }
}

TEST(RequestParser, RefusesAFieldThatIsFoldedOverLines) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
  expect_refused(400, {
                          start + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                          start + "Transfer-Encoding: chunked\r\n \r\n\r\n0\r\n\r\n",
                          start + "Content-Length:\r\n 1\r\n\r\na",
                          start + "Content-Length:\r\n\t1\r\n\r\na",
                          start + "Content-Length: 1\r\n \r\n\r\na",
                          start + "X: a\r\n b\r\n\r\n",
                          start + "X:\r\n b\r\n\r\n",
                          start + "X:\r\n \r\n\r\n",
                          start + "X:\r\n \r\n b\r\n\r\n",
                          "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
                          "GET / HTTP/1.1\r\nHost:\r\n h\r\n\r\n",
                          chunked + "X: a\r\n b\r\n\r\n",
                          chunked + "X:\r\n b\r\n\r\n",
                      });
  for (const std::string value : {"", " ", "\t", "a", " a", "\t a \t", "  a b "}) {
    EXPECT_TRUE(parse(start + "X:" + value + "\r\n\r\n").done) << value;
    EXPECT_TRUE(parse(chunked + "X:" + value + "\r\n\r\n", {}, 1).done) << value;
  }
}

TEST(RequestParser, RefusesAllButOneDecimalNumberAsTheLength) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:";
  expect_refused(400, {
                          start + " 1\r\nContent-Length: 1\r\n\r\na", start + " 1, 1\r\n\r\na",
                          start + " 1,1\r\n\r\na", start + " 1,\r\n\r\na", start + " ,1\r\n\r\na",
                          start + " +1\r\n\r\na", start + " 0x1\r\n\r\na", start + " 1 1\r\n\r\na",
                          start + " 1;a=b\r\n\r\na", start + " \"1\"\r\n\r\na",
                          start + " 1.0\r\n\r\na", start + "\r\n\r\na",
                          start + " 18446744073709551617\r\n\r\na",  // 2^64 + 1.
                      });
  EXPECT_TRUE(parse(start + "1\r\n\r\na").done);
  EXPECT_TRUE(parse(start + " \t 001 \t\r\n\r\na").done);
}

TEST(RequestParser, RefusesAllButChunkedAsTheTransferCoding) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:";
  const std::string end = "\r\n\r\n0\r\n\r\n";
  expect_refused(501, {
                          start + end,
                          start + " identity" + end,
                          start + " chunked;q=1" + end,
                          start + " \"chunked\"" + end,
                          start + " chunked gzip" + end,
                          start + " gzip\r\nTransfer-Encoding: chunked" + end,
                      });
  expect_refused(400, {
                          start + " chunked\r\nTransfer-Encoding: chunked" + end,
                          start + " \x0b" + "chunked" + end,
                          start + " chunked\r\nTransfer-Encoding: identity" + end,
                      });
  EXPECT_TRUE(parse(start + "\tChunked " + end).done);
}

TEST(RequestParser, RefusesLinesAndNamesThatAreNotWellFormed) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\n";
  using namespace std::string_literals;
  expect_refused(400, {
                          start + "X: a\nY: b\r\n\r\n",
                          start + "X: a\rY: b\r\n\r\n",
                          start + "X: a\r\r\n\r\n",
                          start + "X: a\0b\r\n\r\n"s,
                          start + "X\0: a\r\n\r\n"s,
                          start + "X : a\r\n\r\n",
                          start + "X\t: a\r\n\r\n",
                          start + ": a\r\n\r\n",
                          start + "X\r\n\r\n",
                          start + "X y: a\r\n\r\n",
                          start + "X(y): a\r\n\r\n",
                          start + "\xc3\xa4: a\r\n\r\n",
                          "\r\n" + start + "\r\n",
                          "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
                          "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n",
                          "GET /\tb HTTP/1.1\r\nHost: h\r\n\r\n",
                      });
  expect_refused(505, {
                          "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
                          "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
                          "GET / http/1.1\r\nHost: h\r\n\r\n",
                          "GET / HTTP/1.2\r\nHost: h\r\n\r\n",
                      });
}

TEST(RequestParser, RefusesChunksThatTwoReadersCouldReadDifferently) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string end = "\r\na\r\n0\r\n\r\n";
  using namespace std::string_literals;
  expect_refused(400, {
                          start + "+1" + end,
                          start + "-1" + end,
                          start + " 1" + end,
                          start + "1 " + end,
                          start + "0x1" + end,
                          start + end,
                          start + "g" + end,
                          start + "10000000000000001" + end,  // 2^64 + 1.
                          start + "1\n" + "a\r\n0\r\n\r\n",
                          start + "1\r\nab\r\n0\r\n\r\n",
                          start + "1\r\na\n0\r\n\r\n",
                          start + "1;a=\"b\nc\"" + end,
                          start + "1;a=\"b\0c\""s + end,
                          start + "1;a=b\nc" + end,
                          start + "1;=b" + end,
                          start + "1;a=" + end,
                          start + "1\r\na\r\n0;a=\"b\nc\"\r\n\r\n",
                          // Trailers that would change the framing, had they been headers.
                          start + "0\r\nContent-Length: 1\r\n\r\n",
                          start + "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                          start + "0\r\nX : a\r\n\r\n",
                          start + "0\r\nX: a\nb\r\n\r\n",
                      });
  EXPECT_EQ(parse(start + "ffffffffffffffff\r\n").refused, 413u);
  for (const std::string size :
       {"1", "0001", "1;a", "1;a=b", "1 ; a = b", "1;a=\"b;\\\"\t c\"", "1;a=\"b\";c=d"}) {
    EXPECT_EQ(parse(start + size + end, {}, 1).message.body, "a") << size;
  }
}

TEST(RequestParser, BoundsTheSumOfAllChunkExtensions) {
  const Limits limits{.header_bytes_max = 1024};
  std::string text = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 10; ++i) text += "1;x=" + std::string(100, 'y') + "\r\na\r\n";
  EXPECT_EQ(parse(text, limits).refused, 400u);
  EXPECT_EQ(parse(text + "0\r\n\r\n").message.body, std::string(10, 'a'));
}

TEST(RequestParser, WantsExactlyOneHost) {
  const std::string start = "GET / HTTP/1.1\r\n";
  expect_refused(400, {
                          start + "\r\n",
                          start + "Host: a\r\nHost: b\r\n\r\n",
                          start + "Host: a\r\nHost: a\r\n\r\n",
                          start + "Host: a b\r\n\r\n",
                          start + "Host: user@a\r\n\r\n",
                          start + "Host: a/b\r\n\r\n",
                          start + "Host: a?b\r\n\r\n",
                          start + "Host: \xc3\xa4\r\n\r\n",
                          "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
                          "GET http://a/ HTTP/1.1\r\n\r\n",
                      });
  for (const std::string host : {"", "a", "a:80", "[::1]:80", "a-b.c_d", "127.0.0.1:"}) {
    EXPECT_TRUE(parse(start + "Host: " + host + "\r\n\r\n").done) << host;
  }
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\n\r\n").done);
}

TEST(RequestParser, EveryLimitHasItsAnswer) {
  const Limits limits{.header_bytes_max = 1024, .headers_max = 8, .body_bytes_max = 10};
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(parse("GET /" + std::string(2000, 'a') + " HTTP/1.1\r\n", limits).refused, 414u);
  EXPECT_EQ(parse(start + "X: " + std::string(2000, 'a') + "\r\n\r\n", limits).refused, 431u);
  std::string many = start;
  for (int i = 0; i < 9; ++i) many += "X: 1\r\n";
  EXPECT_EQ(parse(many + "\r\n", limits).refused, 431u);
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n", limits).refused,
            413u);
  EXPECT_EQ(
      parse("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n",
            limits)
          .refused,
      413u);
  EXPECT_TRUE(
      parse("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789", limits).done);
}

TEST(RequestParser, RefusesOtherProtocols) {
  EXPECT_EQ(parse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").refused, 505u);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\nExpect: magic\r\n\r\n").refused, 417u);
  EXPECT_EQ(parse("\x16\x03\x01\x02").refused, 400u);
  EXPECT_NE(parse("GET / HTTP/1.1\nHost: h\n\n").refused, 0u);  // Lines end in CR LF.
  EXPECT_EQ(parse(std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 29)).refused, 400u);
}

}  // namespace
}  // namespace penstock::http
