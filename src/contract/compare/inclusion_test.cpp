#include "contract/compare/inclusion.h"

#include <gtest/gtest.h>

#include "contract/schema/schema_document.h"

namespace penstock::contract {
namespace {

SchemaDocument compile(const std::string& schema, Dialect dialect) {
  return SchemaDocument::compile(schema, "t.yaml", {.dialect = dialect},
                                 [](const std::string&) -> base::Result<std::string> {
                                   return base::Error{.code = base::ErrorCode::not_found,
                                                      .message = "there are no other files"};
                                 })
      .value();
}

// Returns the differences as "PATH:KIND …", with a '?' after those that are not certain.
std::string differences(const std::string& sub, const std::string& super,
                        Direction direction = Direction::neither,
                        Dialect dialect = Dialect::draft_2020_12) {
  const SchemaDocument a = compile(sub, dialect);
  const SchemaDocument b = compile(super, dialect);
  Inclusion inclusion(direction);
  std::string text;
  for (const Difference& one : inclusion.differences(&a.root(), &b.root())) {
    text += (text.empty() ? "" : " ") + one.path + ':' + one.kind + (one.certain ? "" : "?");
  }
  return text;
}

struct Row {
  const char* sub;
  const char* super;
  const char* there;  // The differences of sub and super, and of super and sub.
  const char* back;
};

class InclusionTest : public testing::TestWithParam<Row> {};

TEST_P(InclusionTest, NamesWhatIsNotIncluded) {
  const Row& row = GetParam();
  EXPECT_EQ(differences(row.sub, row.super), row.there) << row.sub << " in " << row.super;
  EXPECT_EQ(differences(row.super, row.sub), row.back) << row.super << " in " << row.sub;
}

INSTANTIATE_TEST_SUITE_P(
    Types, InclusionTest,
    testing::Values(Row{"{}", "true", "", ""}, Row{"false", "{type: string}", "", ":type"},
                    Row{"{type: integer}", "{type: number}", "", ":type"},
                    Row{"{type: number, multipleOf: 2}", "{type: integer}", "", ":multipleOf"},
                    Row{"{type: string}", "{type: [string, 'null']}", "", ":type"},
                    Row{"{type: boolean}", "{enum: [true, false]}", "", ""},
                    Row{"{enum: [a]}", "{enum: [a, b]}", "", ":enum"},
                    Row{"{const: 1}", "{type: integer, minimum: 1}", "", ":const"},
                    Row{"{enum: [1.0]}", "{const: 1}", "", ""}));

INSTANTIATE_TEST_SUITE_P(
    Scalars, InclusionTest,
    testing::Values(
        Row{"{type: string, maxLength: 3}", "{type: string, maxLength: 4}", "", ":maxLength"},
        Row{"{type: string, minLength: 3}", "{type: string, minLength: 1}", "", ":minLength"},
        Row{"{type: string, pattern: a}", "{type: string}", "", ":pattern"},
        Row{"{type: string, pattern: a}", "{type: string, pattern: b}", ":pattern?", ":pattern?"},
        Row{"{type: string, format: date}", "{type: string}", "", ":format"},
        Row{"{type: string, format: date}", "{type: string, format: uuid}", ":format", ":format"},
        Row{"{type: string, format: uri}", "{type: string, format: uri-reference}", "", ":format"},
        Row{"{type: integer, format: int32}", "{type: integer, format: int64}", "", ":format"},
        Row{"{type: integer, minimum: 1, maximum: 5}", "{type: integer, format: int8}", "",
            ":minimum :maximum"},
        Row{"{type: number, exclusiveMinimum: 1}", "{type: number, minimum: 1}", "",
            ":exclusiveMinimum"},
        Row{"{type: integer, exclusiveMinimum: -2}", "{type: integer, minimum: -1}", "", ""},
        Row{"{type: integer, maximum: 1.5}", "{type: integer, exclusiveMaximum: 2}", "", ""},
        Row{"{type: number, minimum: 2, maximum: 1}", "{type: number, multipleOf: 3}", "",
            ":minimum :maximum"},
        Row{"{type: number, multipleOf: 0.5}", "{type: number, multipleOf: 0.25}", "",
            ":multipleOf"}));

INSTANTIATE_TEST_SUITE_P(
    Arrays, InclusionTest,
    testing::Values(Row{"{type: array, maxItems: 1}", "{type: array, maxItems: 2, minItems: 0}", "",
                        ":maxItems"},
                    Row{"{type: array, items: {type: integer}}",
                        "{type: array, items: {type: number}}", "", "/*:type"},
                    Row{"{type: array, maxItems: 1}", "{type: array, uniqueItems: true}", "",
                        ":maxItems"},
                    Row{"{type: array, prefixItems: [{type: string}], items: false}",
                        "{type: array, items: {type: string}}", "", "/*:type"},
                    Row{"{type: array, contains: {type: integer}}",
                        "{type: array, contains: {type: number}}", "", ":contains?"}));

INSTANTIATE_TEST_SUITE_P(
    Objects, InclusionTest,
    testing::Values(
        Row{"{type: object, required: [a]}", "{type: object}", "", "/a:required"},
        Row{"{type: object, properties: {a: {type: integer}}}",
            "{type: object, properties: {a: {type: number}}}", "", "/a:type"},
        // What only one side describes may have anything on the other side.
        Row{"{type: object, properties: {a: {type: integer}}}", "{type: object}", "",
            "/a:properties?"},
        Row{"{type: object, properties: {a: {}}, additionalProperties: false}",
            "{type: object, properties: {a: {}, b: {type: string}}, additionalProperties: false}",
            "", "/b:additionalProperties"},
        Row{"{type: object, additionalProperties: false}", "{type: object}", "",
            "/*:additionalProperties"},
        Row{"{type: object, required: [a, b]}", "{type: object, minProperties: 2}", "",
            "/a:required /b:required"},
        Row{"{type: object, patternProperties: {a: {type: integer}}}",
            "{type: object, patternProperties: {a: {type: number}}}", "", "/*:type?"},
        Row{"{type: object, dependentRequired: {a: [b, c]}}",
            "{type: object, dependentRequired: {a: [b]}}", "", "/c:dependentRequired"},
        Row{"{type: object, propertyNames: {maxLength: 3}}",
            "{type: object, propertyNames: {maxLength: 4}}", "", ":propertyNames?"}));

INSTANTIATE_TEST_SUITE_P(
    Compositions, InclusionTest,
    testing::Values(
        Row{"{allOf: [{type: object}, {required: [a]}]}", "{type: object, required: [a]}", "", ""},
        Row{"{type: [string, 'null']}", "{anyOf: [{type: string}, {type: 'null'}]}", "", ""},
        Row{"{type: string}", "{anyOf: [{type: string, maxLength: 3}, {type: integer}]}",
            ":maxLength", ":type"},
        Row{"{oneOf: [{type: string}, {type: integer}]}",
            "{oneOf: [{type: string}, {type: integer}, {type: boolean}]}", "", ":type"},
        Row{"{oneOf: [{type: object, required: [k], properties: {k: {const: a}}}]}",
            "{oneOf: [{type: object, required: [k], properties: {k: {const: a}}}, "
            "{type: object, required: [k], properties: {k: {const: b}}}]}",
            "", ":oneOf"},
        Row{"{type: string, not: {const: a}}", "{type: string}", "", ":not?"},
        Row{"{type: integer}", "{not: {type: string}}", "", ":type :type?"},
        Row{"{type: string, if: {maxLength: 1}, then: {pattern: a}}",
            "{type: string, if: {maxLength: 1}, then: {}}", "", ":if?"}));

TEST(Inclusion, FollowsCircles) {
  const std::string tree =
      "{$ref: '#/$defs/t', $defs: {t: {type: object, properties: {n: {$ref: "
      "'#/$defs/t'}, v: {type: integer}}, additionalProperties: false}}}";
  std::string wider = tree;
  wider.replace(wider.find("integer"), 7, "number");
  EXPECT_EQ(differences(tree, tree), "");
  EXPECT_EQ(differences(tree, wider), "");
  EXPECT_EQ(differences(wider, tree), "/n/v:type");
}

TEST(Inclusion, AReadOnlyPropertyIsNotSent) {
  const auto object = [](const std::string& property, const std::string& more = "") {
    return "{type: object, properties: {a: " + property + "}, required: [a]" + more + "}";
  };
  // It is required only where it can be.
  EXPECT_EQ(differences(object("{readOnly: true}"), object("{type: string, readOnly: true}"),
                        Direction::request, Dialect::openapi_3_0),
            "");
  EXPECT_EQ(differences(object("{type: string}"), object("{type: string, readOnly: true}"),
                        Direction::request, Dialect::openapi_3_0),
            "/a:readOnly");
  EXPECT_EQ(differences(object("{type: string, readOnly: true}"), object("{type: string}"),
                        Direction::request, Dialect::openapi_3_0),
            "/a:required");
  EXPECT_EQ(differences(object("{type: string, readOnly: true}"), object("{type: string}"),
                        Direction::response, Dialect::openapi_3_0),
            "");
}

TEST(Inclusion, WhatOneSchemaRequiresAnotherMayExcuse) {
  const std::string part = "{type: object, required: [a]}";
  const std::string excused =
      "{allOf: [" + part + ", {type: object, properties: {a: {readOnly: true}}}]}";
  EXPECT_EQ(differences(excused, part, Direction::request), "/a:required");
  EXPECT_EQ(differences(excused, part, Direction::response), "");
  const std::string wider =
      "{allOf: [" + part + ", {type: object, properties: {a: {readOnly: true}, b: {}}}]}";
  EXPECT_EQ(differences(excused, wider, Direction::request), "");
  EXPECT_EQ(differences(wider, excused, Direction::request), "");
}

TEST(Inclusion, ADiscriminatorPairsTheAlternatives) {
  const auto pets = [](const std::string& names, const std::string& cat) {
    return "{$ref: '#/$defs/pet', $defs: {pet: {oneOf: [" + names +
           "], discriminator: {propertyName: kind}}, "
           "Cat: {type: object, properties: {kind: {type: string}, lives: {type: " +
           cat + "}}}, Dog: {type: object, properties: {kind: {type: string}}}}}";
  };
  const std::string cat = "{$ref: '#/$defs/Cat'}";
  const std::string both = cat + ", {$ref: '#/$defs/Dog'}";
  EXPECT_EQ(differences(pets(cat, "integer"), pets(both, "number"), Direction::request), "");
  EXPECT_EQ(differences(pets(both, "integer"), pets(cat, "integer"), Direction::request),
            ":discriminator");
  EXPECT_EQ(differences(pets(cat, "number"), pets(cat, "integer"), Direction::request),
            "/lives:type");
}

TEST(Inclusion, AComparisonIsBounded) {
  std::string schemas;
  for (int i = 0; i < 40; ++i) {
    const std::string next = "{$ref: '#/$defs/s" + std::to_string((i + 1) % 40) + "'}";
    schemas += "s" + std::to_string(i) + ": {type: object, properties: {a: {anyOf: [" + next +
               ", {type: string}, {type: object, properties: {b: " + next + "}}]}}}, ";
  }
  const std::string old_one = "{$ref: '#/$defs/s0', $defs: {" + schemas + "}}";
  std::string new_one = old_one;
  for (size_t at = 0; (at = new_one.find("string", at)) != std::string::npos; ++at) {
    new_one.replace(at, 6, "integer");
  }
  const SchemaDocument a = compile(old_one, Dialect::draft_2020_12);
  const SchemaDocument b = compile(new_one, Dialect::draft_2020_12);
  Inclusion inclusion(Direction::neither, 20'000);
  EXPECT_FALSE(inclusion.differences(&a.root(), &b.root()).empty());
}

}  // namespace
}  // namespace penstock::contract
