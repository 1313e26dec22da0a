#include "http/request_validator.h"

#include <gtest/gtest.h>

#include "json/writer.h"

namespace penstock::http {
namespace {

constexpr std::string_view kDocument = R"(
openapi: 3.1.0
paths:
  /any:
    put:
      operationId: any
      requestBody: {required: true, content: {'*/*': {schema: {type: object, required: [a]}}}}
      responses: {'204': {description: d}}
  /moved:
    get: {operationId: moved, responses: {'303': {description: d}}}
  /words/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    get:
      operationId: get
      deprecated: true
      parameters:
        - {name: q, in: query, schema: {type: string, maxLength: 3}}
      responses:
        '200': {description: d, content: {application/json: {}, text/plain: {}}}
        default: {description: d, content: {application/problem+json: {}}}
    put:
      operationId: put
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, required: [word], additionalProperties: false, properties: {word: {type: string}, id: {type: integer, readOnly: true}}}}
          text/plain: {schema: {type: string, maxLength: 4}}
          image/png: {schema: {type: string, maxLength: 4}}
      responses:
        '204': {description: d}
        '422': {description: d}
    post:
      operationId: post
      requestBody: {content: {application/*: {schema: {type: array, items: {type: integer}}}}}
      responses: {'204': {description: d}}
)";

class RequestValidatorTest : public testing::Test {
 protected:
  struct Sent {
    std::string_view method;
    std::string_view target;
    std::vector<std::pair<std::string_view, std::string_view>> headers = {};
    std::string body = {};
  };

  // The answer as "STATUS BODY", or "valid".
  std::string ask(const Sent& sent) {
    RequestMessage request;
    request.set_start_line(boost::beast::http::string_to_verb(sent.method), sent.method,
                           sent.target);
    for (const auto& [name, text] : sent.headers) {
      request.add_header(boost::beast::http::string_to_field(name), name, text);
    }
    request.body = sent.body;
    const auto validated = validator_.validate(request);
    headers_.clear();
    if (const auto* valid = std::get_if<ValidRequest>(&validated)) {
      return valid->body != nullptr ? "valid " + json::to_text(*valid->body) : "valid";
    }
    const ResponseMessage& response = std::get<Reply>(validated).response;
    headers_ = response.headers;
    return std::to_string(response.status) + ' ' + response.body;
  }

  contract::Contract contract_ = contract::Contract::parse(kDocument, "t.yaml").value();
  RequestValidator validator_{contract_};
  std::string headers_;
};

// The documents of errors, to the letter: clients read them.
TEST_F(RequestValidatorTest, golden_problems) {
  EXPECT_EQ(
      ask({"GET", "/words/0?q=abcd&x=1"}),
      R"(400 {"type":"about:blank","title":"Bad Request","detail":"The request does not match the contract; 'errors' says where.","status":400,)"
      R"("errors":[{"in":"path","name":"id","keyword":"minimum","message":"must be at least 1"},)"
      R"({"in":"query","name":"x","keyword":"undeclared","message":"is not a parameter of this operation"},)"
      R"({"in":"query","name":"q","keyword":"maxLength","message":"must have at most 3 characters"}]})");
  EXPECT_EQ(ask({"GET", "/nothing"}),
            R"(404 {"type":"about:blank","title":"Not Found","detail":"Not Found","status":404})");
  EXPECT_EQ(
      ask({"DELETE", "/words/1"}),
      R"(405 {"type":"about:blank","title":"Method Not Allowed","detail":"Method Not Allowed","status":405})");
  EXPECT_EQ(headers_, "allow: GET, HEAD, OPTIONS, POST, PUT\r\n");
  EXPECT_EQ(
      ask({"GET", "/words/1", {{"Accept", "image/png"}}}),
      R"(406 {"type":"about:blank","title":"Not Acceptable","detail":"None of the media types that Accept names is one of this operation.","status":406})");
  EXPECT_EQ(
      ask({"PUT", "/words/1", {{"Content-Type", "text/html"}}, "x"}),
      R"(415 {"type":"about:blank","title":"Unsupported Media Type","detail":"The body's Content-Type is none that this operation takes.","status":415})");
  EXPECT_EQ(
      ask({"PUT", "/words/1", {{"Content-Type", "application/json"}}, R"({"id":1,"a/b":2})"}),
      R"(422 {"type":"about:blank","title":"Unprocessable Content","detail":"The request does not match the contract; 'errors' says where.","status":422,)"
      R"("errors":[{"in":"body","pointer":"/id","keyword":"readOnly","message":"is set by the server and must not be sent"},)"
      R"({"in":"body","pointer":"/a~1b","keyword":"additionalProperties","message":"is not a property of this object"},)"
      R"({"in":"body","pointer":"/word","keyword":"required","message":"is missing"}]})");
  EXPECT_EQ(
      ask({"PUT", "/words/1", {{"Content-Type", "application/json"}}, "{\"word\":"}),
      R"(400 {"type":"about:blank","title":"Bad Request","detail":"The request does not match the contract; 'errors' says where.","status":400,)"
      R"("errors":[{"in":"body","pointer":"","keyword":"content","message":"is not JSON: it ends too early, at byte 8"}]})");
}

TEST_F(RequestValidatorTest, values_are_never_echoed) {
  const std::string answer = ask({"PUT",
                                  "/words/1?q=SECRET1",
                                  {{"Content-Type", "application/json"}},
                                  R"({"word":["SECRET2"]})"});
  EXPECT_EQ(answer.find("SECRET"), std::string::npos) << answer;
}

TEST_F(RequestValidatorTest, bodies_are_read_by_their_media_type) {
  const auto put = [&](std::string_view type, const std::string& body) {
    const std::string answer = ask({"PUT", "/words/1", {{"Content-Type", type}}, body});
    return answer.starts_with("valid") ? answer : answer.substr(0, 3);
  };
  EXPECT_EQ(put("application/json", R"({"word":"a"})"), R"(valid {"word":"a"})");
  EXPECT_EQ(put("Application/JSON; Charset=UTF-8", R"({"word":"a"})"), R"(valid {"word":"a"})");
  EXPECT_EQ(put("application/json; charset=latin1", R"({"word":"a"})"), "415");
  EXPECT_EQ(put("application/problem+json", "{}"), "415");
  EXPECT_EQ(put("text/plain", "abcd"), "valid");
  EXPECT_EQ(put("text/plain", "abcde"), "422");
  EXPECT_EQ(put("text/plain", "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"), "valid");  // Four code points,
  EXPECT_EQ(put("image/png", "\xc3\xbc\xc3\xbc\xc3\xbc"), "422");             // but six bytes.
  EXPECT_EQ(put("text/plain", "\xff"), "400");
  EXPECT_EQ(put("image/png", std::string("\xff\0\1", 3)), "valid");
  EXPECT_EQ(put("", "abc"), "415");
  EXPECT_EQ(put("nonsense", "abc"), "415");
  EXPECT_EQ(put("text/plain", ""), "valid");  // An empty text is a text.
  EXPECT_EQ(put("application/json", ""), "400");
  EXPECT_EQ(put("", ""), "400");
  EXPECT_EQ(
      ask({"PUT", "/words/1", {{"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"}}, "x"})
          .substr(0, 3),
      "415");
  EXPECT_EQ(headers_, "accept-encoding: identity\r\n");
  EXPECT_EQ(ask({"PUT", "/words/0", {{"Content-Type", "text/plain"}}, "abcde"}).substr(0, 3),
            "400");  // Not the body alone.
}

TEST_F(RequestValidatorTest, a_body_is_optional_or_unexpected) {
  EXPECT_EQ(ask({"POST", "/words/1"}), "valid");
  EXPECT_EQ(ask({"POST", "/words/1", {{"Content-Type", "application/json"}}}), "valid");
  EXPECT_EQ(ask({"POST", "/words/1", {{"Content-Type", "application/json"}}, "[1]"}), "valid [1]");
  EXPECT_NE(ask({"GET", "/words/1", {{"Content-Type", "application/json"}}, "[1]"})
                .find("declares no body"),
            std::string::npos);
}

TEST_F(RequestValidatorTest, hostile_json_is_refused) {
  const std::string bodies[] = {R"({"word":"a","word":"b"})",
                                R"({"word":1e400})",
                                R"({"word":1e99999999999})",
                                std::string(10'000, '['),
                                "{\"word\":\"\xff\"}",
                                "{\"word\":\"\xc0\xaf\"}",
                                std::string("{\"word\":\"\0\"}", 12),
                                R"({"word":"\ud800"})",
                                "nul",
                                "{}x"};
  for (const std::string& body : bodies) {
    EXPECT_EQ(ask({"PUT", "/words/1", {{"Content-Type", "application/json"}}, body}).substr(0, 4),
              "400 ")
        << body;
  }
}

TEST_F(RequestValidatorTest, a_body_has_one_type) {
  EXPECT_EQ(ask({"PUT", "/words/1", {{"Content-Type", "*/*"}}, "{}"}).substr(0, 3), "415");
  EXPECT_EQ(ask({"PUT", "/words/1", {{"Content-Type", "application/*"}}, "{}"}).substr(0, 3),
            "415");
  EXPECT_EQ(ask({"PUT",
                 "/words/1",
                 {{"Content-Type", "text/plain"}, {"Content-Type", "application/json"}},
                 "x"})
                .substr(0, 3),
            "415");
  EXPECT_EQ(
      ask({"POST", "/words/1", {{"Content-Type", "application/octet-stream"}}, "[1]"}).substr(0, 3),
      "415");
  EXPECT_EQ(ask({"PUT", "/any", {{"Content-Type", "image/png"}}}).substr(0, 3),
            "400");  // Nothing is no object.
}

TEST_F(RequestValidatorTest, large_bodies_do_not_make_the_next_ones_larger) {
  std::string body = "[1";
  for (int i = 0; i < 2000; ++i) body += ",1";
  // Boost's release() would have asked for 2^100 bytes by the end.
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(
        ask({"POST", "/words/1", {{"Content-Type", "application/json"}}, body + "]"}).substr(0, 5),
        "valid");
  }
}

