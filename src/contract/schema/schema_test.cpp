#include "contract/schema/schema.h"

#include <gtest/gtest.h>

#include "contract/schema/schema_testing.h"

// Tests what the official suite (tests/json_schema_test_suite) does not: messages, locations, the
// keywords of OpenAPI, and refusals.
namespace penstock::contract {
namespace {

std::string messages(std::string_view schema, std::string_view instance) {
  const auto compiled =
      SchemaDocument::compile(schema, "t.yaml", {.dialect = Dialect::draft_2020_12}, no_files)
          .value();
  Violations violations;
  compiled.validate(boost::json::parse(instance), violations);
  std::string text;
  for (const Violation& violation : violations) {
    text += violation.where + ' ' + violation.message + '\n';
  }
  return text;
}

TEST(Schema, ChecksTypes) {
  EXPECT_EQ(validate("{type: string}", R"("a")"), "");
  EXPECT_EQ(validate("{type: string}", "1"), ":type");
  EXPECT_EQ(validate("{type: integer}", "1.0"), "");
  EXPECT_EQ(validate("{type: integer}", "1.5"), ":type");
  EXPECT_EQ(validate("{type: number}", "1"), "");
  EXPECT_EQ(validate("{}", "[1]"), "");
}

TEST(Schema, AllowsNullableInOpenapi30BesideAType) {
  EXPECT_EQ(validate("{type: boolean}", "null"), ":type");
  EXPECT_EQ(validate("{type: boolean, nullable: true}", "null"), "");
  EXPECT_EQ(validate("{type: string, nullable: true, enum: [a]}", "null"), ":enum");
  EXPECT_EQ(validate_3_1("{type: boolean, nullable: true}", "null"),
            "t.yaml:1:17: schema: 'nullable' is not supported; correct or remove it");
}

TEST(Schema, ReadsSiblingsOfAReferenceOnlyIn31) {
  const std::string beside =
      "properties: {a: {$ref: '#/properties/b', maxLength: 1, nullable: true}, b: {type: string}}";
  EXPECT_EQ(validate(beside, R"({"a":"xx"})"), "");
  EXPECT_EQ(validate(beside, R"({"a":null})"), "/a:type");
  EXPECT_EQ(
      validate_3_1("properties: {a: {$ref: '#/properties/b', maxLength: 1}, b: {type: string}}",
                   R"({"a":"xx"})"),
      "/a:maxLength");
}

TEST(Schema, ChecksStringsAndNumbers) {
  EXPECT_EQ(validate("{type: string, minLength: 2, pattern: '^a'}", R"("b")"),
            ":minLength :pattern");
  EXPECT_EQ(validate("{type: string, maxLength: 1}", "\"\xf0\x9f\x98\x80\""), "");
  EXPECT_EQ(validate("{type: string, pattern: 'a$'}", R"("a\n")"), ":pattern");
  EXPECT_EQ(validate("{minimum: 1, maximum: 2}", "3"), ":maximum");
  EXPECT_EQ(validate("{minimum: 1, exclusiveMinimum: true}", "1"), ":exclusiveMinimum");
  EXPECT_EQ(validate("{type: integer, format: int32}", "2147483648"), ":format");
  EXPECT_EQ(validate("{type: integer, format: int32}", "-2147483648.0"), "");
  EXPECT_EQ(validate("{type: integer, format: int64}", "9223372036854775807"), "");
  EXPECT_EQ(validate("{type: integer, format: int64}", "-9223372036854775808"), "");
  EXPECT_EQ(validate("{type: integer, format: int64}", "9223372036854775808"), ":format");
  EXPECT_EQ(validate("{type: integer, format: int64}", "-9223372036854775809"), ":format");
  EXPECT_EQ(validate("{type: number, format: float}", "1e39"), ":format");
  EXPECT_EQ(validate("{maximum: 9007199254740992}", "9007199254740993"), ":maximum");
  EXPECT_EQ(validate("{enum: [a, 1, null]}", "1.0"), "");
  EXPECT_EQ(validate("{enum: [a, 1, null]}", "true"), ":enum");
  EXPECT_EQ(validate("{enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, {a: [10]}]}", R"({"a":[10.0]})"), "");
  EXPECT_EQ(validate("{format: password}", "\"x\""), "");
}

TEST(Schema, LocatesViolationsInObjectsAndArrays) {
  const std::string schema =
      "{type: object, additionalProperties: false, required: [a, c], properties: {a: {type: array, "
      "minItems: 1, maxItems: 2, items: {type: string}}, 'b/~': {type: integer}}}";
  EXPECT_EQ(validate(schema, R"({"a":["x"],"c":1})"), "/c:additionalProperties");
  EXPECT_EQ(validate(schema, R"({"a":["x",1],"b/~":"s","d":0})"),
            "/a/1:type /b~1~0:type /d:additionalProperties /c:required");
  EXPECT_EQ(validate(schema, R"({"a":[],"c":0})"), "/a:minItems /c:additionalProperties");
}

TEST(Schema, ReportsViolationsOfTheAlternativeThatWasMeant) {
  const std::string schema =
      "oneOf: [{type: object, properties: {kind: {const: cat}, lives: {maximum: 9}}, required: "
      "[kind]},"
      "        {type: object, properties: {kind: {const: dog}, bark: {type: string}}, required: "
      "[kind]}, {type: string}]";
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"cat","lives":10})"), "/lives:maximum");
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"cow"})"), ":oneOf");
  EXPECT_EQ(validate_3_1(schema, "1"), ":oneOf");
  EXPECT_EQ(validate_3_1("oneOf: [{minimum: 1}, {maximum: 3}]", "2"), ":oneOf");
  EXPECT_EQ(validate_3_1("anyOf: [{type: string, maxLength: 2}, {type: integer}]", "\"abc\""),
            ":maxLength");
  EXPECT_EQ(validate_3_1("not: {type: string}", "\"a\""), ":not");
}

