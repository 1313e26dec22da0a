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

TEST(Schema, BoundsTheListOfViolations) {
  std::string many = "[1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  EXPECT_LT(validate("{items: {type: string}}", many + "]").size(), 1000u);
}

// Each is far below the limit of one list.
TEST(Schema, BoundsTheValuesOfAllEnumsInSum) {
  std::string text = "$defs:\n  list: {enum: &list [0";
  for (int i = 1; i < 10'000; ++i) text += "," + std::to_string(i);
  text += "]}\n";
  const auto with = [&](int enums) {
    std::string all = text;
    for (int i = 0; i < enums; ++i) all += "  s" + std::to_string(i) + ": {enum: *list}\n";
    return validate_3_1(all, "1");
  };
  EXPECT_EQ(with(50), "");
  EXPECT_NE(with(200).find("enum has too many values, or all of them together"), std::string::npos);
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
