// RequestValidator promises that steady traffic allocates no memory for parameters. These tests
// count the allocations.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "fixture/contract.h"
#include "http/request_validator.h"
#include "support/counted_new.h"
#include "support/fixture.h"

namespace penstock::http {
namespace {

constexpr std::string_view kContract = R"(
openapi: 3.0.3
info: {title: t, version: 1.0.0}
paths:
  /shelves/{shelf}/books/{book}:
    get:
      operationId: get
      parameters:
        - {name: shelf, in: path, required: true,
            schema: {type: string, pattern: '^[A-Za-z ]+$', maxLength: 60}}
        - {name: book, in: path, required: true, schema: {type: integer, minimum: 1}}
        - {name: limit, in: query, schema: {type: integer, default: 20}}
        - {name: fresh, in: query, schema: {type: boolean}}
        - {name: sort, in: query,
            schema: {type: string, default: a text that does not fit into the object itself}}
        - {name: tag, in: query, schema: {type: array, items: {type: string, enum: [tea, coffee]}}}
        - {name: id, in: query, explode: false,
            schema: {type: array, uniqueItems: true, items: {type: integer}}}
        - {name: price, in: query, style: deepObject,
           schema: {type: object, properties: {min: {type: number}, max: {type: number}}}}
        - {name: X-Request-Id, in: header, schema: {type: string, format: uuid}}
        - {name: theme, in: cookie, schema: {type: string, enum: [dark, light]}}
      responses: {'204': {description: d}}
  /books:
    post:
      operationId: post
      requestBody: {required: true, content: {application/json: {schema: {
        type: array, items: {type: object, additionalProperties: false, required: [title],
          properties: {
          title: {type: string, maxLength: 80}, year: {type: integer}, isbn: {type: string,
            pattern: '^[0-9-]+$'}}}}}}}
      responses: {'204': {description: d}}
)";

// Returns how often the last of ten equal requests allocates memory. All must be valid.
size_t allocations_of(RequestValidator& validator, const RequestMessage& request) {
  size_t last = 0;
  for (int i = 0; i < 10; ++i) {
    const size_t before = test::allocations();
    const auto validated = validator.validate(request);
    last = test::allocations() - before;
    EXPECT_TRUE(std::holds_alternative<ValidRequest>(validated))
        << std::get<Reply>(validated).response.body;
  }
  return last;
}

RequestMessage get(std::string_view target) {
  RequestMessage request;
  request.set_start_line(Verb::get, "GET", target);
  request.add_header(Field::host, "Host", "127.0.0.1:8000");
  request.add_header(Field::accept, "Accept", "text/html;q=0.5, application/json, */*;q=0.1");
  return request;
}

RequestMessage post(size_t books) {
  RequestMessage request;
  request.set_start_line(Verb::post, "POST", "/books");
  request.add_header(Field::content_type, "Content-Type", "application/json; charset=utf-8");
  for (size_t i = 0; i < books; ++i) {
    request.body += i == 0 ? "[" : ",";
    request.body += R"({"title":"A title of some length, as books have one","year":1969,)"
                    R"("isbn":"978-3-16-148410-0"})";
  }
  request.body += "]";
  return request;
}

TEST(ContractAllocations, AStampTakesNone) {
  const auto contract = contract::parse_contract(fixture::kContract);
  RequestValidator validator(contract.value());
  ASSERT_GT(test::allocations(), 0u) << "counted_new.cpp is not linked into this test";
  EXPECT_EQ(allocations_of(validator, get(test::kStampPath + "Paul")), 0u);
  EXPECT_EQ(
      allocations_of(validator, get("/stamp?n%61me=" + std::string(test::kStampNameMax, 'P'))), 0u);
}

TEST(ContractAllocations, ParametersOfEveryKindTakeNone) {
  const auto contract = contract::Contract::parse(kContract, "test.yaml");
  RequestValidator validator(contract.value());
  const std::string path = "/shelves/Corner/books/17";
  for (const std::string_view query :
       {"", "?limit=5", "?fresh=true", "?sort=title", "?tag=tea&tag=coffee", "?id=17,18,19",
        "?price[min]=1&price[max]=9.5"}) {
    EXPECT_EQ(allocations_of(validator, get(path + std::string(query))), 0u) << query;
  }
  RequestMessage request = get(path);
  request.add_header(Field::unknown, "X-Request-Id", "123e4567-e89b-42d3-a456-426614174000");
  EXPECT_EQ(allocations_of(validator, request), 0u) << "header";
  request.add_header(Field::cookie, "Cookie",
                     "session=123e4567-e89b-42d3-a456-426614174000; theme=dark");
  EXPECT_EQ(allocations_of(validator, request), 0u) << "cookie";
}

TEST(ContractAllocations, AnEncodedSegmentTakesNone) {
  const auto contract = contract::Contract::parse(kContract, "test.yaml");
  RequestValidator validator(contract.value());
  EXPECT_EQ(allocations_of(validator, get("/shelves/The%20shelf%20in%20the%20corner/books/17")),
            0u);
}

TEST(ContractAllocations, ALargeBodyTakesAFew) {
  const auto contract = contract::Contract::parse(kContract, "test.yaml");
  RequestValidator validator(contract.value());
  EXPECT_EQ(allocations_of(validator, post(10)), 0u) << "1 KB";
  EXPECT_LE(allocations_of(validator, post(1000)), 8u) << "100 KB";
}

}  // namespace
}  // namespace penstock::http
