#include "http/cors/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace penstock::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: /v1}]
x-cors:
  origins: ['https://shop.example', 'https://*.shop.example']
  headers: [X-Trial]
  exposedHeaders: [X-Request-Id]
  credentials: true
  maxAge: 600
paths:
  /orders:
    get:
      operationId: list
      parameters: [{name: X-Page, in: header, schema: {type: string}}]
      responses:
        '200': {description: d, headers: {ETag: {schema: {type: string}}}}
    post:
      operationId: place
      security: [{key: [], login: []}]
      requestBody: {content: {application/json: {}}}
      responses: {'201': {description: d, headers: {Location: {schema: {type: string}}}}}
    delete:
      operationId: clear
      x-cors: {origins: []}
      responses: {'204': {description: d}}
  /public:
    x-cors: {origins: ['*'], maxAge: 0}
    get: {operationId: public, responses: {'200': {description: d}}}
  /own:
    options: {operationId: own, responses: {'200': {description: d}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    login: {type: http, scheme: bearer}
)";

constexpr std::string_view kWithout = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /orders: {get: {operationId: list, responses: {'200': {description: d}}}}
)";

RequestMessage request(std::string_view method, std::string_view target, std::string_view origin,
                       std::string_view wanted = "") {
  RequestMessage message;
  message.set_start_line(boost::beast::http::string_to_verb(method), method, target);
  if (!origin.empty()) message.add_header(Field::origin, "Origin", origin);
  if (!wanted.empty()) {
    message.add_header(boost::beast::http::string_to_field("access-control-request-method"),
                       "Access-Control-Request-Method", wanted);
  }
  return message;
}

const contract::Contract& compiled() {
  static const auto contract = contract::Contract::parse(kContract, "t").value();
  return contract;
}

// Returns the header lines that a preflight gets, from `allow` on.
std::string preflight(std::string_view target, std::string_view origin, std::string_view wanted) {
  const Cors cors(compiled());
  const RequestMessage message = request("OPTIONS", target, origin, wanted);
  EXPECT_TRUE(Cors::is_preflight(message));
  ResponseMessage response = cors.preflight(message, "A");
  EXPECT_EQ(response.status, 204U);
  cors.add_headers(message, response);
  return response.headers;
}

// Returns the header lines that any other response gets.
std::string added(std::string_view method, std::string_view target, std::string_view origin) {
  const Cors cors(compiled());
  ResponseMessage response;
  cors.add_headers(request(method, target, origin), response);
  return response.headers;
}

constexpr const char* kRefused =
    "allow: A\r\nvary: access-control-request-method\r\nvary: origin\r\n";

TEST(Cors, IsNotUsedWithoutTheExtension) {
  const auto contract = contract::Contract::parse(kWithout, "t").value();
  EXPECT_FALSE(Cors(contract).used());
  EXPECT_TRUE(Cors(compiled()).used());
}

TEST(Cors, AnswersAPreflightByTheContract) {
  EXPECT_EQ(preflight("/v1/orders", "https://shop.example", "POST"),
            "allow: A\r\n"
            "vary: access-control-request-method\r\n"
            "access-control-allow-methods: GET, HEAD, POST\r\n"
            "access-control-allow-headers: Content-Type, X-Key, Authorization, X-Trial\r\n"
            "access-control-max-age: 600\r\n"
            "vary: origin\r\n"
            "access-control-allow-origin: https://shop.example\r\n"
            "access-control-allow-credentials: true\r\n");
  EXPECT_THAT(preflight("/v1/orders?a=b", "https://a.shop.example", "HEAD"),
              HasSubstr("access-control-allow-headers: X-Page, X-Trial\r\n"));
}

TEST(Cors, RefusesAPreflightOfAnotherOrigin) {
  for (const char* origin : {"https://evil.example", "null", "https://shop.example.evil.example",
                             "http://shop.example"}) {
    EXPECT_EQ(preflight("/v1/orders", origin, "GET"), kRefused) << origin;
  }
}

TEST(Cors, RefusesAnOriginThatIsGivenTwice) {
  RequestMessage message = request("GET", "/v1/orders", "https://shop.example");
  message.add_header(Field::origin, "Origin", "https://shop.example");
  ResponseMessage response;
  Cors(compiled()).add_headers(message, response);
  EXPECT_EQ(response.headers, "vary: origin\r\n");
}

