// Tests what users of an API get besides its answers: pages of other origins, conditions,
// compressed bodies, and the contract.
#include "http/finishing.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "events/log_sink.h"
#include "http/api.h"
#include "http/mock.h"

namespace penstock::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, maxLength: 5000}}]
    get:
      operationId: get
      responses:
        '200': {description: d, content: {application/json: {schema: {type: object}}}}
    put:
      operationId: put
      responses: {'204': {description: d}, '412': {description: d}}
)";
constexpr std::string_view kCors = "x-cors: {origins: ['https://shop.example']}\n";

// Every order has the version 7.
const Handlers kHandlers{
    {"get",
     [](const Request& request) {
       return json(object{{"id", request.path("id")}}).header("ETag", entity_tag(7));
     }},
    {"put", [](const Request& request) {
       return empty(request.conditions().precondition_failed(entity_tag(7)) ? 412 : 204);
     }}};

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

class FinishingTest : public testing::Test {
 protected:
  void serve(std::string_view more, Api::Settings settings = {}) {
    auto contract = contract::Contract::parse(std::string(kContract).append(more), "t");
    service_ = std::move(
        Api::make(std::move(contract.value()), kHandlers, std::move(settings), publishing_, log_)
            .value());
  }

  // Returns the reply as the server would send it.
  ResponseMessage ask(std::string_view method, std::string_view target,
                      const Headers& headers = {}) {
    RequestMessage request;
    request.set_start_line(boost::beast::http::string_to_verb(method), method, target);
    for (const auto& [name, value] : headers) {
      request.add_header(boost::beast::http::string_to_field(name), name, value);
    }
    std::optional<Reply> made;
    boost::asio::co_spawn(io_.get_executor(), service_->handle(request),
                          [&](const std::exception_ptr&, Reply reply) { made = std::move(reply); });
    io_.restart();
    io_.run();
    ResponseMessage response = std::move(made.value().response);
    if (response.body.size() >= service_->finished_from()) service_->finish(request, response);
    return response;
  }

  boost::asio::io_context io_;
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  events::LogSink sink_{log_};
  events::Publisher publisher_{sink_, {}, log_};
  Publishing publishing_{io_, publisher_};
  std::unique_ptr<Service> service_;
};

TEST_F(FinishingTest, CostsNothingWithoutAnyOfIt) {
  serve("");
  EXPECT_EQ(service_->finished_from(), SIZE_MAX);
  serve("", {.gzip_bytes_min = 1024});
  EXPECT_EQ(service_->finished_from(), 1024U);
  serve(kCors);
  EXPECT_EQ(service_->finished_from(), 0U);
}

TEST_F(FinishingTest, WithoutTheExtensionNothingIsForOtherOrigins) {
  serve("");
  const Headers origin{{"Origin", "https://shop.example"}};
  EXPECT_EQ(ask("GET", "/orders/1", origin).headers, "ETag: \"7\"\r\n");
  const ResponseMessage preflight =
      ask("OPTIONS", "/orders/1",
          {{"Origin", "https://shop.example"}, {"Access-Control-Request-Method", "PUT"}});
  EXPECT_EQ(preflight.status, 204U);
  EXPECT_EQ(preflight.headers, "allow: GET, HEAD, OPTIONS, PUT\r\n");
}

TEST_F(FinishingTest, TheApiAnswersAPreflight) {
  serve(kCors);
  const ResponseMessage preflight =
      ask("OPTIONS", "/orders/1",
          {{"Origin", "https://shop.example"}, {"Access-Control-Request-Method", "PUT"}});
  EXPECT_EQ(preflight.status, 204U);
  EXPECT_EQ(preflight.headers,
            "allow: GET, HEAD, OPTIONS, PUT\r\nvary: access-control-request-method\r\n"
            "access-control-allow-methods: GET, HEAD, PUT\r\nvary: origin\r\n"
            "access-control-allow-origin: https://shop.example\r\n");
  EXPECT_EQ(ask("OPTIONS", "/orders/1").headers,
            "allow: GET, HEAD, OPTIONS, PUT\r\nvary: origin\r\n");
}

TEST_F(FinishingTest, EveryKindOfAnswerIsForTheOrigin) {
  serve(kCors);
  const Headers origin{{"Origin", "https://shop.example"}};
  for (const auto& [method, target, status] : {std::tuple{"GET", "/orders/1", 200U},
                                               {"GET", "/nowhere", 404U},
                                               {"POST", "/orders/1", 405U},
                                               {"GET", "/orders/1?undeclared=1", 400U},
                                               {"GET", "/orders/1/", 307U},
                                               {"PUT", "/orders/1", 204U}}) {
    const ResponseMessage response = ask(method, target, origin);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_THAT(response.headers,
                HasSubstr("access-control-allow-origin: https://shop.example\r\n"))
        << target;
  }
}

