#include "http/request_validator.h"

#include <gtest/gtest.h>

#include "json/writer.h"

namespace penstock::http {
namespace {

constexpr std::string_view kDocument = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /any:
    put:
      operationId: any
      requestBody: {required: true, content: {'*/*': {schema: {type: object, required: [a]}}}}
      responses: {'204': {description: d}}
  /moved:
    get: {operationId: moved, responses: {'303': {description: d}}}
  /dear:
    put:
      operationId: dear
      requestBody:
        required: true
        content: {text/plain: {schema: {type: string, pattern: 'a[ab]{20}a'}}}
      responses: {'204': {description: d}}
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
          application/json:
            schema:
              type: object
              required: [word]
              additionalProperties: false
              properties: {word: {type: string}, id: {type: integer, readOnly: true}}
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

  // Returns what is decided on the request's body: "drop", "keep N" or the status of a reply.
  std::string admit(const Sent& sent) {
    RequestMessage request;
    request.set_start_line(boost::beast::http::string_to_verb(sent.method), sent.method,
                           sent.target);
    for (const auto& [name, text] : sent.headers) {
      request.add_header(boost::beast::http::string_to_field(name), name, text);
    }
    const Admission admission = validator_->admit(request);
    if (std::holds_alternative<DropBody>(admission)) return "drop";
    if (const auto* reply = std::get_if<Reply>(&admission)) {
      return std::to_string(reply->response.status);
    }
    const uint64_t bytes_max = std::get_if<KeepBody>(&admission)->bytes_max;
    return bytes_max == UINT64_MAX ? "keep all" : "keep " + std::to_string(bytes_max);
  }

  // Returns the reply as "STATUS BODY", or "valid" and the JSON body.
  std::string ask(const Sent& sent) {
    RequestMessage request;
    request.set_start_line(boost::beast::http::string_to_verb(sent.method), sent.method,
                           sent.target);
    for (const auto& [name, text] : sent.headers) {
      request.add_header(boost::beast::http::string_to_field(name), name, text);
    }
    request.body = sent.body;
    const auto validated = validator_->validate(request);
    headers_.clear();
    problem_ = {};
    if (const auto* valid = std::get_if<ValidRequest>(&validated)) {
      return valid->body != nullptr ? "valid " + json::to_text(*valid->body) : "valid";
    }
    const ResponseMessage& response = std::get<Reply>(validated).response;
    problem_ = std::get<Reply>(validated).problem.value_or("");
    headers_ = response.headers;
    return std::to_string(response.status) + ' ' + response.body;
  }

  contract::Contract contract_ = contract::Contract::parse(kDocument, "t.yaml").value();
  std::optional<RequestValidator> validator_{std::in_place, contract_};
  std::string headers_;
  std::string problem_;
};

// Problem documents are compared to the letter, because clients read them.
TEST_F(RequestValidatorTest, AnswersWithProblemDocuments) {
  EXPECT_EQ(
      ask({"GET", "/words/0?q=abcd&x=1"}),
      R"(400 {"type":"about:blank","title":"Bad Request",)"
      R"("detail":"The request does not match the contract; 'errors' says where.","status":400,)"
      R"("errors":[{"in":"path","name":"id","keyword":"minimum","message":"must be at least 1"},)"
      R"({"in":"query","name":"x","keyword":"undeclared",)"
      R"("message":"is not a parameter of this operation"},)"
      R"({"in":"query","name":"q","keyword":"maxLength",)"
      R"("message":"must have at most 3 characters"}]})");
  EXPECT_EQ(ask({"GET", "/nothing"}),
            R"(404 {"type":"about:blank","title":"Not Found","detail":"Not Found","status":404})");
  EXPECT_EQ(
      ask({"DELETE", "/words/1"}),
      R"(405 {"type":"about:blank","title":"Method Not Allowed","detail":"Method Not Allowed",)"
      R"("status":405})");
  EXPECT_EQ(headers_, "allow: GET, HEAD, OPTIONS, POST, PUT\r\n");
  EXPECT_EQ(ask({"GET", "/words/1", {{"Accept", "image/png"}}}),
            R"(406 {"type":"about:blank","title":"Not Acceptable","detail":"This operation has no )"
            R"(response of a media type that the Accept header allows.","status":406})");
  EXPECT_EQ(ask({"PUT", "/words/1", {{"Content-Type", "text/html"}}, "x"}),
            R"(415 {"type":"about:blank","title":"Unsupported Media Type",)"
            R"("detail":"This operation does not accept the body's Content-Type.","status":415})");
  EXPECT_EQ(
      ask({"PUT", "/words/1", {{"Content-Type", "application/json"}}, R"({"id":1,"a/b":2})"}),
      R"(422 {"type":"about:blank","title":"Unprocessable Content",)"
      R"("detail":"The request does not match the contract; 'errors' says where.","status":422,)"
      R"("errors":[{"in":"body","pointer":"/id","keyword":"readOnly",)"
      R"("message":"is set by the server and must not be sent"},)"
      R"({"in":"body","pointer":"/a~1b","keyword":"additionalProperties",)"
      R"("message":"is not a property of this object"},)"
      R"({"in":"body","pointer":"/word","keyword":"required","message":"is missing"}]})");
  EXPECT_EQ(
      ask({"PUT", "/words/1", {{"Content-Type", "application/json"}}, "{\"word\":"}),
      R"(400 {"type":"about:blank","title":"Bad Request",)"
      R"("detail":"The request does not match the contract; 'errors' says where.","status":400,)"
      R"("errors":[{"in":"body","pointer":"","keyword":"content",)"
      R"("message":"is not JSON: it ends too early, at byte 8"}]})");
}

