#include <gtest/gtest.h>

#include <string>

#include "contract/schema/schema_testing.h"

namespace penstock::contract {
namespace {

TEST(Discriminator, ChoosesAnAlternative) {
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
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"cow"}})"), "/pet/is:discriminator");
  EXPECT_EQ(validate(schema, R"({"pet":{"is":7}})"), "/pet/is:discriminator");
  EXPECT_EQ(validate(schema, R"({"pet":{}})"), "/pet/is:required");
}

TEST(Discriminator, KeepsImplicitNamesBesideAMapping) {
  const std::string schema = R"(
properties:
  pet:
    oneOf: [{$ref: '#/properties/cat'}, {$ref: '#/properties/dog'}]
    discriminator: {propertyName: is, mapping: {miau: '#/properties/cat', dog: '#/properties/cat'}}
  cat: {type: object, required: [lives]}
  dog: {type: object, required: [bark]})";
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"miau"}})"), "/pet/lives:required");
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"cat"}})"), "/pet/lives:required");
  // A mapping replaces the implicit name of another alternative.
  EXPECT_EQ(validate(schema, R"({"pet":{"is":"dog"}})"), "/pet/lives:required");
}

TEST(Discriminator, RefusesTwoAlternativesOfOneName) {
  EXPECT_NE(validate("{oneOf: [{$ref: '#/properties/a'}, {$ref: '#/x-more/a'}], "
                     "discriminator: {propertyName: k}, properties: {a: {}}, x-more: {a: {}}}",
                     "1")
                .find("discriminator: two alternatives are named 'a'; give each another name"),
            std::string::npos);
}

TEST(Discriminator, LeavesOtherKeywordsInForce) {
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
}

TEST(Discriminator, RefusesAValueThatIsMappedToNoAlternative) {
  const std::string schema =
      "{properties: {a: {}, b: {}, p: {oneOf: [{$ref: '#/properties/a'}], discriminator: "
      "{propertyName: k, mapping: {x: '#/properties/b'}}}}}";
  EXPECT_EQ(remarks(schema),
            "114 discriminator-mapping: mapping: '#/properties/b' is not one of the alternatives, "
            "so a value that names it is refused\n");
  EXPECT_EQ(validate(schema, R"({"p":{"k":"x"}})"), "/p/k:discriminator");
}

TEST(Discriminator, ChecksInlineAlternativesAsTheListSays) {
  const std::string only_inline =
      "{discriminator: {propertyName: t}, oneOf: [{type: object, required: [t], properties: {t: "
      "{enum: [a]}}}, {type: object, required: [t], properties: {t: {enum: [b]}}}]}";
  EXPECT_EQ(remarks(only_inline).substr(0, 31), "17 discriminator-without-effect");
  EXPECT_EQ(validate(only_inline, R"({"t":"b"})"), "");
  EXPECT_EQ(validate(only_inline, R"({"t":"c"})"), ":oneOf");
  const std::string mixed = R"(
properties:
  p:
    oneOf: [{$ref: '#/properties/a'}, {type: object, required: [u]}, {type: string}]
    discriminator: {propertyName: t}
  a: {type: object, required: [v]})";
  EXPECT_EQ(remarks(mixed), "");
  EXPECT_EQ(validate(mixed, R"({"p":{"t":"a","u":1}})"), "/p/v:required");
  EXPECT_EQ(validate(mixed, R"({"p":{"t":"b","u":1}})"), "");
  EXPECT_EQ(validate(mixed, R"({"p":{"u":1}})"), "");
  EXPECT_EQ(validate(mixed, R"({"p":{"t":"b"}})"), "/p/u:required");
  EXPECT_EQ(validate(mixed, R"({"p":"text"})"), "");
}

TEST(Discriminator, NamesAnAlternativeThatHasNoName) {
  EXPECT_EQ(remarks_3_1("{$defs: {a: {$anchor: a}, b: {}}, oneOf: [{$ref: '#a'}, {$ref: "
                        "'#/$defs/b'}], discriminator: {propertyName: k}}"),
            "50 discriminator-unnamed-alternative: discriminator: this alternative has no name; "
            "write one under 'mapping', or put the schema under '#/components/schemas'\n");
}

// The base is Pet. A Puppy is a Dog, which is a Pet.
constexpr std::string_view kPets = R"(
properties:
  pet: {$ref: '#/components/schemas/Pet'}
  dog: {$ref: '#/components/schemas/Dog'}
  described: {description: wrapped, allOf: [{$ref: '#/components/schemas/Pet'}]}
components:
  schemas:
    Pet:
      type: object
      required: [kind]
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind, mapping: {barking: Dog, self: Pet}}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [bark]}]}
    Puppy: {allOf: [{allOf: [{$ref: '#/components/schemas/Dog'}]}, {required: [age]}]}
    Cat: {allOf: [{$ref: '#/components/schemas/Alias'}], required: [lives]}
    Alias: {$ref: '#/components/schemas/Pet'}
    Stone: {type: object})";

// The keyword `components` is unknown, which is only a remark in 3.1.
std::string validate_pets(std::string_view instance) {
  return validate_3_1(kPets, instance);
}

TEST(Discriminator, ChoosesAChildOfABase) {
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Dog"}})"), "/pet/bark:required");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"barking"}})"), "/pet/bark:required");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Dog","bark":1}})"), "");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Cat"}})"), "/pet/lives:required");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Puppy","bark":1}})"), "/pet/age:required");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Puppy","age":1}})"), "/pet/bark:required");
  EXPECT_EQ(validate_pets(R"({"described":{"kind":"Cat"}})"), "/described/lives:required");
}