TEST_F(FinishingTest, TheMockDoesTheSame) {
  auto contract = contract::Contract::parse(std::string(kContract).append(kCors), "t");
  service_ = std::make_unique<Mock>(std::move(contract.value()), log_);
  EXPECT_THAT(ask("GET", "/orders/1", {{"Origin", "https://shop.example"}}).headers,
              HasSubstr("access-control-allow-origin: https://shop.example\r\n"));
  EXPECT_THAT(ask("OPTIONS", "/orders/1",
                  {{"Origin", "https://shop.example"}, {"Access-Control-Request-Method", "GET"}})
                  .headers,
              HasSubstr("access-control-allow-methods: GET, HEAD, PUT\r\n"));
}

TEST_F(FinishingTest, AnAnswerThatTheClientHasIsNotSentAgain) {
  serve("");
  const ResponseMessage same = ask("GET", "/orders/1", {{"If-None-Match", "\"7\""}});
  EXPECT_EQ(same.status, 304U);
  EXPECT_EQ(same.body, "");
  EXPECT_THAT(same.headers, HasSubstr("ETag: \"7\"\r\n"));
  EXPECT_EQ(ask("HEAD", "/orders/1", {{"If-None-Match", "*"}}).status, 304U);
  const ResponseMessage other = ask("GET", "/orders/1", {{"If-None-Match", "\"6\""}});
  EXPECT_EQ(other.status, 200U);
  EXPECT_EQ(other.body, R"({"id":"1"})");
}

TEST_F(FinishingTest, AHandlerKnowsTheConditions) {
  serve("");
  EXPECT_EQ(ask("PUT", "/orders/1").status, 204U);
  EXPECT_EQ(ask("PUT", "/orders/1", {{"If-Match", "\"7\""}}).status, 204U);
  EXPECT_EQ(ask("PUT", "/orders/1", {{"If-Match", "\"6\""}}).status, 412U);
  EXPECT_EQ(ask("PUT", "/orders/1", {{"If-None-Match", "*"}}).status, 412U);
}

TEST_F(FinishingTest, ACompressedAnswerHasItsOwnTag) {
  serve("", {.gzip_bytes_min = 1024});
  const std::string target = "/orders/" + std::string(2000, 'a');
  const ResponseMessage answer = ask("GET", target, {{"Accept-Encoding", "gzip"}});
  EXPECT_THAT(answer.headers,
              AllOf(HasSubstr("ETag: \"7-gzip\"\r\n"), HasSubstr("content-encoding: gzip\r\n"),
                    HasSubstr("vary: accept-encoding\r\n")));
  EXPECT_LT(answer.body.size(), 100U);
  EXPECT_THAT(gunzip(answer.body, 5000).value_or(""), HasSubstr(std::string(2000, 'a')));
  // The tag is that of the version for the conditions of the next requests.
  const ResponseMessage same =
      ask("GET", target, {{"Accept-Encoding", "gzip"}, {"If-None-Match", "\"7-gzip\""}});
  EXPECT_EQ(same.status, 304U);
  EXPECT_THAT(same.headers,
              AllOf(HasSubstr("ETag: \"7-gzip\"\r\n"), HasSubstr("vary: accept-encoding\r\n"),
                    Not(HasSubstr("content-encoding"))));
  EXPECT_EQ(ask("PUT", "/orders/1", {{"If-Match", "\"7-gzip\""}}).status, 204U);
}

TEST_F(FinishingTest, ASmallAnswerIsNotCompressed) {
  serve("", {.gzip_bytes_min = 1024});
  EXPECT_EQ(ask("GET", "/orders/1", {{"Accept-Encoding", "gzip"}}).headers, "ETag: \"7\"\r\n");
}

TEST_F(FinishingTest, TheContractIsServedIfASettingSaysSo) {
  serve("", {.contract_page = true});
  EXPECT_EQ(ask("GET", "/openapi.json").content_type(), "application/json");
  EXPECT_THAT(ask("GET", "/docs").body, HasSubstr("<openapi-explorer"));
  EXPECT_EQ(ask("POST", "/docs").status, 405U);
  serve("");
  for (const char* path : {"/openapi.json", "/docs", "/docs/openapi-explorer.js"}) {
    EXPECT_EQ(ask("GET", path).status, 404U) << path;
  }
}

TEST_F(FinishingTest, ThePathsOfTheContractWin) {
  auto contract = contract::Contract::parse(R"(
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /docs:
    post: {operationId: put, responses: {'204': {description: d}, '412': {description: d}}}
)",
                                            "t");
  service_ = std::move(Api::make(std::move(contract.value()), {kHandlers[1]},
                                 {.contract_page = true}, publishing_, log_)
                           .value());
  EXPECT_EQ(ask("POST", "/docs").status, 204U);
  EXPECT_EQ(ask("GET", "/docs").status, 405U);
  EXPECT_EQ(ask("GET", "/openapi.json").status, 200U);
}

}  // namespace
}  // namespace penstock::http
