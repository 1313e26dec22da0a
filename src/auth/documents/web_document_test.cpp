#include "auth/documents/web_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/documents/document_keeper.h"
#include "auth/documents/refresh_time.h"
#include "support/fake_endpoint.h"

namespace penstock::auth {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using test::FakeEndpoint;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Reply = FakeEndpoint::Reply;

TEST(DocumentUrl, IsHttpsOrOfThisMachine) {
  for (const char* good :
       {"https://id.example", "https://id.example:8443/a?b=c", "http://localhost:8080/keys",
        "http://127.0.0.1", "http://127.9.9.9/", "http://[::1]:80/", "HTTPS://id.example/"}) {
    EXPECT_TRUE(document_url(good)) << good;
  }
  for (const char* wrong :
       {"", "id.example", "http://id.example", "http://127.0.0.1.example.com/", "ftp://localhost",
        "http://localhost.example", "https://", "https://user@id.example", "https://id.example/#f",
        "http://10.0.0.1", "http://[::2]", "file:///etc/passwd", "https://id.example/ x"}) {
    EXPECT_FALSE(document_url(wrong)) << wrong;
  }
}

TEST(DocumentUrl, IsNotRedirectedToLess) {
  const auto from = document_url("https://id.example/a");
  const auto to = [&](std::string_view location) -> std::string {
    const auto url = redirected(*from, location);
    return url ? url->text() + url->target : url.error().message;
  };
  EXPECT_EQ(to("/b?c#d"), "https://id.example/b?c");
  EXPECT_EQ(to("//k.example/b"), "https://k.example/b");
  EXPECT_EQ(to("https://k.example"), "https://k.example/");
  EXPECT_EQ(to("http://localhost/b"), "redirects from https to http");
  EXPECT_THAT(to("http://id.example/b"),
              HasSubstr("redirects to a place that is not an https URL"));
  for (const char* wrong : {"", "b", "ftp://id.example/b", "javascript:x", "file:///b", "/a b"}) {
    EXPECT_THAT(to(wrong), HasSubstr("redirects to a place that ")) << wrong;
  }
  EXPECT_TRUE(redirected(*document_url("http://localhost/a"), "https://k.example/"));
}

class WebDocumentTest : public testing::Test {
 protected:
  WebDocument document(KeeperTimes times = {}) {
    return WebDocument(*document_url(server_.url() + "/keys?secret=1"), times);
  }
  std::string failure(const Reply& reply, KeeperTimes times = {}) {
    server_.answer_with([reply](const std::string&) { return reply; });
    const auto found = document(times).get({});
    return found ? "none" : base::describe(found.error());
  }

  FakeEndpoint server_{[](const std::string&) { return Reply{.body = "text"}; }};
};

TEST_F(WebDocumentTest, IsAskedForWithItsTag) {
  server_.answer_with([](const std::string& request) {
    const bool known = request.find("If-None-Match: \"v1\"\r\n") != std::string::npos;
    return known ? Reply{.status = "304 Not Modified", .headers = "Cache-Control: max-age=120\r\n"}
                 : Reply{.body = "text", .headers = "ETag: \"v1\"\r\n"};
  });
  WebDocument web = document();
  const auto first = web.get({});
  ASSERT_TRUE(first) << base::describe(first.error());
  EXPECT_EQ(first->text, base::WipedText("text"));
  EXPECT_EQ(first->next, kRefresh);
  const auto second = web.get({});
  ASSERT_TRUE(second) << base::describe(second.error());
  EXPECT_FALSE(second->text);
  EXPECT_EQ(second->next, 2min);
  EXPECT_THAT(server_.requests().at(0),
              AllOf(testing::StartsWith("GET /keys?secret=1 HTTP/1.1\r\n"),
                    Not(HasSubstr("If-None-Match"))));
  EXPECT_EQ(web.shown(), server_.url() + "/keys");
}

TEST_F(WebDocumentTest, SaysWhyItCannotBeHad) {
  EXPECT_EQ(failure({.body = "secret", .status = "404 Not Found"}),
            server_.url() + " answered 404");
  EXPECT_EQ(failure({.status = "304 Not Modified"}), server_.url() + " answered 304");
  EXPECT_EQ(failure({.status = "204 No Content"}), server_.url() + " answered 204");
  EXPECT_THAT(failure({.headers = "Content-Encoding: gzip\r\n"}), HasSubstr("compressed"));
  EXPECT_THAT(failure({.body = std::string(DocumentKeeper::kBytesMax + 1, 'x')}),
              HasSubstr("is too large"));
  EXPECT_THAT(failure({.raw = "SSH-2.0-x\r\n"}), HasSubstr("is not HTTP"));
  EXPECT_THAT(failure({.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"}),
              HasSubstr("broke"));
  EXPECT_THAT(failure({.hang = true}, {.answer_timeout = 20ms}),
              HasSubstr("did not answer in time"));
}

TEST_F(WebDocumentTest, IsTakenIfItIsJustNotTooLarge) {
  server_.answer_with([](const std::string&) {
    return Reply{.body = std::string(DocumentKeeper::kBytesMax, 'x')};
  });
  const auto found = document().get({});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text->size(), DocumentKeeper::kBytesMax);
}

TEST_F(WebDocumentTest, FollowsThreeRedirectionsAndNoMore) {
  int redirections = 3;
  server_.answer_with([&](const std::string& request) {
    const int number = request.starts_with("GET /r") ? request[6] - '0' : 0;
    return number == redirections
               ? Reply{.body = "moved"}
               : Reply{.status = "307 Temporary Redirect",
                       .headers = "Location: /r" + std::to_string(number + 1) + "\r\n"};
  });
  const auto found = document().get({});
  ASSERT_TRUE(found) << base::describe(found.error());
  EXPECT_EQ(found->text, base::WipedText("moved"));
  redirections = 4;
  const auto more = document().get({});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, server_.url() + " is redirection number 4");
  EXPECT_EQ(failure({.status = "302 Found", .headers = "Location: http://id.example/\r\n"}),
            server_.url() +
                " redirects to a place that is not an https URL; http is for this "
                "machine alone");
  EXPECT_THAT(failure({.status = "302 Found"}), HasSubstr("redirects to a place that"));
}

// Each redirection has only the time that is left.
TEST_F(WebDocumentTest, EndsAtItsTimeoutAndAtARequestToStop) {
  server_.answer_with([](const std::string& request) {
    return request.starts_with("GET /keys")
               ? Reply{.status = "301 Moved Permanently", .headers = "Location: /next\r\n"}
               : Reply{.hang = true};
  });
  auto found = document({.answer_timeout = 50ms}).get({});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::timed_out);
  std::stop_source stop;
  stop.request_stop();
  found = document().get(stop.get_token());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace penstock::auth
