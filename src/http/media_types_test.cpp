// Tests what media types mean for requests, for answers and for the mock: which entry of the
// contract a type matches, and what is not served yet.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "http/answer_writer.h"
#include "http/mock.h"
#include "http/request_validator.h"

namespace penstock::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kDocument = R"(
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /json:
    put:
      operationId: json
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object}}
          text/json: {schema: {type: array, items: {}}}
          application/*+json: {schema: {type: integer}}
          application/x-www-form-urlencoded: {schema: {type: object}}
      responses: {'204': {description: d}}
  /versions:
    put:
      operationId: versions
      requestBody:
        content:
          application/json; v=1: {schema: {type: integer}}
          application/json; v=2: {schema: {type: array, items: {}}}
      responses:
        '200':
          description: d
          content:
            application/json; v=1: {schema: {type: integer}, example: 1}
            application/json; v=2: {schema: {type: array, items: {}}, example: [2]}
  /texts:
    put:
      operationId: texts
      requestBody:
        content:
          text/plain: {schema: {type: integer, maximum: 9}}
          text/csv: {schema: {type: array, items: {}}}
          application/pdf: {schema: {type: object}}
          application/jwt: {schema: {type: string, pattern: '^[a-z.]+$'}}
      responses:
        '200':
          description: d
          content:
            text/plain: {schema: {type: integer, maximum: 9}}
            text/csv: {schema: {type: object}}
            application/pdf: {schema: {type: object}}
            application/jwt: {schema: {type: string, pattern: '^[a-z.]+$'}}
  /any:
    put:
      operationId: any
      requestBody: {content: {'*/*': {schema: {type: object}}}}
      responses: {'200': {description: d, content: {application/*+json: {example: {a: 1}}}}}
  /bytes:
    put:
      operationId: bytes
      requestBody: {content: {'*/*': {}}}
      responses: {'204': {description: d}}
  /form:
    put:
      operationId: form
      requestBody: {content: {multipart/form-data: {schema: {type: object}}}}
      responses: {'204': {description: d}}
  /xml:
    put:
      operationId: xml
      deprecated: true
      responses: {'200': {description: d, content: {application/xml: {}}}}
  /both:
    put:
      operationId: both
      responses:
        '200':
          description: d
          content:
            application/xml: {schema: {type: object}}
            text/plain: {schema: {type: object}}
            application/json: {schema: {type: object}, example: {a: 1}}
        '404': {description: d, content: {application/xml: {}}}
  /xml_or_nothing:
    put:
      operationId: xml_or_nothing
      responses:
        '200': {description: d, content: {application/xml: {}}}
        '204': {description: d}
)";

class MediaTypesTest : public testing::Test {
 protected:
  using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

  static void set(RequestMessage& request, std::string_view target, const Headers& headers,
                  std::string_view body) {
    request.set_start_line(Verb::put, "PUT", target);
    for (const auto& [name, text] : headers) {
      request.add_header(boost::beast::http::string_to_field(name), name, text);
    }
    request.body = body;
  }
  // Returns "valid", or the status and the body of the reply.
  std::string put(std::string_view target, std::string_view type, std::string_view body,
                  std::string_view accept = "*/*") {
    RequestMessage request;
    set(request, target, {{"Content-Type", type}, {"Accept", accept}}, body);
    // What is answered at the end of the header is what is answered to the whole request.
    const Admission admission = validator_.admit(request);
    const auto validated = validator_.validate(request);
    const auto* early = std::get_if<Reply>(&admission);
    if (std::holds_alternative<ValidRequest>(validated)) return early == nullptr ? "valid" : "late";
    const ResponseMessage& response = std::get<Reply>(validated).response;
    if (early != nullptr) {
      EXPECT_EQ(early->response.body, response.body);
    }
    return std::to_string(response.status) + ' ' + response.body;
  }
  std::string status(std::string_view target, std::string_view type, std::string_view body) {
    const std::string reply = put(target, type, body);
    return reply.substr(0, reply.find(' '));
  }
  // Returns "TYPE BODY" of the answer, or the keyword of the violation.
  std::string write(size_t path, const Answer& answer, std::string_view accept = "*/*") {
    RequestMessage request;
    set(request, "/", {{"Accept", accept}}, "");
    const auto response = write_answer(contract_.paths()[path].operations[0], answer, request);
    if (!response) return std::string(response.error()[0].keyword);
    return std::string(response->content_type()) + ' ' + response->body;
  }
  // Returns "STATUS TYPE BODY" of the mock's answer.
  std::string mocked(std::string_view target, const Headers& headers = {}) {
    RequestMessage request;
    set(request, target, headers, "");
    ResponseMessage response;
    boost::asio::co_spawn(io_.get_executor(), mock_.handle(request),
                          [&](std::exception_ptr failure, Reply reply) {
                            if (failure) std::rethrow_exception(failure);
                            response = std::move(reply.response);
                          });
    io_.restart();
    io_.run();
    return std::to_string(response.status) + ' ' + std::string(response.content_type()) + ' ' +
           response.body;
  }

  contract::Contract contract_ = contract::Contract::parse(kDocument, "t.yaml").value();
  RequestValidator validator_{contract_};
  boost::asio::io_context io_;
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  Mock mock_{contract::Contract::parse(kDocument, "t.yaml").value(), log_};
};

TEST_F(MediaTypesTest, JsonHasSeveralNames) {
  EXPECT_EQ(status("/json", "application/json", "{}"), "valid");
  EXPECT_EQ(status("/json", "text/json", "[]"), "valid");
  EXPECT_EQ(status("/json", "text/json", "{}"), "400");
  EXPECT_EQ(status("/json", "application/hal+json", "1"), "valid");
  EXPECT_EQ(status("/json", "application/hal+json", "{}"), "400");
  EXPECT_EQ(status("/json", "application/hal", "1"), "415");
}

TEST_F(MediaTypesTest, ParametersChooseTheEntry) {
  EXPECT_EQ(status("/versions", "application/json; v=1", "1"), "valid");
  EXPECT_EQ(status("/versions", "application/json;V=\"2\"; charset=utf-8", "[]"), "valid");
  EXPECT_EQ(status("/versions", "application/json; v=2", "1"), "400");
  EXPECT_EQ(status("/versions", "application/json; v=3", "1"), "415");
  EXPECT_EQ(status("/versions", "application/json", "1"), "415");
  EXPECT_EQ(write(1, json(boost::json::array{}), "application/json; v=2"),
            "application/json; v=2 []");
  EXPECT_EQ(write(1, json(1)), "application/json; v=1 1");
  EXPECT_EQ(write(1, json(boost::json::array{}).as("application/json;v=2")),
            "application/json; v=2 []");
  EXPECT_EQ(write(1, json(1).as("application/json; v=3")), "content");
  EXPECT_THAT(put("/versions", "application/json; v=1", "1", "application/json; v=3"),
              StartsWith("406 "));
  EXPECT_EQ(mocked("/versions", {{"Accept", "application/json; v=2"}}),
            "200 application/json; v=2 [2]");
}

TEST_F(MediaTypesTest, ATextIsWhatItsSchemaAllows) {
  EXPECT_EQ(status("/texts", "text/plain", "9"), "valid");
  EXPECT_EQ(status("/texts", "text/plain", "10"), "400");
  EXPECT_EQ(status("/texts", "text/plain", "nine"), "400");
  EXPECT_EQ(status("/texts", "application/jwt", "a.b"), "valid");
  EXPECT_EQ(status("/texts", "application/jwt", "A"), "400");
  EXPECT_EQ(write(2, text("9")), "text/plain; charset=utf-8 9");
  EXPECT_EQ(write(2, text("10")), "maximum");
  EXPECT_EQ(write(2, bytes("A").as("application/jwt")), "pattern");
}

// A remark says so when the document is read.
TEST_F(MediaTypesTest, WhatTheSchemaDoesNotDescribeIsNotHeldAgainstIt) {
  EXPECT_EQ(status("/texts", "text/csv", "a,b"), "valid");
  EXPECT_EQ(status("/texts", "text/csv", "\xff"), "400");
  EXPECT_EQ(status("/texts", "application/pdf", "\xff"), "valid");
  EXPECT_EQ(write(2, bytes("\xff").as("application/pdf")), "application/pdf \xff");
  EXPECT_EQ(write(2, text("\xff").as("text/csv")), "encoding");
  // The schema of a range may be meant for JSON.
  EXPECT_EQ(status("/any", "application/json", "{}"), "valid");
  EXPECT_EQ(status("/any", "application/pdf", "x"), "415");
}

TEST_F(MediaTypesTest, AFormBesideJsonIs501) {
  const std::string reply = put("/json", "application/x-www-form-urlencoded", "a=b");
  EXPECT_EQ(
      reply,
      R"(501 {"type":"about:blank","title":"Not Implemented","detail":"The contract declares )"
      R"(bodies of this Content-Type, but they are not served yet.","status":501})");
  EXPECT_EQ(status("/any", "Application/XML", "<a/>"), "501");
  EXPECT_EQ(status("/bytes", "application/xml", "<a/>"),
            "valid");  // Bytes are all it is said to be.
}

