#include "http/pages/own_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/pages/contract_page.h"
#include "http/pages/renderer.h"
#include "http/representation/compression.h"

namespace penstock::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

contract::Contract contract_with(const std::string& path, const std::string& more = "") {
  return contract::Contract::parse(
             "openapi: 3.1.0\ninfo: {title: 'A <b> & \"c\"', version: '1'}\n" + more + "paths: {'" +
                 path + "': {get: {responses: {'200': {description: d}}}}}\n",
             "t")
      .value();
}

RequestMessage request(std::string_view method, Field field = Field::unknown,
                       std::string_view value = "") {
  RequestMessage message;
  message.set_start_line(boost::beast::http::string_to_verb(method), method, "/");
  if (field != Field::unknown) message.add_header(field, to_string(field), value);
  return message;
}

class OwnPagesTest : public testing::Test {
 protected:
  OwnPagesTest() { EXPECT_TRUE(pages_.add_contract(contract_).has_value()); }

  // Returns the response of a page that must be there.
  ResponseMessage response(std::string_view path, const RequestMessage& message = request("GET")) {
    auto reply = pages_.answer(message, path);
    EXPECT_TRUE(reply.has_value()) << path;
    EXPECT_EQ(reply->route, path);
    return reply->response;
  }

  contract::Contract contract_ = contract_with("/a", "servers: [{url: /v1}, {url: /v2}]\n");
  OwnPages pages_;
};

TEST_F(OwnPagesTest, HaveTheContractBelowEachBasePath) {
  for (const char* path : {"/openapi.json", "/v1/openapi.json", "/v2/openapi.json"}) {
    const ResponseMessage document = response(path);
    EXPECT_EQ(document.content_type(), "application/json");
    EXPECT_THAT(document.body, StartsWith(R"({"openapi":"3.1.0","info":{"title":"A <b> & \"c\")"));
  }
  EXPECT_FALSE(pages_.answer(request("GET"), "/v3/openapi.json").has_value());
  EXPECT_FALSE(pages_.answer(request("GET"), "/openapi.json/").has_value());
}

TEST_F(OwnPagesTest, ShowTheContractWithoutOtherHosts) {
  const ResponseMessage page = response("/v1/docs");
  EXPECT_EQ(page.content_type(), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<title>A &lt;b> &amp; &quot;c&quot;</title>"));
  EXPECT_THAT(page.headers, HasSubstr("content-security-policy: default-src 'none'; script-src "
                                      "'self'; connect-src 'self'; "));
  EXPECT_THAT(page.headers, HasSubstr("x-content-type-options: nosniff\r\n"));
  EXPECT_EQ(page.body.find("//"), std::string::npos);
}

TEST_F(OwnPagesTest, SendTheScriptInTheFormThatTheClientReads) {
  const ResponseMessage plain = response("/docs/openapi-explorer.js");
  EXPECT_THAT(plain.body, StartsWith("/*! OpenAPI Explorer "));
  EXPECT_THAT(plain.headers, HasSubstr("vary: accept-encoding\r\n"));
  const ResponseMessage compressed =
      response("/docs/openapi-explorer.js", request("GET", Field::accept_encoding, "gzip"));
  EXPECT_THAT(compressed.headers, HasSubstr("content-encoding: gzip\r\n"));
  EXPECT_EQ(compressed.body, renderer_gzipped());
  EXPECT_EQ(gunzip(compressed.body, kRendererBytesMax), plain.body);
}

TEST_F(OwnPagesTest, AreNotSentAgain) {
  for (const char* path : {"/openapi.json", "/docs", "/docs/openapi-explorer.js"}) {
    const std::string headers = response(path).headers;
    const size_t start = headers.find("etag: ") + 6;
    const std::string tag = headers.substr(start, headers.find("\r\n", start) - start);
    const ResponseMessage again = response(path, request("GET", Field::if_none_match, tag));
    EXPECT_EQ(again.status, 304U) << path;
    EXPECT_EQ(again.body, "");
  }
}

TEST_F(OwnPagesTest, AreOnlyRead) {
  EXPECT_EQ(response("/docs", request("HEAD")).status, 200U);
  EXPECT_EQ(response("/docs", request("OPTIONS")).status, 204U);
  const ResponseMessage refused = response("/docs", request("POST"));
  EXPECT_EQ(refused.status, 405U);
  EXPECT_EQ(refused.headers, "allow: GET, HEAD, OPTIONS\r\n");
}

TEST_F(OwnPagesTest, KnowWhichOnesAContractHides) {
  EXPECT_THAT(pages_.hidden_by(contract_with("/docs")), ElementsAre("/docs"));
  const auto any = contract::Contract::parse(R"(
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /{any}:
    parameters: [{name: any, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: d}}}
)",
                                             "t")
                       .value();
  EXPECT_THAT(pages_.hidden_by(any), ElementsAre("/docs", "/openapi.json"));
  EXPECT_THAT(pages_.hidden_by(contract_), ElementsAre());
}

}  // namespace
}  // namespace penstock::http
