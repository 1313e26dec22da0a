#include "contract/examples/request_sample.h"

#include <gtest/gtest.h>

#include "contract/examples/mock_response.h"
#include "contract/openapi/contract_files.h"

namespace penstock::contract {
namespace {

constexpr const char* kHead = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n";

// Returns the request for the first operation, as "METHOD TARGET NAME:TEXT … BODY".
std::string request(const std::string& text) {
  const auto contract = Contract::parse(kHead + text, "t.yaml");
  if (!contract) return contract.error().message;
  SampleSource samples(Direction::request, 400'000'000);
  const Path& path = contract->paths().front();
  const auto made = request_sample(*contract, path.operations.front(), samples);
  if (!made) return made.error().message;
  std::string all = made->method + ' ' + made->target;
  for (const auto& [name, value] : made->headers) all += ' ' + name + ':' + value;
  return all + (made->body ? ' ' + *made->body : "");
}

// Returns a document with one operation, which has these parameters.
std::string with(const std::string& parameters, const std::string& path = "/a",
                 const std::string& more = "") {
  return more + "paths: {'" + path +
         "': {post: {operationId: a, responses: {'200': {description: d}}, " + parameters + "}}}";
}

TEST(RequestSample, HasTheRequiredParametersInTheirStyles) {
  EXPECT_EQ(
      request(with("parameters: [{name: id, in: path, required: true, schema: {type: string, "
                   "format: uuid}}, {name: q, in: query, required: true, schema: {type: array, "
                   "minItems: 2, items: {type: string, enum: ['a b']}}}, {name: o, in: query, "
                   "schema: {type: string}}, {name: X-H, in: header, required: true, schema: "
                   "{type: integer}, example: 7}, {name: c, in: cookie, required: true, schema: "
                   "{type: boolean}}]",
                   "/a/{id}", "servers: [{url: /v1}]\n")),
      "POST /v1/a/123e4567-e89b-42d3-a456-426614174000?q=a%20b&q=a%20b X-H:7 Cookie:c=true");
}

TEST(RequestSample, HasABody) {
  EXPECT_EQ(
      request(with("requestBody: {content: {text/plain: {}, application/json: {schema: {type: "
                   "object, required: [id, a], properties: {id: {type: integer, readOnly: "
                   "true}, a: {type: integer}}}}}}")),
      R"(POST /a Content-Type:application/json {"a":1})");
}

TEST(RequestSample, TakesAnotherValueWhereTheFirstIsNotReadAsItWasMeant) {
  // An empty text cannot stand in a path, and "all" belongs to the other path.
  EXPECT_EQ(request(with("parameters: [{name: id, in: path, required: true, schema: {type: string, "
                         "default: ''}}]",
                         "/{id}")),
            "POST /text1");
  EXPECT_EQ(request("paths: {'/a/{id}': {get: {operationId: a, parameters: [{name: id, in: path, "
                    "required: true, schema: {type: string}, example: all}], responses: {'200': "
                    "{description: d}}}}, /a/all: {get: {operationId: b, responses: {'200': "
                    "{description: d}}}}}"),
            "GET /a/text1");
  // An empty object cannot be written.
  EXPECT_EQ(request(with("parameters: [{name: o, in: query, required: true, schema: {type: object, "
                         "additionalProperties: {type: string}}}]")),
            "POST /a?key1=text1");
}

TEST(RequestSample, SaysNothingUntrueOfItsOwnBody) {
  EXPECT_EQ(request(with("parameters: [{name: content-length, in: header, required: true, schema: "
                         "{type: integer}, example: 99}], requestBody: {content: {text/plain: "
                         "{example: four}}}")),
            "POST /a content-length:4 Content-Type:text/plain; charset=utf-8 four");
  EXPECT_EQ(
      request(with("parameters: [{name: Content-Encoding, in: header, required: true, schema: "
                   "{type: string}}]")),
      "no valid request was found for 'a': the header parameter 'Content-Encoding' says how the "
      "request is sent, and must not be made up");
}

TEST(RequestSample, SaysWhyThereIsNone) {
  EXPECT_EQ(
      request(with("parameters: [{name: id, in: query, required: true, schema: {type: string, "
                   "enum: [1]}}]")),
      "no valid request was found for 'a': no value was found for the query parameter 'id'");
  EXPECT_EQ(
      request(with("requestBody: {required: true, content: {application/json: {schema: {type: "
                   "string, enum: [1]}}}}")),
      "no valid body was found for 'a'; give it an example");
}

// What the program `requests` prints, and what the mock answers, must exist for each operation.
TEST(RequestSample, IsFoundForEveryOperationOfTheTestContracts) {
  for (const char* file : {"shop.openapi.yaml", "museum.openapi.yaml", "kitchen_sink.openapi.yaml",
                           "kitchen_sink_3_0.openapi.json"}) {
    const auto contract = read_contract(std::string(PENSTOCK_TEST_CONTRACTS "/") + file);
    ASSERT_TRUE(contract) << contract.error().message;
    SampleSource requests(Direction::request, 400'000'000);
    SampleSource responses(Direction::response, 400'000'000);
    for (const Path& path : contract->paths()) {
      for (const Operation& operation : path.operations) {
        const auto made = request_sample(*contract, operation, requests);
        EXPECT_TRUE(made) << file << ' ' << made.error().message;
        EXPECT_TRUE(mock_response(operation, {}, responses)) << file << ' ' << operation.id;
      }
    }
  }
}

}  // namespace
}  // namespace penstock::contract