TEST_F(MediaTypesTest, AnOperationThatIsNotServedIs501) {
  EXPECT_THAT(put("/form", "multipart/form-data", "x"),
              HasSubstr("This operation is not served yet. Its body can only be "
                        "multipart/form-data, which is not served yet."));
  EXPECT_EQ(status("/form?x=%", "text/plain", "x"), "501");
  EXPECT_EQ(status("/xml", "", ""), "501");
  EXPECT_THAT(mocked("/form"), StartsWith("501 application/problem+json "));
}

TEST_F(MediaTypesTest, AnAnswerOfXmlOrJsonIsJson) {
  EXPECT_EQ(write(7, json(boost::json::object{})), "application/json {}");
  EXPECT_EQ(write(7, json(boost::json::object{}), "application/xml, */*;q=0.1"),
            "application/json {}");
  EXPECT_EQ(write(7, bytes("<a/>").as("application/xml")), "content");
  EXPECT_EQ(put("/both", "", "", "application/xml, */*;q=0.1"), "valid");
  EXPECT_THAT(put("/both", "", "", "application/xml"), StartsWith("501 "));
  EXPECT_THAT(put("/both", "", "", "image/png"), StartsWith("406 "));
  EXPECT_EQ(mocked("/both"), R"(200 application/json {"a":1})");
  EXPECT_THAT(mocked("/both", {{"Prefer", "code=404"}}),
              HasSubstr("only as application/xml, which is not served yet."));
}

TEST_F(MediaTypesTest, TheMockChoosesASuccessThatIsServed) {
  EXPECT_EQ(mocked("/xml_or_nothing"), "204  ");
  EXPECT_THAT(mocked("/xml_or_nothing", {{"Prefer", "code=200"}}), StartsWith("501 "));
}

TEST_F(MediaTypesTest, TheMockNamesATypeOfARangeOfJson) {
  EXPECT_EQ(mocked("/any"), R"(200 application/x.mock+json {"a":1})");
}

}  // namespace
}  // namespace penstock::http