TEST(Schema, ChoosesTheAlternativeByDiscriminator) {
  const std::string schema = R"(
properties:
  pet:
    oneOf: [{$ref: '#/properties/cat'}, {$ref: '#/properties/dog'}]
    discriminator: {propertyName: is, mapping: {miau: '#/properties/cat'}}
  cat: {type: object, properties: {lives: {type: integer}}}
  dog: {type: object, required: [bark]})";
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"miau","lives":9}})"), "");
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"miau","lives":"x"}})"), "/pet/lives:type");
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"dog"}})"), "/pet/bark:required");
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"cat"}})"), "/pet/is:discriminator");
  EXPECT_EQ(validate(schema, R"({"pet":{"is":7}})"), "/pet/is:discriminator");
  EXPECT_EQ(validate(schema, R"({"pet":{}})"), "/pet/is:required");
  EXPECT_EQ(validate("{type: object, discriminator: {propertyName: a}}", "1"),
            "t.yaml:1:31: discriminator is only supported beside oneOf or anyOf; add one of them "
            "or remove it");
}

TEST(Schema, ChecksOtherKeywordsBesideADiscriminator) {
  const std::string document = R"(
properties:
  p:
    oneOf: [{$ref: '#/properties/a', required: [z]}]
    anyOf: [{required: [y]}]
    discriminator: {propertyName: k, mapping: {a: '#/properties/a'}}
  a: {type: object})";
  EXPECT_EQ(validate_3_1(document, R"({"p":{"k":"a","y":1,"z":1}})"), "");
  EXPECT_EQ(validate_3_1(document, R"({"p":{"k":"a","y":1}})"), "/p/z:required");
  EXPECT_EQ(validate_3_1(document, R"({"p":{"k":"a","z":1}})"), "/p/y:required");
  EXPECT_EQ(validate("{properties: {a: {}, b: {}, p: {oneOf: [{$ref: '#/properties/a'}], "
                     "discriminator: {propertyName: k, mapping: {x: '#/properties/b'}}}}}",
                     "1"),
            "t.yaml:1:114: mapping: '#/properties/b' is not one of the alternatives");
  EXPECT_EQ(
      validate_3_1(
          "{$defs: {a: {$anchor: a}}, oneOf: [{$ref: '#a'}], discriminator: {propertyName: k}}",
          "1"),
      "t.yaml:1:43: discriminator: 'mapping' must give this alternative a name");
}

