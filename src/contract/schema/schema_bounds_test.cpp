// Tests the bounds on what a schema and a value can cost together.
#include <gtest/gtest.h>

#include "contract/schema/schema_testing.h"

namespace penstock::contract {
namespace {

TEST(Schema, RefusesEndlessCirclesOfReferences) {
  EXPECT_NE(validate("{$ref: '#'}", "1").find("circle"), std::string::npos);
  EXPECT_NE(validate_3_1("{allOf: [{anyOf: [{$ref: '#'}]}]}", "1").find("circle"),
            std::string::npos);
  EXPECT_NE(
      validate_3_1(
          "{$defs: {a: {$ref: '#/$defs/b'}, b: {not: {$ref: '#/$defs/a'}}}, $ref: '#/$defs/a'}",
          "1")
          .find("circle"),
      std::string::npos);
  EXPECT_EQ(
      validate("{properties: {a: {$ref: '#'}}, maxProperties: 1}", R"({"a":{"a":{"a":{},"b":1}}})"),
      "/a/a:maxProperties");
  std::string chain = "{$ref: '#/$defs/s0', $defs: {";
  for (int i = 0; i < 1000; ++i) {
    chain += "s" + std::to_string(i) + ": {$ref: '#/$defs/s" + std::to_string(i + 1) + "'}, ";
  }
  EXPECT_NE(validate_3_1(chain + "s1000: {}}}", "1").find("a chain of more than 200 schemas"),
            std::string::npos);
}

// Aliases multiply what a small document has.
TEST(Schema, BoundsTheValuesOfAllEnumsTogether) {
  const auto refused = [](const std::string& keyword, const std::string& value, int schemas) {
    std::string schema = "{properties: {p: {" + keyword + ": &v " + value + "}";
    for (int i = 0; i < schemas; ++i) {
      schema += ", p" + std::to_string(i) + ": {" + keyword + ": *v}";
    }
    return validate_3_1(schema + "}}", "1").find(keyword + " has too many values") !=
           std::string::npos;
  };
  std::string thousand = "[0";
  for (int i = 1; i < 1000; ++i) thousand += "," + std::to_string(i);
  EXPECT_FALSE(refused("enum", thousand + "]", 1500));
  EXPECT_TRUE(refused("enum", thousand + "]", 2500));
  const std::string megabyte = "'" + std::string(1'000'000, 'x') + "'";
  EXPECT_FALSE(refused("const", megabyte, 100));
  EXPECT_TRUE(refused("const", megabyte, 200));
}

TEST(Schema, BoundsTheListOfViolations) {
  std::string many = "[1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  EXPECT_LT(validate("{items: {type: string}}", many + "]").size(), 1000u);
}

TEST(Schema, FailsUnderNotWhenAValidationIsGivenUp) {
  const std::string endless =
      "{anyOf: [{allOf: [{$ref: '#/$defs/n'}, {required: [x]}]}, {allOf: [{$ref: '#/$defs/n'}, "
      "{required: [y]}]}, {allOf: [{$ref: '#/$defs/n'}, {required: [z]}]}]}";
  const std::string schema =
      "{not: {$ref: '#/$defs/n'}, $defs: {n: {type: object, properties: {n: " + endless + "}}}}";
  std::string instance = "1";
  for (int i = 0; i < 28; ++i) instance = R"({"n":)" + instance + "}";
  EXPECT_EQ(validate_3_1(schema, instance), ":schema");
}

TEST(Schema, AllowsMoreStepsForALongValue) {
  std::string many = "[1";
  for (int i = 0; i < 300'000; ++i) many += ",1";
  EXPECT_EQ(
      validate("{items: {allOf: [{type: integer}, {minimum: 0}, {maximum: 2}, {multipleOf: 1}]}}",
               many + "]"),
      "");
  EXPECT_EQ(
      validate(
          "{not: {items: {allOf: [{type: integer}, {minimum: 0}, {maximum: 2}, {multipleOf: 1}]}}}",
          many + "]"),
      ":not");
}

TEST(Schema, SumsUpASharedSchemaOnce) {
  std::string schema = "{$ref: '#/$defs/s0', $defs: {";
  for (int i = 0; i < 100; ++i) {
    const std::string next = "{$ref: '#/$defs/s" + std::to_string(i + 1) + "'}";
    schema +=
        "s" + std::to_string(i) + ": {properties: {a: {allOf: [" + next + ", " + next + "]}}}, ";
  }
  EXPECT_EQ(validate_3_1(schema + "s100: {}}}", "{}"), "");
}

TEST(Schema, GivesUpOnExponentialSchemas) {
  // Each level doubles the work. A small request must not cause hours of it.
  const std::string schema =
      "{properties: {a: {anyOf: [{$ref: '#', required: [x]}, {$ref: '#', required: [y]}]}}}";
  std::string instance = "1";
  for (int i = 0; i < 30; ++i) instance = R"({"a":)" + instance + "}";
  EXPECT_NE(validate_3_1(schema, instance), "");
}

}  // namespace
}  // namespace penstock::contract
