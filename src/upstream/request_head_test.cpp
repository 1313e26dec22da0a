#include "upstream/request_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::upstream {
namespace {

constexpr Origin kOrigin{.authority = "a:81", .prefix = "/v1", .user_agent = "orders_api"};

std::string head(Request request) {
  const auto made = request_head(request, kOrigin);
  return made ? std::string(*made) : "error: " + made.error().message;
}

TEST(RequestHead, HasWhatTheClientAdds) {
  EXPECT_EQ(head({.target = "/x?y=1", .headers = {{"Accept", base::WipedText("a/b")}}}),
            "GET /v1/x?y=1 HTTP/1.1\r\nHost: a:81\r\nUser-Agent: orders_api\r\n"
            "Accept: a/b\r\n\r\n");
  EXPECT_EQ(head({.method = "POST", .headers = {{"user-agent", base::WipedText("me")}}}),
            "POST /v1/ HTTP/1.1\r\nHost: a:81\r\nuser-agent: me\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(head({.method = "DELETE", .body = base::WipedText("abc")}),
            "DELETE /v1/ HTTP/1.1\r\nHost: a:81\r\nUser-Agent: orders_api\r\n"
            "Content-Length: 3\r\n\r\n");
}

TEST(RequestHead, RefusesWhatCouldBecomeAnotherRequest) {
  for (const char* method : {"", "GET ", "G\r\nT", "CONNECT"}) {
    EXPECT_TRUE(head({.method = method}).starts_with("error: ")) << method;
  }
  for (const char* target : {"", "x", "*", "/ ", "/\r\n", "/\x7f", "/a#b", "http://b/"}) {
    EXPECT_TRUE(head({.target = target}).starts_with("error: ")) << target;
  }
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"", "a"},
                                                                  {"a b", "c"},
                                                                  {"a:", "c"},
                                                                  {"a", "b\r\nc: d"},
                                                                  {"a", "b\nc"},
                                                                  {"Host", "b"},
                                                                  {"content-length", "1"},
                                                                  {"Transfer-Encoding", "chunked"},
                                                                  {"Connection", "close"},
                                                                  {"Expect", "100-continue"},
                                                                  {"Upgrade", "h2c"}}) {
    const std::string got = head({.headers = {{name, base::WipedText(value)}}});
    EXPECT_TRUE(got.starts_with("error: ")) << name;
    EXPECT_EQ(got.find("c: d"), std::string::npos) << "no value is repeated";
  }
}

TEST(PercentEncoded, KeepsATextInOnePartOfATarget) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a/b?c=d&e#f%\r\n\xc3\xa4 +"),
            "a%2Fb%3Fc%3Dd%26e%23f%25%0D%0A%C3%A4%20%2B");
  EXPECT_EQ(percent_encoded(std::string_view("\0", 1)), "%00");
}

TEST(RequestHead, KnowsWhichMethodsMayBeRepeated) {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    EXPECT_TRUE(is_idempotent(method)) << method;
  }
  for (const char* method : {"POST", "PATCH", "get", "QUERY", ""}) {
    EXPECT_FALSE(is_idempotent(method)) << method;
  }
}

}  // namespace
}  // namespace penstock::upstream
