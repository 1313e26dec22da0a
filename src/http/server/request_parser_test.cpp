#include <gtest/gtest.h>

#include <string>

#include "http/server/request_parser_testing.h"

namespace penstock::http {
namespace {

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
