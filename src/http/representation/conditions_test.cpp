#include "http/representation/conditions.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "http/representation/entity_tag.h"

namespace penstock::http {
namespace {

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

RequestMessage request(std::string_view method, const Headers& headers) {
  RequestMessage message;
  message.set_start_line(boost::beast::http::string_to_verb(method), method, "/orders/7");
  for (const auto& [name, value] : headers) {
    message.add_header(boost::beast::http::string_to_field(name), name, value);
  }
  return message;
}

bool failed(std::string_view method, const Headers& headers, std::string_view tag) {
  const RequestMessage message = request(method, headers);
  return Conditions(message).precondition_failed(tag);
}

bool not_modified(std::string_view method, const Headers& headers, std::string_view tag) {
  const RequestMessage message = request(method, headers);
  return Conditions(message).not_modified(tag);
}

TEST(Conditions, HoldIfThereAreNone) {
  EXPECT_FALSE(failed("PUT", {}, "\"1\""));
  EXPECT_FALSE(failed("PUT", {}, ""));
  EXPECT_FALSE(not_modified("GET", {}, "\"1\""));
  EXPECT_FALSE(Conditions().precondition_failed("\"1\""));
  EXPECT_FALSE(Conditions().not_modified("\"1\""));
}

TEST(Conditions, SayWhetherAnyIsGiven) {
  const RequestMessage none = request("PUT", {});
  const RequestMessage match = request("PUT", {{"If-Match", "\"1\""}});
  const RequestMessage none_match = request("PUT", {{"if-none-match", "*"}});
  EXPECT_FALSE(Conditions(none).given());
  EXPECT_TRUE(Conditions(match).given());
  EXPECT_TRUE(Conditions(none_match).given());
  EXPECT_FALSE(Conditions().given());
}

TEST(Conditions, OfIfMatchNeedAStronglyEqualTag) {
  EXPECT_FALSE(failed("PUT", {{"If-Match", "\"1\""}}, entity_tag(1)));
  EXPECT_FALSE(failed("PUT", {{"If-Match", "\"0\", \"1\""}}, entity_tag(1)));
  EXPECT_FALSE(failed("PUT", {{"If-Match", "\"0\""}, {"if-match", "\"1\""}}, entity_tag(1)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", "\"1\""}}, entity_tag(2)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", "W/\"1\""}}, entity_tag(1)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", "W/\"1\""}}, weak_entity_tag("1")));
  EXPECT_TRUE(failed("GET", {{"If-Match", "\"1\""}}, entity_tag(2)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", ""}}, entity_tag(1)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", "1"}}, entity_tag(1)));
}

TEST(Conditions, OfIfMatchHoldForACompressedVersion) {
  EXPECT_FALSE(failed("PUT", {{"If-Match", gzip_tag(entity_tag(1))}}, entity_tag(1)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", gzip_tag(entity_tag(1))}}, entity_tag(2)));
}

TEST(Conditions, OfAnyVersionNeedOne) {
  EXPECT_FALSE(failed("PUT", {{"If-Match", "*"}}, entity_tag(1)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", "*"}}, ""));
  EXPECT_TRUE(failed("PUT", {{"If-Match", "\"1\""}}, ""));
}

TEST(Conditions, OfIfNoneMatchFailForWritesIfTheVersionIsThere) {
  EXPECT_TRUE(failed("PUT", {{"If-None-Match", "*"}}, entity_tag(1)));
  EXPECT_FALSE(failed("PUT", {{"If-None-Match", "*"}}, ""));
  EXPECT_TRUE(failed("PUT", {{"If-None-Match", "W/\"1\""}}, entity_tag(1)));
  EXPECT_FALSE(failed("PUT", {{"If-None-Match", "\"2\""}}, entity_tag(1)));
  EXPECT_TRUE(failed("PUT", {{"If-None-Match", "yes"}}, entity_tag(1)));
  EXPECT_FALSE(failed("GET", {{"If-None-Match", "\"1\""}}, entity_tag(1)));
}

TEST(Conditions, OfBothFailIfOneFails) {
  EXPECT_TRUE(failed("PUT", {{"If-Match", "\"1\""}, {"If-None-Match", "\"1\""}}, entity_tag(1)));
  EXPECT_TRUE(failed("PUT", {{"If-Match", "\"2\""}, {"If-None-Match", "\"2\""}}, entity_tag(1)));
  EXPECT_FALSE(failed("PUT", {{"If-Match", "\"1\""}, {"If-None-Match", "\"2\""}}, entity_tag(1)));
}

TEST(Conditions, SayThatAReaderHasTheVersion) {
  for (const char* method : {"GET", "HEAD"}) {
    EXPECT_TRUE(not_modified(method, {{"If-None-Match", "\"1\""}}, entity_tag(1)));
    EXPECT_TRUE(not_modified(method, {{"If-None-Match", "W/\"1\""}}, entity_tag(1)));
    EXPECT_TRUE(not_modified(method, {{"If-None-Match", "*"}}, entity_tag(1)));
    EXPECT_FALSE(not_modified(method, {{"If-None-Match", "*"}}, ""));
    EXPECT_FALSE(not_modified(method, {{"If-None-Match", "\"2\""}}, entity_tag(1)));
    EXPECT_FALSE(not_modified(method, {{"If-None-Match", "1"}}, entity_tag(1)));
  }
  EXPECT_FALSE(not_modified("PUT", {{"If-None-Match", "\"1\""}}, entity_tag(1)));
}

ResponseMessage answered(std::string_view method, std::string_view list, unsigned status = 200) {
  ResponseMessage response;
  response.status = status;
  response.body = "text";
  response.set_content_type("text/plain");
  response.add_header("ETag", "\"1\"");
  response.add_header("content-language", "en");
  response.add_header("content-location", "/a");
  response.add_header("cache-control", "no-cache");
  answer_conditionally(request(method, {{"If-None-Match", list}}), response);
  return response;
}

TEST(Conditions, MakeA304OfAnAnswerThatTheClientHas) {
  const ResponseMessage response = answered("GET", "\"0\", \"1\"");
  EXPECT_EQ(response.status, 304U);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.content_type(), "");
  EXPECT_EQ(response.headers,
            "ETag: \"1\"\r\ncontent-location: /a\r\ncache-control: no-cache\r\n"
            "vary: accept-encoding\r\n");
  EXPECT_EQ(answered("HEAD", "*").status, 304U);
}

TEST(Conditions, KeepTheTagOfACompressedVersionInA304) {
  EXPECT_NE(answered("GET", "\"1-gzip\"").headers.find("ETag: \"1-gzip\"\r\n"), std::string::npos);
}

TEST(Conditions, LeaveOtherAnswersAsTheyAre) {
  EXPECT_EQ(answered("GET", "\"2\"").status, 200U);
  EXPECT_EQ(answered("GET", "\"2\"").body, "text");
  EXPECT_EQ(answered("PUT", "\"1\"").status, 200U);
  EXPECT_EQ(answered("GET", "\"1\"", 404).status, 404U);
  ResponseMessage without;
  answer_conditionally(request("GET", {{"If-None-Match", "*"}}), without);
  EXPECT_EQ(without.status, 200U);
}

}  // namespace
}  // namespace penstock::http