TEST(Schema, FindsOneWayPropertiesDescribedInOtherParts) {
  const auto schema =
      SchemaDocument::compile(
          "{allOf: [{properties: {id: {readOnly: true}, word: {writeOnly: true}}}, {required: [id, "
          "word]}], properties: {map: {additionalProperties: {readOnly: true}}}}",
          "t.yaml", {}, no_files)
          .value();
  const auto valid = [&](std::string_view text, Direction direction) {
    return is_valid(schema.root(), boost::json::parse(text), direction);
  };
  EXPECT_TRUE(valid(R"({"word":1})", Direction::request));
  EXPECT_FALSE(valid(R"({"word":1,"id":1})", Direction::request));
  EXPECT_FALSE(valid("{}", Direction::request));
  EXPECT_TRUE(valid(R"({"id":1})", Direction::response));
  EXPECT_FALSE(valid(R"({"word":1,"map":{"x":1}})", Direction::request));
  EXPECT_FALSE(valid("{}", Direction::neither));
}

TEST(Schema, TreatsAnExcusedPropertyAsAbsent) {
  const auto valid = [](std::string_view schema, std::string_view text) {
    const auto compiled = SchemaDocument::compile(schema, "t.yaml", {}, no_files).value();
    return is_valid(compiled.root(), boost::json::parse(text), Direction::request);
  };
  EXPECT_TRUE(valid("{properties: {id: {readOnly: true}}, not: {required: [id]}}", R"({"x":1})"));
  EXPECT_TRUE(
      valid("{properties: {id: {readOnly: true}}, if: {required: [id]}, then: {required: [rev]}}",
            R"({"x":1})"));
  EXPECT_TRUE(valid("{required: [id], oneOf: [{properties: {id: {readOnly: true}}}]}", "{}"));
}

TEST(Schema, DoesNotReportPropertiesOfAFailedPartAsUnevaluated) {
  EXPECT_EQ(validate_3_1(
                "{allOf: [{properties: {a: {minimum: 0}, b: {}}}], unevaluatedProperties: false}",
                R"({"a":-1,"b":1})"),
            "/a:minimum");
}

TEST(Schema, RefusesOneWayPropertiesInTheOtherDirection) {
  const auto schema =
      SchemaDocument::compile(
          "{type: object, required: [id, word], properties: {id: {$ref: '#/$defs/id'}, word: "
          "{writeOnly: true}}, $defs: {id: {type: integer, readOnly: true}}}",
          "t.yaml", {}, no_files)
          .value();
  const auto valid = [&](std::string_view text, Direction direction) {
    return is_valid(schema.root(), boost::json::parse(text), direction);
  };
  EXPECT_TRUE(valid(R"({"word":"x"})", Direction::request));
  EXPECT_FALSE(valid(R"({"id":1,"word":"x"})", Direction::request));
  EXPECT_TRUE(valid(R"({"id":1})", Direction::response));
  EXPECT_FALSE(valid(R"({"id":1,"word":"x"})", Direction::response));
  EXPECT_TRUE(valid(R"({"id":1,"word":"x"})", Direction::neither));
  EXPECT_FALSE(valid(R"({"id":1})", Direction::neither));
}

