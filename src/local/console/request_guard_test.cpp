#include "local/console/request_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace penstock::local {
namespace {

using http::RequestMessage;
using testing::HasSubstr;

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kToken = "00112233445566778899aabbccddeeff";
const std::pair<std::string, std::string> kOurs{"Host", "127.0.0.1:8002"};

class RequestGuardTest : public testing::Test {
 protected:
  RequestGuardTest() { guard_.set_port(8002); }

  // Returns why a request is refused, or an empty text.
  [[nodiscard]] std::string refused(const std::string& method, const std::string& target,
                                    const Headers& headers) const {
    RequestMessage request;
    request.set_start_line(boost::beast::http::string_to_verb(method), method, target);
    for (const auto& [name, value] : headers) {
      request.add_header(boost::beast::http::string_to_field(name), name, value);
    }
    const auto reply = guard_.refusal_of(request);
    if (!reply) return {};
    EXPECT_EQ(reply->response.status, 403u);
    EXPECT_EQ(reply->response.content_type(), http::kProblemJson);
    return reply->problem.value_or("");
  }

  RequestGuard guard_{kToken};
};

TEST_F(RequestGuardTest, KnowsItsOwnNames) {
  for (const char* host : {"127.0.0.1:8002", "localhost:8002", "LocalHost:8002", "[::1]:8002"}) {
    EXPECT_EQ(refused("GET", "/api/state", {{"Host", host}}), "") << host;
  }
  EXPECT_EQ(refused("GET", "http://localhost:8002/api/state", {kOurs}), "");
}

TEST_F(RequestGuardTest, RefusesANameThatAnotherSiteLeadsHere) {
  for (const char* host : {"attacker.example:8002", "attacker.example", "127.0.0.1", "localhost",
                           "127.0.0.1:8000", "127.0.0.1:8002.attacker.example", "127.0.0.2:8002",
                           "0.0.0.0:8002", "localhost.:8002", "", "[::1]"}) {
    EXPECT_THAT(refused("GET", "/api/state", {{"Host", host}}), HasSubstr("127.0.0.1")) << host;
  }
  EXPECT_THAT(refused("GET", "/api/state", {}), HasSubstr("Open the URL"));
  EXPECT_THAT(refused("GET", "http://attacker.example/api/state", {kOurs}),
              HasSubstr("Open the URL"));
}

TEST_F(RequestGuardTest, APortOfTheSchemeIsNotNamed) {
  guard_.set_port(80);
  EXPECT_EQ(refused("GET", "/", {{"Host", "localhost"}}), "");
}

TEST_F(RequestGuardTest, BeforeItHasAPortItRefusesAll) {
  const RequestGuard fresh(kToken);
  RequestMessage request;
  request.set_start_line(http::Verb::get, "GET", "/");
  EXPECT_TRUE(fresh.refusal_of(request));
}

TEST_F(RequestGuardTest, RefusesPagesOfOtherSites) {
  const Headers rows = {{"Origin", "http://attacker.example"},
                        {"Origin", "https://127.0.0.1:8002"},
                        {"Origin", "http://127.0.0.1:8000"},
                        {"Origin", "null"},
                        {"Origin", ""},
                        {"Sec-Fetch-Site", "cross-site"},
                        // The API's own pages are of the same site, because ports do not count.
                        {"Sec-Fetch-Site", "same-site"},
                        {"sec-fetch-site", "something new"}};
  for (const auto& row : rows) {
    for (const char* method : {"GET", "POST", "DELETE", "OPTIONS"}) {
      EXPECT_THAT(refused(method, "/api/state", {kOurs, row, {"x-penstock-token", kToken}}),
                  HasSubstr("A page of another site"))
          << method << ' ' << row.first << ": " << row.second;
    }
  }
  // Of several lines each counts.
  EXPECT_THAT(
      refused("GET", "/",
              {kOurs, {"Origin", "http://localhost:8002"}, {"Origin", "http://attacker.example"}}),
      HasSubstr("A page of another site"));
}

TEST_F(RequestGuardTest, AnswersItsOwnPageAndPrograms) {
  EXPECT_EQ(refused("GET", "/api/state", {kOurs, {"Sec-Fetch-Site", "same-origin"}}), "");
  EXPECT_EQ(refused("GET", "/", {kOurs, {"Sec-Fetch-Site", "none"}}), "");
  EXPECT_EQ(refused("POST", "/api/requests",
                    {kOurs,
                     {"Origin", "http://127.0.0.1:8002"},
                     {"Sec-Fetch-Site", "same-origin"},
                     {"X-Penstock-Token", kToken}}),
            "");
}

TEST_F(RequestGuardTest, ALinkElsewhereLeadsToThePageAlone) {
  const auto follow = [&](const std::string& target, const std::string& mode,
                          const std::string& place) {
    return refused("GET", target,
                   {kOurs,
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Mode", mode},
                    {"Sec-Fetch-Dest", place}});
  };
  EXPECT_EQ(follow("/", "navigate", "document"), "");
  EXPECT_NE(follow("/", "navigate", "iframe"), "");
  EXPECT_NE(follow("/", "no-cors", "document"), "");
  EXPECT_NE(follow("/api/state", "navigate", "document"), "");
  EXPECT_NE(follow("/main.js", "no-cors", "script"), "");
}

TEST_F(RequestGuardTest, WhatChangesSomethingNeedsTheToken) {
  const std::string cut = std::string(kToken).substr(1);
  for (const char* method : {"POST", "DELETE", "PUT", "PATCH", "BREW"}) {
    for (const std::string& token :
         {std::string(), std::string("x"), cut, cut + "0", std::string(kToken) + "0"}) {
      EXPECT_THAT(refused(method, "/api/requests", {kOurs, {"x-penstock-token", token}}),
                  HasSubstr("x-penstock-token"))
          << method << ' ' << token;
    }
    EXPECT_THAT(refused(method, "/api/requests", {kOurs}), HasSubstr("x-penstock-token"));
    EXPECT_EQ(refused(method, "/api/requests", {kOurs, {"x-penstock-token", kToken}}), "");
  }
  EXPECT_EQ(refused("GET", "/api/state", {kOurs}), "");
  EXPECT_EQ(refused("HEAD", "/api/state", {kOurs}), "");
}

}  // namespace
}  // namespace penstock::local
