#include "contract/arguments/violation_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "contract/arguments/arguments.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"

namespace penstock::contract {
namespace {

using ::testing::ElementsAre;

// The lines are counted below.
constexpr std::string_view kContract = R"(openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /orders/{id}:
    post:
      operationId: change
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
            pattern: ^[a-z]+$
        - name: tags
          in: query
          schema:
            type: array
            maxItems: 2
            items:
              type: string
              maxLength: 3
        - name: page
          in: query
          schema: {type: integer}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Order"}
      responses: {"200": {description: ok}}
components:
  schemas:
    Named:
      type: object
      required:
        - name
        - place
      properties:
        name: {type: string, minLength: 2}
    Order:
      allOf:
        - $ref: "#/components/schemas/Named"
        - type: object
          properties:
            lines:
              type: array
              items:
                type: object
                additionalProperties: false
                properties:
                  "a/b":
                    type: integer
                    minimum: 1
            size:
              anyOf:
                - type: string
                  minLength: 5
                - type: string
                  minLength: 9
)";

class ViolationPlace : public ::testing::Test {
 protected:
  ViolationPlace() : contract_(Contract::parse(kContract, "shop.yaml").value()) {}

  // Returns the violations of a request as "KEYWORD PLACE".
  std::vector<std::string> places(std::string_view target, const char* body) {
    PathValues values;
    const size_t mark = target.find('?');
    const Match match = contract_.match("POST", target.substr(0, mark), values);
    const Operation& operation = *match.operation;
    Arguments arguments;
    arguments.reset(operation);
    Violations violations;
    arguments.read_path(values, violations);
    arguments.read_query(mark == std::string_view::npos ? "" : target.substr(mark + 1), violations);
    const MediaType& media = operation.body->content.front();
    Steps steps(Steps::kMax);
    validate(*media.schema, boost::json::parse(body), "body", "", Direction::request, violations,
             steps);
    std::vector<std::string> found;
    for (const Violation& violation : violations) {
      found.push_back(std::string(violation.keyword) + " " +
                      place_of(violation, operation, &media));
    }
    return found;
  }

  Contract contract_;
};

constexpr const char* kValid = R"({"name":"abc","place":1})";

TEST_F(ViolationPlace, OfAParameterIsItsKeyword) {
  EXPECT_THAT(places("/orders/A?page=x", kValid),
              ElementsAre("pattern shop.yaml:13", "type shop.yaml:24"));
}

TEST_F(ViolationPlace, OfAnElementIsInsideOfTheArray) {
  EXPECT_THAT(places("/orders/a?tags=1&tags=long&tags=3", kValid),
              ElementsAre("maxItems shop.yaml:18", "maxLength shop.yaml:21"));
}

TEST_F(ViolationPlace, WithoutAKeywordIsTheParameterOrTheList) {
  EXPECT_THAT(places("/orders/a?page=1&page=2&other=1", kValid),
              ElementsAre("repeated shop.yaml:22", "undeclared shop.yaml:7"));
}

TEST_F(ViolationPlace, OfABodyIsFoundThroughReferencesAndAllOf) {
  EXPECT_THAT(places("/orders/a", R"({"name":"a"})"),
              ::testing::UnorderedElementsAre("minLength shop.yaml:39", "required shop.yaml:37"));
}

TEST_F(ViolationPlace, InsideOfABodyFollowsThePointerWithItsEscapes) {
  EXPECT_THAT(places("/orders/a", R"({"name":"abc","place":1,"lines":[{"a/b":0},{"c":1}]})"),
              ElementsAre("minimum shop.yaml:53", "additionalProperties shop.yaml:49"));
}

TEST_F(ViolationPlace, OfAMissingBodyIsItsDeclaration) {
  const Operation& operation = contract_.paths().front().operations.front();
  EXPECT_EQ(place_of({"body", "", "required", "is missing"}, operation, nullptr), "shop.yaml:26");
  EXPECT_EQ(place_of({"body", "", "undeclared", "must be empty"}, operation, nullptr),
            "shop.yaml:25");
}

TEST_F(ViolationPlace, AmongAlternativesIsTheOneThatTheMessageNames) {
  const Operation& operation = contract_.paths().front().operations.front();
  const MediaType& media = operation.body->content.front();
  EXPECT_EQ(place_of({"body", "/size", "minLength", "must have at least 9 characters"}, operation,
                     &media),
            "shop.yaml:59");
  EXPECT_EQ(place_of({"body", "/size", "anyOf", "matches none"}, operation, &media),
            "shop.yaml:55");
}

TEST_F(ViolationPlace, OfWhatTheContractDoesNotDescribeIsWhatIsAroundIt) {
  const Operation& operation = contract_.paths().front().operations.front();
  const MediaType& media = operation.body->content.front();
  EXPECT_EQ(place_of({"body", "/nowhere/0/x", "type", "must be a string"}, operation, &media),
            "shop.yaml:29");
  EXPECT_EQ(place_of({"header", "x", "required", "is missing"}, operation, &media), "shop.yaml:7");
}

}  // namespace
}  // namespace penstock::contract