TEST(Schema, ExplainsViolationsInSentences) {
  EXPECT_EQ(messages("{type: [integer, 'null'], minimum: 3}", "\"x\""),
            " must be a whole number or null\n");
  EXPECT_EQ(messages("{type: object, properties: {a: {maxLength: 1}, b: {enum: [1, 2]}, c: "
                     "{format: date}}, required: [d]}",
                     R"({"a":"xx","b":3,"c":"x"})"),
            "/a must have at most 1 character\n"
            "/b must be one of the 2 listed values\n"
            "/c must be a date, as in 2026-01-31\n"
            "/d is missing\n");
  EXPECT_EQ(
      messages("{uniqueItems: true, items: {multipleOf: 0.1}}", "[1, 0.25, 1.0]"),
      "/1 must be a multiple of 0.1\n must have unique elements, but elements 0 and 2 are equal\n");
}

TEST(Schema, CutsALongNameFromTheClient) {
  const std::string name(100'000, 'n');
  const std::string text =
      messages("{additionalProperties: {type: string}}", "{\"" + name + "\":1}");
  EXPECT_LT(text.size(), 200u);
}

TEST(Schema, RefusesWhatItDoesNotEnforce) {
  EXPECT_EQ(validate_3_1("{dependentRequired: {a: b}}", "1"),
            "t.yaml:1:25: dependentRequired must map each name to a list of names");
  EXPECT_EQ(validate_3_1("{dependentSchemas: [1]}", "1"),
            "t.yaml:1:20: dependentSchemas must be an object");
  EXPECT_EQ(validate("{type: integer, format: date-time}", "1"),
            "t.yaml:1:25: format 'date-time' does not fit the type");
  EXPECT_EQ(validate("{type: object, format: int32}", "1"),
            "t.yaml:1:24: format 'int32' does not fit the type");
  EXPECT_EQ(validate("{nullable: true}", "1"),
            "t.yaml:1:12: nullable needs a 'type' in the same schema");
  EXPECT_EQ(validate("{exclusiveMinimum: true}", "1"),
            "t.yaml:1:20: exclusiveMinimum needs 'minimum' in the same schema (OpenAPI 3.0)");
  EXPECT_EQ(validate_3_1("{format: date, contentEncoding: base64}", "1"),
            "t.yaml:1:33: the schema has both 'format' and 'contentEncoding'; only one is allowed");
  EXPECT_EQ(validate("{type: strin}", "1"),
            "t.yaml:1:8: type 'strin' does not exist in OpenAPI 3.0");
  EXPECT_EQ(validate("{type: [string]}", "1"),
            "t.yaml:1:8: type: OpenAPI 3.0 allows one type, not a list");
  EXPECT_EQ(validate("{oneOf: []}", "1"), "t.yaml:1:9: oneOf must be a list of schemas");
  EXPECT_EQ(validate("{patternProperties: {}}", "1"),
            "t.yaml:1:2: schema: 'patternProperties' is not supported; correct or remove it");
  EXPECT_EQ(validate("{format: colour}", "1"),
            "t.yaml:1:10: format 'colour' is not supported; use 'pattern' instead, or remove it");
  EXPECT_EQ(validate("{pattern: '(a)\\1'}", "1"),
            "t.yaml:1:11: at column 4 of the pattern (a)\\1: back references are not enforced, for "
            "they cannot be found in linear time; write out what may stand there");
  EXPECT_EQ(validate("{minLength: -1}", "1"),
            "t.yaml:1:13: minLength must be a whole number that is not negative");
  EXPECT_EQ(validate("{$ref: '#/nowhere'}", "1"), "t.yaml:1:8: '#/nowhere' points to nothing");
  EXPECT_EQ(validate("{$ref: 'other.yaml#/a'}", "1"),
            "t.yaml:1:8: 'other.yaml' cannot be read: there are no other files");
  EXPECT_EQ(validate_3_1("{contentMediaType: text/html}", "1"),
            "t.yaml:1:2: schema: 'contentMediaType' is not supported; correct or remove it");
}

}  // namespace
}  // namespace penstock::contract
