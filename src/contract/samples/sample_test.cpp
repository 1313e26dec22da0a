#include "contract/samples/sample.h"

#include <gtest/gtest.h>

#include "contract/openapi/contract_files.h"
#include "contract/schema/schema_document.h"
#include "json/writer.h"

namespace penstock::contract {
namespace {

std::string sample(std::string_view schema, Direction direction = Direction::response) {
  const auto compiled = SchemaDocument::compile(schema, "t.yaml", {}, {});
  if (!compiled) return compiled.error().message;
  const auto value = sample_of(compiled->root(), direction);
  return value ? json::to_text(*value) : "nothing";
}

TEST(Sample, PrefersValidValuesOfTheDocument) {
  EXPECT_EQ(sample("{type: integer, example: 7}"), "7");
  EXPECT_EQ(sample("{type: integer, examples: [x, 8]}"), "8");
  EXPECT_EQ(sample("{type: integer, example: x, default: 9}"), "9");
  EXPECT_EQ(sample("{const: [1]}"), "[1]");
  EXPECT_EQ(sample("{enum: [a, b], minLength: 1}"), "\"a\"");
}

TEST(Sample, MakesValuesFromRules) {
  EXPECT_EQ(sample("{type: string}"), "\"text\"");
  EXPECT_EQ(sample("{type: string, minLength: 9}"), "\"texttextt\"");
  EXPECT_EQ(sample("{type: string, maxLength: 2}"), "\"te\"");
  EXPECT_EQ(sample("{type: string, format: date}"), "\"2026-01-31\"");
  EXPECT_EQ(sample("{type: integer, minimum: 10, exclusiveMaximum: 12}"), "10");
  EXPECT_EQ(sample("{type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}"), "0.5");
  EXPECT_EQ(sample("{type: integer, minimum: 10, multipleOf: 7}"), "14");
  EXPECT_EQ(sample("{type: number, exclusiveMinimum: 0, multipleOf: 1.0e-310}"), "1");
  EXPECT_EQ(sample("{type: array, minItems: 2, uniqueItems: true, items: {type: boolean}}"),
            "[true,false]");
  EXPECT_EQ(sample("{type: array, minItems: 3, uniqueItems: true, items: {type: boolean}}"),
            "nothing");
  EXPECT_EQ(sample("{type: array, minItems: 2, uniqueItems: true, items: {enum: [a, b]}}"),
            R"(["a","b"])");
  EXPECT_EQ(sample("{type: array, contains: {minimum: 5}, minContains: 2, items: {type: integer}}"),
            "[5,5]");
  EXPECT_EQ(sample("{type: object, properties: {a: {type: boolean}, b: false}}"), R"({"a":true})");
  EXPECT_EQ(sample("{type: object, minProperties: 2, additionalProperties: {type: integer}}"),
            R"({"key1":1,"key2":1})");
  EXPECT_EQ(sample("{allOf: [{properties: {a: {const: 1}}}, {properties: {b: {const: 2}}}], "
                   "required: [a, b]}"),
            R"({"a":1,"b":2})");
  EXPECT_EQ(sample("{oneOf: [{type: string}, {type: integer}]}"), "\"text\"");
  EXPECT_EQ(sample("{not: {}}"), "nothing");
}

TEST(Sample, EndsARecursion) {
  EXPECT_NE(
      sample("{type: object, required: [v], properties: {v: {type: integer}, next: {$ref: '#'}}}"),
      "nothing");
  EXPECT_EQ(sample("{type: object, required: [next], properties: {next: {$ref: '#'}}}"), "nothing");
}

TEST(Sample, GivesUpWhenTheSearchTakesTooLong) {
  std::string schema = "{$ref: '#/$defs/s0', $defs: {s30: {type: integer}";
  for (int i = 0; i < 30; ++i) {
    const std::string next = "{$ref: '#/$defs/s" + std::to_string(i + 1) + "'}";
    schema += ", s" + std::to_string(i) + ": {anyOf: [" + next + ", " + next + "], oneOf: [" +
              next + ", {not: " + next + "}]}";
  }
  // The result does not matter: the test is that the search ends.
  static_cast<void>(sample(schema + "}}"));
}

TEST(Sample, LeavesOutPropertiesOfTheOtherDirection) {
  const char* schema =
      "{required: [id, word], properties: {id: {const: 1, readOnly: true}, word: {const: x, "
      "writeOnly: true}}}";
  EXPECT_EQ(sample(schema, Direction::response), R"({"id":1})");
  EXPECT_EQ(sample(schema, Direction::request), R"({"word":"x"})");
}

// A mock must be able to serve every body of these contracts.
TEST(Sample, FindsAValueForEveryBodyOfTheTestContracts) {
  for (const char* file : {"shop.openapi.yaml", "museum.openapi.yaml", "kitchen_sink.openapi.yaml",
                           "kitchen_sink_3_0.openapi.json"}) {
    const auto contract = read_contract(std::string(PENSTOCK_TEST_CONTRACTS "/") + file);
    ASSERT_TRUE(contract) << contract.error().message;
    for (const Path& path : contract->paths()) {
      for (const Operation& operation : path.operations) {
        for (const Response& response : operation.responses) {
          for (const MediaType& media : response.content) {
            EXPECT_TRUE(media.schema == nullptr || sample_of(*media.schema, Direction::response))
                << operation.id;
          }
        }
        if (!operation.body) continue;
        for (const MediaType& media : operation.body->content) {
          EXPECT_TRUE(media.schema == nullptr || sample_of(*media.schema, Direction::request))
              << operation.id;
        }
      }
    }
  }
}

}  // namespace
}  // namespace penstock::contract
