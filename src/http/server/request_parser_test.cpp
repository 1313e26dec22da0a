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
    buffer.erase(0, parser.put(boost::asio::buffer(buffer), error));
    if (error && error != boost::beast::http::error::need_more) {
      parsed.refused = parser.refusal(error).status;
      return parsed;
    }
  }
  parsed.done = parser.is_done();
  return parsed;
}

// Every row is refused, whether it comes in one piece or byte by byte.
void expect_refused(unsigned status, const std::vector<std::string>& requests) {
  for (const std::string& request : requests) {
    EXPECT_EQ(parse(request).refused, status) << request;
    EXPECT_EQ(parse(request, {}, 1).refused, status) << request;
  }
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

TEST(RequestParser, DropsALargeBodyIfItIsToldTo) {
  const Limits limits{.body_bytes_max = 4, .drops_large_bodies = true};
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string length = head + "Content-Length: ";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (const size_t step : {size_t{1}, size_t{3}, size_t{1000}}) {
    for (const std::string& fits :
         {length + "4\r\n\r\nabcd", chunked + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"}) {
      const Parsed parsed = parse(fits, limits, step);
      ASSERT_TRUE(parsed.done);
      EXPECT_FALSE(parsed.message.body_too_large);
      EXPECT_EQ(parsed.message.body, "abcd");
    }
    for (const std::string& large :
         {length + "9\r\n\r\nabcdefghi", chunked + "3\r\nabc\r\n6\r\ndefghi\r\n0\r\n\r\n"}) {
      const Parsed parsed = parse(large, limits, step);
      ASSERT_TRUE(parsed.done);
      EXPECT_TRUE(parsed.message.body_too_large);
      EXPECT_EQ(parsed.message.body, "");
    }
  }
}

TEST(RequestParser, ADroppedBodyKeepsNoMemory) {
  const std::string chunk = "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  const Parsed parsed = parse("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                  chunk + chunk + "0\r\n\r\n",
                              {.body_bytes_max = 1500, .drops_large_bodies = true});
  ASSERT_TRUE(parsed.done);
  EXPECT_TRUE(parsed.message.body_too_large);
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
  for (const std::string start : {"GET / HTTP/1.0\r\n", "GET / HTTP/1.1\r\nHost: h\r\n"}) {
    for (const std::string both :
         {"Connection: keep-alive, close", "Connection: CLOSE ,Keep-Alive",
          "Connection: keep-alive\r\nConnection: close", "Connection: x,, close\t,"}) {
      EXPECT_FALSE(parse(start + both + "\r\n\r\n").message.keep_alive) << both;
    }
  }
  expect_refused(400, {"GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive; timeout=5\r\n\r\n"});
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
                          "\n" + start + "\r\n",
                          "\r" + start + "\r\n",
                          "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
                          "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n",
                          "GET /\tb HTTP/1.1\r\nHost: h\r\n\r\n",
                      });
  expect_refused(400, {
                          "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
                          "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
                          "GET / http/1.1\r\nHost: h\r\n\r\n",
                          "GET / HTTP/1.10\r\nHost: h\r\n\r\n",
                          "GET / HTTP/1\r\nHost: h\r\n\r\n",
                          "GET /\r\n\r\n",
                          "GET /#a HTTP/1.1\r\nHost: h\r\n\r\n",
                      });
}

TEST(RequestParser, ServesAHigherMinorVersionAsTheHighestItKnows) {
  for (const char minor : std::string("123456789")) {
    const std::string version = std::string(" HTTP/1.") + minor + "\r\n";
    const Parsed parsed = parse("GET /" + version + "Host: h\r\n\r\n");
    EXPECT_TRUE(parsed.done) << version;
    EXPECT_FALSE(parsed.message.http_1_0);
    EXPECT_EQ(parse("GET /" + version + "\r\n").refused, 400u);  // Without a Host.
  }
  for (const std::string version : {"0.9", "2.0", "3.0", "9.1"}) {
    expect_refused(505, {"GET / HTTP/" + version + "\r\nHost: h\r\n\r\n"});
  }
}

