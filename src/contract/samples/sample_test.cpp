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

TEST(Sample, MatchesExactlyOneAlternative) {
  // Each of these objects allows other properties, so what matches one alternative easily matches
  // another one, too.
  EXPECT_EQ(sample("{oneOf: [{type: object, properties: {a: {type: string}}}, {type: object, "
                   "properties: {b: {type: integer}}}]}"),
            R"({"b":"text"})");
  EXPECT_EQ(sample("{oneOf: [{type: object, required: [a]}, {type: object, required: [b]}]}"),
            R"({"a":"text"})");
  EXPECT_EQ(sample("{oneOf: [{type: integer}, {type: number}]}"), "1.5");
  EXPECT_EQ(sample("{oneOf: [{type: string}, {type: string, format: uuid}]}"), "\"text\"");
  EXPECT_EQ(sample("{oneOf: [{type: string}, {type: string}]}"), "nothing");
  // A short text of letters is Base64, so that it matches both.
  EXPECT_EQ(sample("{oneOf: [{type: object, additionalProperties: {type: string}}, {type: object, "
                   "additionalProperties: {type: string, format: byte}}]}"),
            R"({"key1":"text1"})");
  EXPECT_EQ(
      sample("{type: object, required: [a], oneOf: [{required: [b]}, {required: [c]}], anyOf: "
             "[{properties: {a: {const: 1}}}]}"),
      R"({"a":1,"b":"text"})");
}

TEST(Sample, NamesTheAlternativeOfADiscriminator) {
  constexpr const char* kPets =
      "{oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}], "
      "discriminator: {propertyName: kind, mapping: {c: '#/components/schemas/Cat', d: "
      "'#/components/schemas/Dog'}}, components: {schemas: {Cat: {type: object, required: [kind], "
      "properties: {kind: {type: string}, claws: {type: integer}}}, Dog: {type: object, required: "
      "[kind], properties: {kind: {type: string}}}}}}";
  const auto compiled = SchemaDocument::compile(kPets, "t.yaml", {}, {});
  ASSERT_TRUE(compiled) << compiled.error().message;
  const auto value = sample_of(compiled->root(), Direction::response);
  ASSERT_TRUE(value);
  // The discriminator alone would allow a cat that is a dog, too; other validators do not.
  EXPECT_EQ(json::to_text(*value), R"({"kind":"d","claws":"text"})");
}

TEST(Sample, NamesAChildOfABase) {
  EXPECT_EQ(
      sample("{$ref: '#/components/schemas/Pet', components: {schemas: {Pet: {type: object, "
             "required: [kind], properties: {kind: {enum: [Dog]}}, discriminator: {propertyName: "
             "kind}}, Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [bark]}]}}}}"),
      R"({"kind":"Dog","bark":"text"})");
  // The base itself lists its children, which refer back to it.
  EXPECT_EQ(
      sample("{$ref: '#/components/schemas/Pet', components: {schemas: {Pet: {type: object, oneOf: "
             "[{$ref: '#/components/schemas/Dog'}], properties: {name: {type: string}}, "
             "discriminator: {propertyName: kind}}, Dog: {allOf: [{$ref: "
             "'#/components/schemas/Pet'}, {required: [bark]}]}}}}"),
      R"({"name":"text","bark":"text","kind":"Dog"})");
  // The example names a child that it does not suit.
  EXPECT_EQ(
      sample("{$ref: '#/components/schemas/Pet', components: {schemas: {Pet: {type: object, "
             "required: [kind], properties: {kind: {type: string, example: Dog}}, example: {kind: "
             "Dog}, discriminator: {propertyName: kind}}, Dog: {allOf: [{$ref: "
             "'#/components/schemas/Pet'}, {not: {}}]}, Cat: {allOf: [{$ref: "
             "'#/components/schemas/Pet'}, {required: [lives]}]}}}}"),
      R"({"kind":"Cat","lives":"text"})");
}

TEST(Sample, TakesAnAlternativeThatADiscriminatorDoesNotName) {
  EXPECT_EQ(sample("{oneOf: [{$ref: '#/components/schemas/Cat'}, {type: object, required: [kind, "
                   "lives], properties: {kind: {enum: [Cat, Dog]}}}], discriminator: "
                   "{propertyName: kind}, components: {schemas: {Cat: {not: {}}}}}"),
            R"({"kind":"Dog","lives":"text"})");
  EXPECT_EQ(sample("{$ref: '#/components/schemas/Pet', components: {schemas: {Pet: {type: object, "
                   "required: [kind], properties: {kind: {enum: [Cat, Dog, Cow, Pig]}}, "
                   "discriminator: {propertyName: kind, mapping: {Dog: Cat, Cow: Cat}}}, Cat: "
                   "{allOf: [{$ref: '#/components/schemas/Pet'}, {not: {}}]}}}}"),
            R"({"kind":"Pig"})");
}