// Each value would be checked twice as often as the one around it.
TEST(Discriminator, ChecksNestedValuesOnce) {
  const std::string schema = R"(
$ref: '#/components/schemas/Node'
components:
  schemas:
    Node:
      type: object
      properties: {kind: {type: string}, next: {$ref: '#/components/schemas/Node'}}
      discriminator: {propertyName: kind}
    Leaf: {allOf: [{$ref: '#/components/schemas/Node'}]})";
  std::string value = R"({"kind":"Leaf","next":1})";
  for (int i = 0; i < 25; ++i) value = R"({"kind":"Leaf","next":)" + value + '}';
  std::string where;
  for (int i = 0; i < 26; ++i) where += "/next";
  EXPECT_EQ(validate_3_1(schema, value), where + ":type");
}

TEST(Discriminator, ChecksOnlyTheBaseWhereNoChildIsNamed) {
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Cow"}})"), "");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Pet"}})"), "");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"self"}})"), "");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":"Stone"}})"), "");
  EXPECT_EQ(validate_pets(R"({"pet":{"kind":1}})"), "/pet/kind:type");
  EXPECT_EQ(validate_pets(R"({"pet":{}})"), "/pet/kind:required");
}

TEST(Discriminator, ChoosesNothingFromWithinAChild) {
  EXPECT_EQ(validate_pets(R"({"dog":{"kind":"Cat","bark":1}})"), "");
  EXPECT_EQ(validate_pets(R"({"dog":{"bark":1}})"), "/dog/kind:required");
}

TEST(Discriminator, MayListChildrenThatReferBackToItsSchema) {
  const std::string schema = R"(
$ref: '#/components/schemas/Pet'
components:
  schemas:
    Pet:
      type: object
      properties: {kind: {type: string}, name: {type: string}}
      oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Cat'}]
      discriminator: {propertyName: kind}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [bark]}]}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [lives]}]})";
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"Dog"})"), "/bark:required");
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"Cat","lives":9,"name":1})"), "/name:type");
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"Cow"})"), "/kind:discriminator");
}

TEST(Discriminator, MayStandInlineInTheFirstChild) {
  const std::string schema = R"(
$ref: '#/components/schemas/Dog/allOf/0'
components:
  schemas:
    Dog:
      allOf: [{type: object, required: [name], discriminator: {propertyName: kind}}]
      required: [bark]
    Cat: {allOf: [{$ref: '#/components/schemas/Dog/allOf/0'}], required: [lives]})";
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"Dog","name":1})"), "/bark:required");
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"Cat","lives":1})"), "/name:required");
  EXPECT_EQ(validate_3_1(schema, "{}"), "/name:required");
}

TEST(Discriminator, StillChoosesWhereAnotherSchemaExtendsAList) {
  const std::string schema = R"(
$ref: '#/components/schemas/Owned'
components:
  schemas:
    Pet: {oneOf: [{$ref: '#/components/schemas/Dog'}], discriminator: {propertyName: kind}}
    Owned: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [owner]}]}
    Dog: {type: object, required: [bark]})";
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"Dog","owner":1})"), "/bark:required");
  EXPECT_EQ(validate_3_1(schema, R"({"kind":"Dog","bark":1})"), "/owner:required");
}

TEST(Discriminator, RefusesCirclesThatItDoesNotMake) {
  const std::string schema = R"(
$ref: '#/components/schemas/Pet'
components:
  schemas:
    Pet: {discriminator: {propertyName: kind, mapping: {dog: Dog}}}
    Dog: {anyOf: [{$ref: '#/components/schemas/Pet'}]})";
  EXPECT_NE(validate_3_1(schema, "{}").find("applies itself to the same value in a circle"),
            std::string::npos);
}

TEST(Discriminator, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(validate("{oneOf: [{}], discriminator: {}}", "1"),
            "t.yaml:1:30: discriminator must be an object with the text 'propertyName'");
  EXPECT_EQ(validate("{oneOf: [{}], discriminator: {propertyName: 3}}", "1"),
            "t.yaml:1:30: discriminator must be an object with the text 'propertyName'");
  EXPECT_EQ(validate("{oneOf: [{}], discriminator: {propertyName: a, defaultMapping: B}}", "1"),
            "t.yaml:1:48: discriminator: 'defaultMapping' is not supported; correct or remove it");
  EXPECT_EQ(validate("{oneOf: [{}], discriminator: {propertyName: a, mapping: [B]}}", "1"),
            "t.yaml:1:57: mapping must be an object");
  EXPECT_EQ(validate("{oneOf: [{}], discriminator: {propertyName: a, mapping: {b: 3}}}", "1"),
            "t.yaml:1:61: mapping must have the names of schemas, or references");
  EXPECT_EQ(validate("{discriminator: {propertyName: a, mapping: {b: Nothing}}}", "1"),
            "t.yaml:1:48: '#/components/schemas/Nothing' points to nothing");
}

TEST(Discriminator, BoundsHowManySchemasBuildOnBases) {
  std::string schema = "components:\n  schemas:\n";
  std::string all_bases;
  for (int i = 0; i < 600; ++i) {
    const std::string name = "B" + std::to_string(i);
    schema += "    " + name + ": {discriminator: {propertyName: k}}\n";
    all_bases += (i == 0 ? "" : ", ") + ("{$ref: '#/components/schemas/" + name + "'}");
  }
  schema += "    All: {allOf: [" + all_bases + "]}\n";
  for (int i = 0; i < 600; ++i) {
    schema += "    C" + std::to_string(i) + ": {allOf: [{$ref: '#/components/schemas/All'}]}\n";
  }
  EXPECT_NE(validate_3_1(schema + "$ref: '#/components/schemas/B0'", "1")
                .find("the schemas that build on one with a discriminator are too many"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::contract