TEST(RequestParser, IgnoresSomeEmptyLinesBeforeTheRequestLine) {
  const std::string request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  std::string lines;
  for (unsigned i = 0; i < RequestParser::kEmptyLinesMax; ++i) {
    lines += "\r\n";
    EXPECT_TRUE(parse(lines + request).done);
    EXPECT_TRUE(parse(lines + request, {}, 1).done);
  }
  expect_refused(400, {lines + "\r\n" + request});
}

TEST(RequestParser, SaysWhatIsWrongWithALine) {
  const auto reason_of = [](const std::string& text) {
    RequestMessage message;
    RequestParser parser(message, {});
    boost::system::error_code error;
    parser.put(boost::asio::buffer(text), error);
    return std::string(parser.refusal(error).reason);
  };
  EXPECT_EQ(reason_of("GET / HTTP/1.1\nHost: h\n\n"),
            "A line of the request does not end in CR LF.");
  EXPECT_EQ(reason_of("GET /\r\n"),
            "The request line must be a method, a target and HTTP/1.1, with one space between "
            "them.");
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

// Gives the text in pieces of several sizes, which change nothing.
void expect_answer(const std::string& text, const Limits& limits, unsigned refused) {
  for (const size_t step : {size_t{1}, size_t{100}, text.size()}) {
    const Parsed parsed = parse(text, limits, step);
    EXPECT_EQ(parsed.refused, refused) << text.size() << " bytes by " << step;
    EXPECT_EQ(parsed.done, refused == 0);
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

TEST(RequestParser, BoundsTheSumOfAllHeadersAndOfAllTrailers) {
  const Limits limits{.header_bytes_max = 1000};
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n";
  std::string fields;
  for (int i = 0; i < 9; ++i) fields += "X: " + std::string(95, 'y') + "\r\n";
  // The last field fills what is left beside the empty line.
  const auto filled = [&](size_t before, size_t too_many) {
    const size_t value = 1000 - before - fields.size() - 7 + too_many;
    return fields + "X: " + std::string(value, 'y') + "\r\n\r\n";
  };
  expect_answer(start + filled(start.size(), 0) + "0\r\n\r\n", limits, 0);
  expect_answer(start + filled(start.size(), 1) + "0\r\n\r\n", limits, 431);
  expect_answer(start + "\r\n0\r\n" + filled(0, 0), limits, 0);
  expect_answer(start + "\r\n0\r\n" + filled(0, 1), limits, 431);
  expect_answer(start + "\r\n0\r\nX: " + std::string(30'000, 'y'), {}, 431);
}

TEST(RequestParser, WantsExactlyOneHost) {
  const std::string start = "GET / HTTP/1.1\r\n";
  expect_refused(400, {
                          start + "\r\n",
                          start + "Host: a\r\nHost: b\r\n\r\n",
                          start + "Host: a\r\nHost: a\r\n\r\n",
                          start + "Host: a\r\nHost:\r\n\r\n",
                          "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
                          "GET / HTTP/1.0\r\nHost: a b\r\n\r\n",
                          "GET http://a/ HTTP/1.1\r\n\r\n",
                      });
  for (const std::string host : {"a b",        "user@a",
                                 "user:pw@a",  "@a",
                                 "a/b",        "a?b",
                                 "a#b",        "a\\b",
                                 "a,b/",       "\xc3\xa4",
                                 "a:b",        "a:b:c",
                                 "a:80:80",    "a:-1",
                                 "a:+1",       "a:0x50",
                                 "a:65536",    "a:99999999999999999999",
                                 ":80",        ":",
                                 "a: 80",      "[",
                                 "]",          "[]",
                                 "[::1",       "::1",
                                 "[::1]]",     "[::1]a",
                                 "[::1]80",    "[::1]:b",
                                 "[:::]",      "[1:2:3:4:5:6:7:8:9]",
                                 "[::g]",      "[::1%25eth0]",
                                 "[::1%eth0]", "[127.0.0.1]",
                                 "[v1.]",      "[v.a]",
                                 "a%",         "a%2",
                                 "a%zz",       "a<b",
                                 "a\"b",       "a|b",
                                 "a^b",        "a`b",
                                 "a{b}",       "http://a"}) {
    expect_refused(400, {start + "Host: " + host + "\r\n\r\n"});
    const std::string target = "GET http://" + host + " HTTP/1.1\r\nHost: a\r\n\r\n";
    if (host.find_first_of("/?") == std::string::npos) expect_refused(400, {target});
  }
  for (const std::string host : {"a",
                                 "a:80",
                                 "a:",
                                 "a:0",
                                 "a:65535",
                                 "a:000080",
                                 "a.",
                                 "a-b.c_d",
                                 "a,b",
                                 "127.0.0.1:",
                                 "999.1",
                                 "[::1]",
                                 "[::1]:80",
                                 "[::]:",
                                 "[1:2:3:4:5:6:7:8]",
                                 "[::ffff:127.0.0.1]",
                                 "[v1.a:b]",
                                 "%41b",
                                 "a!$&'()*+;=b",
                                 "xn--mnchen-3ya.example"}) {
    EXPECT_TRUE(parse(start + "Host: " + host + "\r\n\r\n").done) << host;
    EXPECT_TRUE(parse("GET http://" + host + " HTTP/1.1\r\nHost: a\r\n\r\n").done) << host;
  }
  // An empty Host says that the target has no host, but an http target has one.
  EXPECT_TRUE(parse(start + "Host:\r\n\r\n").done);
  EXPECT_TRUE(parse(start + "Host: \t \r\n\r\n").done);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\n\r\n").done);
  expect_refused(400, {"GET http:///a HTTP/1.1\r\nHost:\r\n\r\n",
                       "GET http://?a HTTP/1.1\r\nHost: a\r\n\r\n"});
}

TEST(RequestParser, KnowsTheFormsOfATarget) {
  const auto target = [](const std::string& text) { return text + " HTTP/1.1\r\nHost: h\r\n\r\n"; };
  for (const std::string text : {"GET /", "GET //", "GET /?", "OPTIONS *", "GET http://a",
                                 "GET HTTP://a/b", "GET https://a?b", "OPTIONS http://a"}) {
    EXPECT_TRUE(parse(target(text)).done) << text;
  }
  for (const std::string text :
       {"GET *", "options *", "GET a", "GET ?a", "GET a:80", "GET ftp://a/", "GET http:/a",
        "GET http:a", "OPTIONS **", "GET urn:a"}) {
    expect_refused(400, {target(text)});
  }
  expect_refused(501, {target("CONNECT a:80"), target("CONNECT /")});
}

TEST(RequestParser, PausesBehindTheHeaderIfItIsToldTo) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n";
  RequestMessage message;
  RequestParser parser(message, {.body_bytes_max = 2});
  parser.pause_after_header();
  const std::string text = head + "abc";
  boost::system::error_code error;
  EXPECT_EQ(parser.put(boost::asio::buffer(text), error), head.size());
  EXPECT_FALSE(error);
  EXPECT_TRUE(parser.is_header_done());
  EXPECT_EQ(parser.content_length(), 3u);
  EXPECT_FALSE(parser.chunked());
  parser.body_limit(3);
  EXPECT_EQ(parser.put(boost::asio::buffer(text) + head.size(), error), 3u);
  EXPECT_TRUE(parser.is_done());
  EXPECT_EQ(message.body, "abc");
}

TEST(RequestParser, AMethodThatIsTooLongIsNotKnown) {
  expect_answer(std::string(2000, 'A') + " / HTTP/1.1\r\nHost: h\r\n\r\n",
                {.header_bytes_max = 1000}, 501);
  expect_answer("GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n",
                {.header_bytes_max = 1000}, 414);
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