TEST(Cors, AllowsOnlyMethodsOfTheSamePolicy) {
  EXPECT_EQ(preflight("/v1/orders", "https://shop.example", "DELETE"), kRefused);
  EXPECT_THAT(preflight("/v1/orders", "https://shop.example", "GET"), Not(HasSubstr("DELETE")));
}

TEST(Cors, NamesTheDeclaredMethodsToWhoWantsAnotherOne) {
  for (const char* method : {"PUT", "post", "X", "TRACE"}) {
    EXPECT_EQ(preflight("/v1/orders", "https://shop.example", method),
              "allow: A\r\nvary: access-control-request-method\r\n"
              "access-control-allow-methods: GET, HEAD, POST\r\nvary: origin\r\n"
              "access-control-allow-origin: https://shop.example\r\n"
              "access-control-allow-credentials: true\r\n")
        << method;
  }
}

TEST(Cors, AllowsEveryOriginByAStar) {
  EXPECT_EQ(preflight("/v1/public", "https://any.example", "GET"),
            "allow: A\r\nvary: access-control-request-method\r\n"
            "access-control-allow-methods: GET, HEAD\r\naccess-control-max-age: 0\r\n"
            "vary: origin\r\naccess-control-allow-origin: *\r\n");
  EXPECT_EQ(added("GET", "/v1/public", ""),
            "vary: origin\r\naccess-control-allow-origin: *\r\n"
            "access-control-expose-headers: Retry-After\r\n");
}

TEST(Cors, NeedsNoVaryIfEveryOriginIsAllowed) {
  const auto contract =
      contract::Contract::parse(std::string(kWithout) + "x-cors: {origins: ['*']}\n", "t").value();
  ResponseMessage response;
  Cors(contract).add_headers(request("GET", "/orders", "null"), response);
  EXPECT_EQ(response.headers,
            "access-control-allow-origin: *\r\naccess-control-expose-headers: Retry-After\r\n");
}

TEST(Cors, AddsHeadersToAnswers) {
  EXPECT_EQ(added("GET", "/v1/orders", "https://shop.example"),
            "vary: origin\r\n"
            "access-control-allow-origin: https://shop.example\r\n"
            "access-control-allow-credentials: true\r\n"
            "access-control-expose-headers: Retry-After, ETag, X-Request-Id\r\n");
  EXPECT_EQ(added("GET", "/v1/orders", ""), "vary: origin\r\n");
  EXPECT_EQ(added("GET", "/v1/orders", "https://evil.example"), "vary: origin\r\n");
  EXPECT_EQ(added("DELETE", "/v1/orders", "https://shop.example"), "vary: origin\r\n");
}

TEST(Cors, AddsThoseOfTheDocumentWhereNoOperationMatches) {
  for (const char* target : {"/nowhere", "", "*", "http://h", "/v1/%zz"}) {
    EXPECT_EQ(added("GET", target, "https://shop.example"),
              "vary: origin\r\naccess-control-allow-origin: https://shop.example\r\n"
              "access-control-allow-credentials: true\r\n")
        << target;
  }
  EXPECT_THAT(added("PUT", "/v1/public", "https://shop.example"),
              HasSubstr("access-control-allow-origin: *\r\n"));
}

TEST(Cors, KnowsAPreflightFromOtherOptions) {
  EXPECT_FALSE(Cors::is_preflight(request("OPTIONS", "/v1/orders", "https://shop.example")));
  EXPECT_FALSE(Cors::is_preflight(request("OPTIONS", "/v1/orders", "", "GET")));
  EXPECT_FALSE(Cors::is_preflight(request("GET", "/v1/orders", "https://shop.example", "GET")));
  EXPECT_THAT(preflight("/v1/own", "https://shop.example", "OPTIONS"),
              HasSubstr("access-control-allow-methods: OPTIONS\r\n"));
}

// A page of the web may not reach an API in a private network unless it says so, which has no
// setting.
TEST(Cors, SaysNothingOfPrivateNetworks) {
  RequestMessage message = request("OPTIONS", "/v1/orders", "https://shop.example", "GET");
  message.add_header(Field::unknown, "Access-Control-Request-Private-Network", "true");
  EXPECT_THAT(Cors(compiled()).preflight(message, "A").headers, Not(HasSubstr("private-network")));
}

}  // namespace
}  // namespace penstock::http
