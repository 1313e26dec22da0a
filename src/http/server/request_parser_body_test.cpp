#include <gtest/gtest.h>

#include <string>

#include "http/server/request_parser_testing.h"

namespace penstock::http {
namespace {

TEST(RequestParser, ReadsChunksAndKeepsTrailersApartFromHeaders) {
  const Parsed parsed = parse(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Error: why\r\nX-Host: h\r\n\r\n",
      {}, 3);
  ASSERT_TRUE(parsed.done);
  EXPECT_EQ(parsed.message.body, "abcde");
  EXPECT_EQ(parsed.message.header(Field::host), "h");
  EXPECT_EQ(parsed.message.header("X-Error"), "");
  EXPECT_EQ(parsed.message.trailer("x-error"), "why");
  EXPECT_EQ(parsed.message.trailer("X-Other"), "");
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
  EXPECT_EQ(parse(start + "Transfer-Encoding: xchunked\r\n\r\n").refused, 400u);
  EXPECT_EQ(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").refused, 400u);
  EXPECT_EQ(parse(start + "Host : h2\r\n\r\n").refused, 400u);
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
                          start + " gzip, chunked" + end,
                          start + " gzip\r\nTransfer-Encoding: chunked" + end,
                      });
  // Without "chunked" at the end, and there alone, the body's end is not known.
  expect_refused(400, {
                          start + end,
                          start + " gzip" + end,
                          start + " identity" + end,
                          start + " chunked;q=1" + end,
                          start + " \"chunked\"" + end,
                          start + " chunked gzip" + end,
                          start + " chunked, gzip" + end,
                          start + " chunked, chunked" + end,
                          start + " chunked," + end,
                          start + " ,chunked" + end,
                          start + " chunked\r\nTransfer-Encoding: chunked" + end,
                          start + " \x0b" + "chunked" + end,
                          start + " chunked\r\nTransfer-Encoding: identity" + end,
                      });
  EXPECT_TRUE(parse(start + "\tChunked " + end).done);
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
                          start + "0\r\nHost: h\r\n\r\n",
                          start + "0\r\nauthorization: a\r\n\r\n",
                          start + "0\r\nContent-Type: a/b\r\n\r\n",
                          start + "0\r\nTrailer: x\r\n\r\n",
                          start + "00000000000000001" + end,  // Seventeen digits.
                          start + "1;" + end,
                          start + "1;;a" + end,
                          start + "1;a;" + end,
                          start + "1;a " + end,
                          start + "1 a" + end,
                          start + "1;a b" + end,
                          start + "1;a=b c" + end,
                          start + "1;a==b" + end,
                          start + "1;a=b=c" + end,
                          start + "1;a=\"b" + end,
                          start + "1;a=\"b\\\"" + end,
                          start + "1;a=\"b\\\x01\"" + end,
                          start + "1;a=\"b\x7f\"" + end,
                          start + "1;a=\"b\rc\"" + end,
                          start + "1;a=\"b\"c" + end,
                          start + "1;\"a\"" + end,
                          start + "1;\xc3\xa4=b" + end,
                          start + "1;a=\xc3\xa4" + end,
                          start + "1,a" + end,
                          start + "0\r\nX : a\r\n\r\n",
                          start + "0\r\nX: a\nb\r\n\r\n",
                      });
  EXPECT_EQ(parse(start + "ffffffffffffffff\r\n").refused, 413u);
  for (const std::string size :
       {"1", "0000000000000001", "1;a", "1;a=b", "1 ; a = b", "1\t;\ta\t=\tb", "1;a;b;c",
        "1;a=\"b;\\\"\t c\"", "1;a=\"b\";c=d", "1;a=\"\"", "1;a=\"\xc3\xa4\\\xc3\\ \""}) {
    EXPECT_EQ(parse(start + size + end, {}, 1).message.body, "a") << size;
  }
}

TEST(RequestParser, BoundsTheSumOfAllChunkExtensions) {
  const Limits limits{.header_bytes_max = 1000};
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string chunks;
  for (int i = 0; i < 10; ++i) chunks += "1;x=" + std::string(97, 'y') + "\r\na\r\n";
  expect_answer(start + chunks + "0\r\n\r\n", limits, 0);
  expect_answer(start + chunks + "0;x\r\n\r\n", limits, 431);
  expect_answer(start + "1;x=" + std::string(997, 'y') + "\r\na\r\n0\r\n\r\n", limits, 0);
  expect_answer(start + "1;x=" + std::string(998, 'y') + "\r\na\r\n0\r\n\r\n", limits, 431);
  expect_answer(start + "1;x=" + std::string(30'000, 'y'), {}, 431);
}

}  // namespace
}  // namespace penstock::http
