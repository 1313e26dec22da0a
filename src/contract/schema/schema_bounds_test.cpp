// Tests the bounds on what a schema and a value can cost together.
#include <gtest/gtest.h>

#include "contract/schema/price.h"
#include "contract/schema/schema_testing.h"
#include "json/reader.h"
#include "support/worst_values.h"

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
    return validate_3_1(schema + "}}", "1")
               .find(keyword +
                     ": the values of all enum, const and default together are more "
                     "than 2097152") != std::string::npos;
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

void validate_by(const std::string& schema, const boost::json::value& value, Violations& violations,
                 Steps& steps) {
  const auto compiled = SchemaDocument::compile(
      schema, "t.yaml", {.patterns = {.steps_per_byte_max = UINT64_MAX}}, no_files);
  ASSERT_TRUE(compiled) << compiled.error().message;
  validate(compiled->root(), value, "body", "", Direction::request, violations, steps);
}

// Returns the steps that the validation takes, and adds its violations.
uint64_t steps_for(const std::string& schema, const boost::json::value& value,
                   Violations& violations, Steps steps = Steps()) {
  validate_by(schema, value, violations, steps);
  return steps.taken();
}

uint64_t steps_for(const std::string& schema, const boost::json::value& value) {
  Violations violations;
  return steps_for(schema, value, violations);
}

TEST(SchemaBounds, AllowsMoreStepsForALongBody) {
  Steps steps(1000);
  steps.allow_text(Steps::kTextBytes);
  EXPECT_EQ(steps.max(), 1000u);
  steps.allow_text(Steps::kTextBytes * 5);
  EXPECT_EQ(steps.max(), 5000u);
  Steps most(Steps::kTrustedMax);
  most.allow_text(100 * Steps::kTextBytes);
  EXPECT_EQ(most.max(), 100 * Steps::kTrustedMax);
}

TEST(SchemaBounds, ReadsOnlyAsManyValuesAsThereAreStepsFor) {
  json::Reader reader;
  Steps steps(3 * price::kReadValue + 3);
  EXPECT_TRUE(read_paid(reader, "[1,2 ]", {}, steps));
  EXPECT_EQ(steps.left(), 0u);
  EXPECT_FALSE(steps.exhausted());
  Steps few(3 * price::kReadValue + 3);
  EXPECT_FALSE(read_paid(reader, "[1,2,3]", {}, few));
  EXPECT_TRUE(few.exhausted());
}

TEST(SchemaBounds, ReportsOnceThatTheStepsAreGone) {
  const auto compiled = SchemaDocument::compile("{pattern: ^a}", "t.yaml", {}, no_files);
  ASSERT_TRUE(compiled);
  Violations violations;
  Steps steps(10);
  for (int i = 0; i < 3; ++i) {
    validate(compiled->root(), "aaa", "query", "q", Direction::request, violations, steps);
  }
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].message, "takes more than the 10 steps that are allowed for validation");
}

TEST(SchemaBounds, MatchesAFailingValueOnce) {
  const std::string schema = "{items: {pattern: '^[a-y]*$'}}";
  const std::string text(10'000, 'a');
  const uint64_t valid = steps_for(schema, boost::json::array{text});
  Violations violations;
  EXPECT_EQ(steps_for(schema, boost::json::array{text + 'z'}, violations), valid + 1);
  EXPECT_EQ(violations.size(), 1u);
}

TEST(SchemaBounds, PaysBeforeItMatches) {
  // RE2 matches this one, so each byte takes many steps.
  const std::string schema = R"({pattern: 'a[ab]{40}c'})";
  const uint64_t short_text = steps_for(schema, "aa");
  EXPECT_GT(short_text, 2 * 40u);
  Violations violations;
  EXPECT_EQ(steps_for(schema, boost::json::value(std::string(100'000, 'a')), violations),
            Steps::kMax);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].message,
            "takes more than the 6000000 steps that are allowed for validation");
}

TEST(SchemaBounds, SharesTheStepsOfARequest) {
  const auto compiled = SchemaDocument::compile("{pattern: ^a}", "t.yaml", {}, no_files);
  ASSERT_TRUE(compiled);
  const boost::json::value text(std::string(1000, 'a'));
  Steps steps(2500);
  EXPECT_TRUE(is_valid(compiled->root(), text, Direction::request, steps));
  EXPECT_TRUE(is_valid(compiled->root(), text, Direction::request, steps));
  EXPECT_FALSE(is_valid(compiled->root(), text, Direction::request, steps));
  Violations violations;
  validate(compiled->root(), "a", "query", "q", Direction::request, violations, steps);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].keyword, "schema");
}

// Returns how many elements, properties or bytes the value has, within arrays of one element.
size_t size_of(const boost::json::value& value) {
  if (value.is_string()) return value.get_string().size();
  if (value.is_object()) return value.get_object().size();
  if (!value.is_array()) return 1;
  const boost::json::array& array = value.get_array();
  return array.size() == 1 ? size_of(array[0]) : array.size();
}

// The prices are such that the steps of a request take less than 20 ms: bench/contract's
// worst_bench prints the time of each of these values. Here it is counted, not timed: what a
// keyword or a format looks at must have been paid for, or the value is refused.
TEST(SchemaBounds, EveryKeywordAndFormatPaysForWhatItLooksAt) {
  size_t honest = 0;
  for (const test::WorstValue& one : test::worst_values()) {
    json::Reader reader;
    Steps steps;
    const auto value = read_paid(reader, one.value, {}, steps);
    ASSERT_TRUE(value) << one.name;
    const uint64_t read = steps.taken();
    EXPECT_GE(read, one.value.size() / 2) << one.name;
    Violations violations;
    validate_by(one.schema, *value, violations, steps);
    const auto least = static_cast<uint64_t>(one.least * static_cast<double>(size_of(*value)));
    EXPECT_GE(steps.exhausted() ? UINT64_MAX : steps.taken() - read, least) << one.name;
    if (!one.name.starts_with("honest")) continue;
    ++honest;
    EXPECT_FALSE(steps.exhausted()) << one.name;
    EXPECT_TRUE(violations.empty()) << one.name << ": " << violations.front().message;
  }
  EXPECT_EQ(honest, 10u);
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