TEST_F(RequestValidatorTest, options_and_deprecation) {
  EXPECT_EQ(ask({"OPTIONS", "*"}), "204 ");
  EXPECT_EQ(ask({"OPTIONS", "/words/1"}), "204 ");
  EXPECT_EQ(headers_, "allow: GET, HEAD, OPTIONS, POST, PUT\r\n");
  EXPECT_EQ(ask({"GET", "/words/1"}), "valid");
  EXPECT_EQ(ask({"GET", "/words/0"}).substr(0, 3), "400");
  EXPECT_EQ(headers_,
            "deprecation: true\r\n");  // As the answers have it that answer_writer writes.
}

TEST_F(RequestValidatorTest, accept) {
  for (const std::string_view accept :
       {"", "*/*", "text/*", "text/plain;q=0.1", "image/png, */*;q=0.01", "garbage"}) {
    EXPECT_EQ(ask({"GET", "/words/1", {{"Accept", accept}}}), "valid") << accept;
  }
  for (const std::string_view accept :
       {"image/*", "text/html", "*/*;q=0", "application/problem+json"}) {
    EXPECT_EQ(ask({"GET", "/words/1", {{"Accept", accept}}}).substr(0, 3), "406") << accept;
  }
  EXPECT_EQ(ask({"POST", "/words/1", {{"Accept", "image/png"}}}),
            "valid");  // There is nothing to choose.
  EXPECT_EQ(ask({"GET", "/words/1", {{"Accept", "image/png"}, {"Accept", "text/plain"}}}), "valid");
  EXPECT_EQ(ask({"GET", "/moved", {{"Accept", "text/html"}}}), "valid");
}

}  // namespace
}  // namespace penstock::http