TEST(Sample, CombinesRules) {
  EXPECT_EQ(
      sample("{type: object, not: {required: [a]}, properties: {a: {type: integer}, b: {type: "
             "integer}}}"),
      "{}");
  EXPECT_EQ(sample("{type: object, required: [a], dependentRequired: {a: [b]}, properties: {b: "
                   "{const: 2}, a: {const: 1}}}"),
            R"({"a":1,"b":2})");
  EXPECT_EQ(sample("{type: object, required: [a], properties: {a: {const: 1}}, if: {properties: "
                   "{a: {const: 1}}}, then: {required: [b]}, else: {required: [c]}}"),
            R"({"a":1,"b":"text"})");
  EXPECT_EQ(sample("{type: object, minProperties: 2, additionalProperties: false, "
                   "patternProperties: {'^x[0-9]$': {type: integer}}}"),
            R"({"x0":1,"x1":1})");
  EXPECT_EQ(sample("{type: object, minProperties: 1, maxProperties: 1, properties: {a: {type: "
                   "integer}, b: {type: integer}}}"),
            R"({"a":1})");
  EXPECT_EQ(sample("{type: object, minProperties: 1, propertyNames: {pattern: '^[A-Z]{2}$'}}"),
            R"({"AA":"text"})");
  EXPECT_EQ(sample("{allOf: [{pattern: '^[a-z]+$', minLength: 3}, {maxLength: 3}], type: string}"),
            "\"aaa\"");
  EXPECT_EQ(sample("{type: string, format: email, minLength: 20}"), "\"jo@example.comaaaaaa\"");
  EXPECT_EQ(sample("{type: string, format: uri, maxLength: 4}"), "\"a:b\"");
  EXPECT_EQ(sample("{type: integer, minimum: 0.5, maximum: 1.5}"), "1");
  EXPECT_EQ(sample("{type: integer, minimum: 9007199254740993}"), "9007199254740993");
  EXPECT_EQ(sample("{type: number, minimum: 0.01, multipleOf: 0.01, maximum: 0.015}"), "0.01");
  EXPECT_EQ(sample("{type: [string, 'null'], enum: [null]}"), "null");
  EXPECT_EQ(sample("{type: array, minItems: 3, uniqueItems: true, items: {type: object, required: "
                   "[id], properties: {id: {type: integer}}}}"),
            R"([{"id":1},{"id":3},{"id":4}])");
}

TEST(Sample, ExcusesAReadOnlyPropertyThatAnotherPartRequires) {
  EXPECT_EQ(sample("{allOf: [{required: [id, a]}, {properties: {id: {readOnly: true}, a: {const: "
                   "1}}}]}",
                   Direction::request),
            R"({"a":1})");
}

TEST(Sample, LeavesOutWhatIsReadOnlyBesideAReference) {
  const auto compiled = SchemaDocument::compile(
      "{type: object, properties: {a: {$ref: '#/x-a', readOnly: true}, b: {allOf: [{$ref: '#/x-a', "
      "readOnly: true}]}, c: {$ref: '#/x-a'}}, x-a: {type: integer}}",
      "t.yaml", {.dialect = Dialect::openapi_3_0}, {});
  ASSERT_TRUE(compiled) << compiled.error().message;
  const auto value = sample_of(compiled->root(), Direction::request);
  ASSERT_TRUE(value);
  EXPECT_EQ(json::to_text(*value), R"({"c":1})");
}

TEST(Sample, EndsARecursionEarly) {
  EXPECT_EQ(sample("{$ref: '#/$defs/node', $defs: {node: {type: object, required: [children], "
                   "properties: {children: {type: array, items: {$ref: '#/$defs/node'}}, parent: "
                   "{$ref: '#/$defs/node'}}}}}"),
            R"({"children":[]})");
  EXPECT_EQ(sample("{$ref: '#/$defs/sum', $defs: {sum: {anyOf: [{type: object, required: [left], "
                   "properties: {left: {$ref: '#/$defs/sum'}}}, {type: integer}]}}}"),
            R"({"left":1})");
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
  const auto compiled = SchemaDocument::compile(schema + "}}", "t.yaml", {}, {});
  ASSERT_TRUE(compiled) << compiled.error().message;
  // Whether there is a value does not matter: the test is that the search ends.
  Steps steps(1'000'000'000);
  static_cast<void>(sample_of(compiled->root(), Direction::response, steps));
  EXPECT_LE(steps.taken(), kSampleStepsMax);
}

TEST(Sample, HasALimitOfValues) {
  EXPECT_EQ(
      sample("{type: array, minItems: 1000, items: {type: array, minItems: 1000, uniqueItems: "
             "true, items: {type: integer}}}"),
      "nothing");
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
