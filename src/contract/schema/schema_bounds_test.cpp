// What a document and a value can make of one another, and where it ends.
#include <gtest/gtest.h>

#include "contract/schema/schema_testing.h"

namespace penstock::contract {
namespace {

TEST(Schema, circles_of_references_are_refused_where_they_would_not_end) {
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
  EXPECT_NE(
      validate_3_1(chain + "s1000: {}}}", "1").find("more than 200 schemas apply one another"),
      std::string::npos);
}

TEST(Schema, a_hostile_value_gives_a_bounded_list) {
  std::string many = "[1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  EXPECT_LT(validate("{items: {type: string}}", many + "]").size(), 1000u);
}

TEST(Schema, a_check_that_was_given_up_is_never_good_news) {
  const std::string endless =
      "{anyOf: [{allOf: [{$ref: '#/$defs/n'}, {required: [x]}]}, {allOf: [{$ref: '#/$defs/n'}, "
      "{required: [y]}]}, {allOf: [{$ref: '#/$defs/n'}, {required: [z]}]}]}";
  const std::string schema =
      "{not: {$ref: '#/$defs/n'}, $defs: {n: {type: object, properties: {n: " + endless + "}}}}";
  std::string instance = "1";
  for (int i = 0; i < 28; ++i) instance = R"({"n":)" + instance + "}";
  EXPECT_EQ(validate_3_1(schema, instance), ":schema");
}

TEST(Schema, a_long_value_may_take_long) {
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

TEST(Schema, many_ways_to_the_same_schema_cost_no_more_than_one) {
  std::string schema = "{$ref: '#/$defs/s0', $defs: {";
  for (int i = 0; i < 100; ++i) {
    const std::string next = "{$ref: '#/$defs/s" + std::to_string(i + 1) + "'}";
    schema +=
        "s" + std::to_string(i) + ": {properties: {a: {allOf: [" + next + ", " + next + "]}}}, ";
  }
  EXPECT_EQ(validate_3_1(schema + "s100: {}}}", "{}"), "");
}

TEST(Schema, a_schema_that_explodes_is_given_up) {
  // Each level doubles the work; a request must not be able to buy hours of it.
  const std::string schema =
      "{properties: {a: {anyOf: [{$ref: '#', required: [x]}, {$ref: '#', required: [y]}]}}}";
  std::string instance = "1";
  for (int i = 0; i < 30; ++i) instance = R"({"a":)" + instance + "}";
  EXPECT_NE(validate_3_1(schema, instance), "");
}

}  // namespace
}  // namespace penstock::contract