// Returns the answer to a request that takes more steps than these.
std::string too_many(const std::string& steps) {
  return R"(400 {"type":"about:blank","title":"Bad Request","detail":)"
         R"("Reading and validating this request takes more than the )" +
         steps +
         R"( steps that this API allows for one request of its size. The request may be valid. )"
         R"(Send it in smaller parts, or ask the operator of the API to raise this limit.",)"
         R"("status":400})";
}

TEST_F(RequestValidatorTest, SaysOnceThatARequestTakesTooManySteps) {
  const auto put = [&](size_t bytes) {
    return ask({"PUT", "/dear", {{"Content-Type", "text/plain"}}, std::string(bytes, 'a')});
  };
  EXPECT_EQ(put(40), "valid");
  EXPECT_EQ(put(500'000), too_many("6000000"));
  EXPECT_EQ(problem_, "the request takes more than 6000000 steps: see VALIDATION_STEPS_MAX");
  // Neither the parameters nor the body that come later are said to be wrong.
  validator_.emplace(contract_, 5);
  EXPECT_EQ(ask({"PUT", "/words/1", {{"Content-Type", "application/json"}}, R"({"word":"a"})"}),
            too_many("5"));
  EXPECT_EQ(ask({"GET", "/words/1?q=a&q=b&r=c"}), too_many("5"));
}

TEST_F(RequestValidatorTest, ASettingSaysHowManyValuesABodyMayHave) {
  std::string many = "[1";
  for (int i = 0; i < 300'000; ++i) many += ",1";
  const Sent sent{"POST", "/words/1", {{"Content-Type", "application/json"}}, many + "]"};
  EXPECT_EQ(ask(sent), too_many("6000000"));
  validator_.emplace(contract_, 10'000'000);
  EXPECT_EQ(ask(sent).substr(0, 5), "valid");
}

TEST_F(RequestValidatorTest, ValuesAreNeverEchoed) {
  const std::string answer = ask({"PUT",
                                  "/words/1?q=SECRET1",
                                  {{"Content-Type", "application/json"}},
                                  R"({"word":["SECRET2"]})"});
  EXPECT_EQ(answer.find("SECRET"), std::string::npos) << answer;
  EXPECT_EQ(problem_, "query q: undeclared, body /word: type");
}

TEST_F(RequestValidatorTest, BodiesAreReadByTheirMediaType) {
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
  // A text is measured in code points (4 here), and an image in bytes (6 here).
  EXPECT_EQ(put("text/plain", "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"), "valid");
  EXPECT_EQ(put("image/png", "\xc3\xbc\xc3\xbc\xc3\xbc"), "422");
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
  // A wrong body gives 400 and not 422 if a parameter is wrong, too.
  EXPECT_EQ(ask({"PUT", "/words/0", {{"Content-Type", "text/plain"}}, "abcde"}).substr(0, 3),
            "400");
}

TEST_F(RequestValidatorTest, ABodyIsOptionalOrUnexpected) {
  EXPECT_EQ(ask({"POST", "/words/1"}), "valid");
  EXPECT_EQ(ask({"POST", "/words/1", {{"Content-Type", "application/json"}}}), "valid");
  EXPECT_EQ(ask({"POST", "/words/1", {{"Content-Type", "application/json"}}, "[1]"}), "valid [1]");
  EXPECT_NE(ask({"GET", "/words/1", {{"Content-Type", "application/json"}}, "[1]"})
                .find("declares no body"),
            std::string::npos);
}

TEST_F(RequestValidatorTest, HostileJsonIsRefused) {
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

TEST_F(RequestValidatorTest, ABodyHasOneType) {
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
  EXPECT_EQ(ask({"PUT", "/any", {{"Content-Type", "image/png"}}}).substr(0, 3), "400");
}

TEST_F(RequestValidatorTest, LargeBodiesDoNotMakeTheNextOnesLarger) {
  std::string body = "[1";
  for (int i = 0; i < 2000; ++i) body += ",1";
  // With Boost's monotonic_resource::release() the memory would double with every body.
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(
        ask({"POST", "/words/1", {{"Content-Type", "application/json"}}, body + "]"}).substr(0, 5),
        "valid");
  }
}

TEST_F(RequestValidatorTest, AnswersOptionsAndMarksDeprecatedOperations) {
  EXPECT_EQ(ask({"OPTIONS", "*"}), "204 ");
  EXPECT_EQ(ask({"OPTIONS", "/words/1"}), "204 ");
  EXPECT_EQ(headers_, "allow: GET, HEAD, OPTIONS, POST, PUT\r\n");
  EXPECT_EQ(ask({"GET", "/words/1"}), "valid");
  EXPECT_EQ(ask({"GET", "/words/0"}).substr(0, 3), "400");
  EXPECT_EQ(headers_, "deprecation: true\r\n");
}

TEST_F(RequestValidatorTest, RefusesAnAcceptHeaderThatNoResponseMatches) {
  for (const std::string_view accept :
       {"", "*/*", "text/*", "text/plain;q=0.1", "image/png, */*;q=0.01", "garbage"}) {
    EXPECT_EQ(ask({"GET", "/words/1", {{"Accept", accept}}}), "valid") << accept;
  }
  for (const std::string_view accept :
       {"image/*", "text/html", "*/*;q=0", "application/problem+json"}) {
    EXPECT_EQ(ask({"GET", "/words/1", {{"Accept", accept}}}).substr(0, 3), "406") << accept;
  }
  // The operation's responses have no body.
  EXPECT_EQ(ask({"POST", "/words/1", {{"Accept", "image/png"}}}), "valid");
  EXPECT_EQ(ask({"GET", "/words/1", {{"Accept", "image/png"}, {"Accept", "text/plain"}}}), "valid");
  EXPECT_EQ(ask({"GET", "/moved", {{"Accept", "text/html"}}}), "valid");
}

TEST_F(RequestValidatorTest, DecidesOnABodyBeforeItArrives) {
  EXPECT_EQ(admit({"GET", "/words/1"}), "drop");
  EXPECT_EQ(admit({"GET", "/nothing"}), "404");
  EXPECT_EQ(admit({"GET", "/words/1/"}), "307");
  EXPECT_EQ(admit({"DELETE", "/words/1"}), "405");
  EXPECT_EQ(admit({"OPTIONS", "/words/1"}), "204");
  EXPECT_EQ(admit({"PUT", "/words/1"}), "415");
  EXPECT_EQ(admit({"PUT", "/words/1", {{"content-type", "text/html"}}}), "415");
  EXPECT_EQ(admit({"PUT", "/words/1", {{"content-type", "text/plain; charset=latin1"}}}), "415");
  EXPECT_EQ(admit({"PUT", "/words/1", {{"content-type", "text/plain"}}}), "keep 16");
  EXPECT_EQ(admit({"PUT", "/words/1", {{"content-type", "image/png"}}}), "keep 16");
  EXPECT_EQ(admit({"PUT", "/words/1", {{"content-type", "application/json"}}}), "keep all");
  EXPECT_EQ(admit({"PUT", "/dear", {{"content-type", "text/plain"}}}), "keep all");
}

TEST_F(RequestValidatorTest, ADroppedBodyIsAViolationWhereTheOperationIsStrict) {
  RequestMessage request;
  request.set_start_line(Verb::get, "GET", "/words/1");
  request.body_dropped = true;
  const auto result = validator_->validate(request);
  const auto* reply = std::get_if<Reply>(&result);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->response.status, 400u);
  EXPECT_NE(reply->response.body.find("must be empty: the operation declares no body"),
            std::string::npos);
}

TEST_F(RequestValidatorTest, ABodyThatIsTooLargeIsAnsweredWithItsRoute) {
  RequestMessage request;
  request.set_start_line(Verb::put, "PUT", "/words/1");
  const Reply reply = validator_->too_large(request);
  EXPECT_EQ(reply.response.status, 413u);
  EXPECT_EQ(reply.route, "/words/{id}");
}

TEST_F(RequestValidatorTest, TheHealthCheckIsAnsweredThoughTheContractDoesNotHaveIt) {
  EXPECT_TRUE(ask({"GET", "/healthcheck"}).starts_with("404 "));
  validator_.emplace(contract_, contract::Steps::kMax, "/healthcheck");
  EXPECT_EQ(ask({"GET", "/healthcheck"}), "200 ");
  EXPECT_EQ(ask({"GET", "/healthcheck?by=balancer"}), "200 ");
  EXPECT_EQ(ask({"HEAD", "/healthcheck"}), "200 ");
  EXPECT_EQ(ask({"OPTIONS", "/healthcheck"}), "204 ");
  EXPECT_EQ(headers_, "allow: GET, HEAD, OPTIONS\r\n");
  EXPECT_TRUE(ask({"POST", "/healthcheck"}).starts_with("405 "));
  EXPECT_EQ(headers_.substr(headers_.find("allow")), "allow: GET, HEAD, OPTIONS\r\n");
  EXPECT_TRUE(ask({"GET", "/healthchecks"}).starts_with("404 "));
}

TEST_F(RequestValidatorTest, AnOperationOfTheHealthChecksPathAnswersIt) {
  validator_.emplace(contract_, contract::Steps::kMax, "/moved");
  EXPECT_EQ(ask({"GET", "/moved"}), "valid");
  validator_.emplace(contract_, contract::Steps::kMax, "/any");
  EXPECT_EQ(ask({"GET", "/any"}), "200 ") << "no operation answers GET";
  EXPECT_TRUE(ask({"PUT", "/any"}).starts_with("400 ")) << "the operation answers PUT";
}

TEST_F(RequestValidatorTest, AParameterDoesNotTakeTheHealthCheck) {
  validator_.emplace(contract_, contract::Steps::kMax, "/words/health");
  EXPECT_EQ(ask({"GET", "/words/health"}), "200 ");
  EXPECT_EQ(ask({"GET", "/words/1"}), "valid");
}

TEST(RequestValidatorHealth, IsAtTheRootWhateverTheBasePathsAre) {
  const contract::Contract contract = contract::Contract::parse(R"(
openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: /v1}]
paths:
  /healthcheck: {get: {operationId: health, responses: {'204': {description: d}}}}
)",
                                                                "t.yaml")
                                          .value();
  const auto is_operation = [&](std::string_view health_path, std::string_view target) {
    RequestValidator validator(contract, contract::Steps::kMax, health_path);
    RequestMessage request;
    request.set_start_line(Verb::get, "GET", target);
    const auto result = validator.validate(request);
    if (const auto* reply = std::get_if<Reply>(&result)) {
      EXPECT_EQ(reply->response.status, 200u) << target;
      EXPECT_EQ(reply->route, health_path);
      return false;
    }
    return true;
  };
  EXPECT_FALSE(is_operation("/healthcheck", "/healthcheck"));
  EXPECT_TRUE(is_operation("/healthcheck", "/v1/healthcheck"));
  EXPECT_TRUE(is_operation("/v1/healthcheck", "/v1/healthcheck"));
}

}  // namespace
}  // namespace penstock::http
