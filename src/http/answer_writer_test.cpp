#include "http/answer_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace penstock::http {
namespace {

constexpr std::string_view kDocument = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      deprecated: true
      responses:
        '200':
          description: d
          headers:
            X-Count: {schema: {type: integer, minimum: 1}}
            Date: {required: true, schema: {type: string}}
          content:
            application/json: {schema: {type: object, properties: {n: {type: number},
                               list: {type: array, items: {type: integer}}}}}
            text/plain: {schema: {type: string, maxLength: 3}}
            image/*: {schema: {type: string, maxLength: 3}}
        '201': {description: d, headers: {Location: {required: true, schema: {type: string}}}}
        '400': {description: d, content: {application/json: {}, application/problem+json: {}}}
        default: {description: d, content: {application/json: {}}}
)";

class AnswerWriterTest : public testing::Test {
 protected:
  // Returns the response as "STATUS TYPE BODY", or the violations as "in where:keyword …".
  std::string write(const Answer& answer, std::string_view accept = {}) {
    RequestMessage request;
    request.set_start_line(Verb::get, "GET", "/a");
    if (!accept.empty()) request.add_header(Field::accept, "Accept", accept);
    const auto response = write_answer(contract_.paths()[0].operations[0], answer, request);
    if (response) {
      headers_ = response->headers;
      return std::to_string(response->status) + ' ' + std::string(response->content_type()) + ' ' +
             response->body;
    }
    std::string text;
    for (const contract::Violation& violation : response.error()) {
      text += text.empty() ? "" : " ";
      text +=
          std::string(violation.in) + ' ' + violation.where + ':' + std::string(violation.keyword);
    }
    return text;
  }

  contract::Contract contract_ = contract::Contract::parse(kDocument, "t.yaml").value();
  std::string headers_;
};

TEST_F(AnswerWriterTest, AnAnswerMayTakeMoreStepsThanARequest) {
  const boost::json::array many(contract::Steps::kMax / 4, 1);
  EXPECT_EQ(write(json({{"list", many}})).substr(0, 20), "200 application/json");
}

TEST_F(AnswerWriterTest, TheKindOfAnswerChoosesTheMediaType) {
  EXPECT_EQ(write(json({{"n", 1}})), R"(200 application/json {"n":1})");
  EXPECT_EQ(write(text("abc")), "200 text/plain; charset=utf-8 abc");
  EXPECT_EQ(write(bytes("abc").as("image/png")), "200 image/png abc");
  EXPECT_EQ(write(json(object{}, 400)), "400 application/problem+json {}");
  EXPECT_EQ(write(json(object{}, 400), "application/json"), "400 application/json {}");
  EXPECT_EQ(write(json(object{}, 400).as("application/json")), "400 application/json {}");
  EXPECT_EQ(write(text(R"({"n":1})").as("application/json")), R"(200 application/json {"n":1})");
}

TEST_F(AnswerWriterTest, ReportsEveryViolationOfAnAnswer) {
  EXPECT_EQ(write(json({{"n", "x"}})), "body /n:type");
  EXPECT_EQ(write(text("abcd")), "body :maxLength");
  EXPECT_EQ(write(text("\xff")), "body :encoding");
  EXPECT_EQ(write(bytes("abc")), "body :content");  // The handler names no image type.
  EXPECT_EQ(write(bytes("abcd").as("image/png")), "body :maxLength");
  EXPECT_EQ(write(text("x").as("text/html")), "body :content");
  EXPECT_EQ(write(bytes("x").as("image/png\r\nset-cookie: a=b")), "body :content");
  EXPECT_EQ(write(bytes("x").as("image/*")), "body :content");
  EXPECT_EQ(write(json("a,b").as("text/plain")), "body :content");
  EXPECT_EQ(write(empty()), "body :content");
  EXPECT_EQ(write(text("no json").as("application/json")), "body :content");
  EXPECT_EQ(write(json({{"n", std::numeric_limits<double>::infinity()}})), "body :encoding");
  EXPECT_EQ(write(json({{"s", "\xff"}})), "body :encoding");
  EXPECT_EQ(write(json(object{}, 204)), "body :content");  // `default` does not matter.
  EXPECT_EQ(write(empty(204)), "204  ");
}

TEST_F(AnswerWriterTest, ChecksHeadersAgainstTheContractAndHttp) {
  const auto with = [this](std::string_view name, std::string_view text) {
    return write(json(object{}).header(name, text));
  };
  EXPECT_EQ(with("x-count", "5"), "200 application/json {}");
  EXPECT_EQ(with("X-Count", "0"), "header X-Count:minimum");
  EXPECT_EQ(with("X-Count", "five"), "header X-Count:type");
  EXPECT_EQ(write(json(object{}).header("X-Count", "1").header("X-Count", "x")),
            "header X-Count:type header X-Count:repeated");
  EXPECT_EQ(with("X-Other", "a\r\nSet-Cookie: b"), "header X-Other:content");
  EXPECT_EQ(with("X Other", "a"), "header X Other:content");
  EXPECT_EQ(with("", "a"), "header :content");
  EXPECT_EQ(with("Content-Length", "7"), "header Content-Length:content");
  EXPECT_EQ(write(empty(201)), "header Location:required");
  EXPECT_EQ(write(empty(201).header("Location", "/a/1")), "201  ");
  EXPECT_EQ(headers_, "deprecation: true\r\nLocation: /a/1\r\n");
}

}  // namespace
}  // namespace penstock::http
