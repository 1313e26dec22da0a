#include "contract/cpp/cpp_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/cpp/cpp_writers.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kHead = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

std::string text_of(const std::string& document, const char* file) {
  const auto contract = Contract::parse(document, "t.yaml");
  if (!contract) return contract.error().message;
  const auto model = cpp_model(*contract);
  if (!model) return model.error().message;
  for (const CppFile& written : cpp_files(*model, {.name_space = "t"})) {
    if (written.name == file) return written.text;
  }
  return "";
}

// Returns the types of a contract with these schemas, of which `Root` is the body of a request.
std::string types_of(const std::string& schemas) {
  return text_of(kHead + ("paths: {/p: {put: {operationId: put_it, requestBody: {content: "
                          "{application/json: {schema: {$ref: '#/components/schemas/Root'}}}}, "
                          "responses: {'204': {description: D.}}}}}\n"
                          "components: {schemas: {" +
                          schemas + "}}\n"),
                 "t/types.h");
}

// Returns how a property with this schema is declared.
std::string member_of(const std::string& schema, bool required = true) {
  const std::string all =
      types_of(std::string("Root: {type: object, ") + (required ? "required: [p], " : "") +
               "properties: {p: " + schema + "}}");
  const size_t end = all.find(" p = ");
  if (end == std::string::npos) return all;
  const size_t begin = all.rfind('\n', end) + 3;
  return all.substr(begin, end - begin);
}

TEST(CppModel, TypesOfSchemas) {
  EXPECT_EQ(member_of("{type: string}"), "std::string");
  EXPECT_EQ(member_of("{type: boolean}"), "bool");
  EXPECT_EQ(member_of("{type: integer}"), "int64_t");
  EXPECT_EQ(member_of("{type: integer, format: int32}"), "int32_t");
  EXPECT_EQ(member_of("{type: integer, format: uint16}"), "int32_t");
  EXPECT_EQ(member_of("{type: integer, format: uint32}"), "int64_t");
  EXPECT_EQ(member_of("{type: number}"), "double");
  EXPECT_EQ(member_of("{type: number, format: int64}"), "int64_t");
  EXPECT_EQ(member_of("{type: string, format: date}"), "penstock::typed::Date");
  EXPECT_EQ(member_of("{type: string, format: date-time}"), "penstock::typed::DateTime");
  EXPECT_EQ(member_of("{type: array, items: {type: string}}"), "std::vector<std::string>");
  EXPECT_EQ(member_of("{type: object, additionalProperties: {type: number}}"),
            "std::map<std::string, double>");
  EXPECT_EQ(member_of("{enum: [a, b]}"), "RootP");
  EXPECT_EQ(member_of("{type: object, properties: {q: {type: string}}}"), "RootP");
}

TEST(CppModel, WhatCannotBeTypedIsJson) {
  for (const char* schema :
       {"{}", "true", "{type: object}", "{type: [string, integer]}", "{enum: [a, 1]}",
        "{anyOf: [{type: string}, {type: integer}]}", "{not: {type: string}}",
        "{oneOf: [{type: object, properties: {a: {}}}, {type: object, properties: {b: {}}}]}"}) {
    EXPECT_EQ(member_of(schema), "boost::json::value") << schema;
  }
}

TEST(CppModel, AbsentAndNullAreTwoThings) {
  EXPECT_EQ(member_of("{type: string}", false), "std::optional<std::string>");
  EXPECT_EQ(member_of("{type: [string, 'null']}"), "std::optional<std::string>");
  EXPECT_EQ(member_of("{type: [string, 'null']}", false),
            "std::optional<std::optional<std::string>>");
  EXPECT_EQ(member_of("{enum: [a, null]}"), "std::optional<RootP>");
  EXPECT_EQ(member_of("{anyOf: [{type: integer}, {type: 'null'}]}"), "std::optional<int64_t>");
}

TEST(CppModel, AlternativesThatOnlyNarrowChangeNoType) {
  EXPECT_EQ(member_of("{type: string, anyOf: [{pattern: a}, {pattern: b}]}"), "std::string");
  EXPECT_THAT(types_of("Root: {type: object, properties: {a: {type: string}, b: {type: string}}, "
                       "anyOf: [{required: [a]}, {required: [b]}]}"),
              HasSubstr("std::optional<std::string> b = {};"));
  EXPECT_THAT(types_of("Root: {type: object, properties: {a: {type: string}}, "
                       "if: {required: [a]}, then: {properties: {b: {type: string}}}}"),
              Not(HasSubstr("struct Root")));
}

TEST(CppModel, AllPartsOfAnAllOfAreOneStruct) {
  const std::string types = types_of(
      "Root: {allOf: [{$ref: '#/components/schemas/Base'}, {required: [a, c], properties: {a: "
      "{maxLength: 5}, c: {type: integer}}}]}, Base: {type: object, properties: {a: {type: "
      "string}, b: {type: string}}}");
  EXPECT_THAT(types, HasSubstr("struct Root {\n"
                               "  std::string a = {};\n"
                               "  std::optional<std::string> b = {};\n"
                               "  int64_t c = 0;\n"));
}

TEST(CppModel, MembersHaveTheOrderOfPropertiesAndNotOfRequired) {
  EXPECT_THAT(types_of("Root: {type: object, required: [b, a], properties: {a: {type: string}, "
                       "b: {type: boolean}}}"),
              HasSubstr("  std::string a = {};\n  bool b = false;\n"));
}

TEST(CppModel, OneOfWithADiscriminatorIsAVariant) {
  const std::string types = types_of(
      "Root: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}], "
      "discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat'}}}, "
      "Cat: {type: object, required: [kind], properties: {kind: {type: string}}}, "
      "Dog: {type: object, required: [kind], properties: {kind: {type: string}}}");
  EXPECT_THAT(types, HasSubstr("struct Root : std::variant<Cat, Dog> {"));
}

TEST(CppModel, WhatContainsItselfIsInABoxAndAListNeedsNone) {
  const std::string types = types_of(
      "Root: {type: object, required: [b], properties: {a: {$ref: '#/components/schemas/Root'}, "
      "b: {$ref: '#/components/schemas/Other'}, c: {type: array, items: {$ref: "
      "'#/components/schemas/Root'}}, d: {type: object, additionalProperties: {$ref: "
      "'#/components/schemas/Root'}}}}, "
      "Other: {type: object, properties: {root: {$ref: '#/components/schemas/Root'}}}");
  EXPECT_THAT(types, HasSubstr("std::optional<penstock::typed::Box<Root>> a = {};"));
  EXPECT_THAT(types, HasSubstr("penstock::typed::Box<Other> b = {};"));
  EXPECT_THAT(types, HasSubstr("std::optional<std::vector<Root>> c = {};"));
  EXPECT_THAT(types, HasSubstr("std::map<std::string, penstock::typed::Box<Root>>> d = {};"));
}

TEST(CppModel, AListOfItselfIsJson) {
  EXPECT_THAT(types_of("Root: {type: object, properties: {l: {$ref: '#/components/schemas/L'}}}, "
                       "L: {type: array, items: {$ref: '#/components/schemas/M'}}, "
                       "M: {type: array, items: {$ref: '#/components/schemas/L'}}"),
              HasSubstr("std::optional<boost::json::value> l = {};"));
}

TEST(CppModel, SchemasWithoutANameAreCalledAfterTheirPlace) {
  const std::string types = types_of(
      "Root: {type: object, properties: {lines: {type: array, items: {type: object, properties: "
      "{kind: {enum: [x]}}}}}}");
  EXPECT_THAT(types, HasSubstr("struct RootLinesItem {"));
  EXPECT_THAT(types, HasSubstr("enum class RootLinesItemKind { x };"));
}

TEST(CppModel, TheOrderOfTheDocumentChangesNoName) {
  const std::string a = "a-b: {type: object, properties: {x: {$ref: '#/components/schemas/A-B'}}}";
  const std::string b = "A-B: {type: object, properties: {y: {enum: [u]}}}";
  const std::string root =
      "Root: {type: object, properties: {v: {$ref: '#/components/schemas/a-b'}}}";
  EXPECT_EQ(types_of(a + ", " + b + ", " + root), types_of(root + ", " + b + ", " + a));
}

TEST(CppModel, AnAuthorChoosesNames) {
  const std::string types = types_of(
      "Root: {type: object, x-penstock-name: Chosen, properties: {old: {type: string, "
      "x-penstock-name: fresh}}}");
  EXPECT_THAT(types, HasSubstr("struct Chosen {\n  std::optional<std::string> fresh = {};"));
}

TEST(CppModel, ChosenNamesThatAreWrongAreRefusedWithTheirPlace) {
  EXPECT_THAT(types_of("Root: {type: object, x-penstock-name: 1st, properties: {a: {}}}"),
              HasSubstr("t.yaml:4:62: x-penstock-name: '1st' is no name of C++ here; use letters"));
  // A struct `ok` would be hidden by the function ok(), and a member `Status` hides the type.
  EXPECT_THAT(types_of("Root: {type: object, x-penstock-name: ok, properties: {a: {}}}"),
              HasSubstr("'ok' is no name of C++ here; use letters, digits and single underscores, "
                        "a capital letter first"));
  EXPECT_THAT(types_of("Root: {type: object, properties: {a: {type: string, x-penstock-name: "
                       "Status}}}"),
              HasSubstr("'Status' is no name of C++ here; use letters, digits and single "
                        "underscores, a small letter first"));
  EXPECT_THAT(types_of("Root: {type: object, x-penstock-name: X, properties: {a: {$ref: "
                       "'#/components/schemas/B'}}}, B: {type: object, x-penstock-name: X, "
                       "properties: {a: {}}}"),
              HasSubstr("x-penstock-name: this name is chosen twice"));
}

TEST(CppModel, DeepListsAreRefusedWithASentence) {
  std::string deep = "{type: string}";
  for (size_t level = 0; level <= kCppLevelsMax; ++level) {
    deep = "{type: array, items: " + deep + '}';
  }
  EXPECT_THAT(member_of(deep), HasSubstr("more than 16 lists or maps are inside one another here"));
}

TEST(CppModel, DeepAndLongChainsOfStructsEnd) {
  std::string chain = "Root: {type: object, properties: {n: {$ref: '#/components/schemas/S0'}}}";
  for (int i = 0; i < 3000; ++i) {
    chain += ", S" + std::to_string(i) +
             ": {type: object, properties: {n: {$ref: '#/components/schemas/S" +
             std::to_string(i == 2999 ? 0 : i + 1) + "'}}}";
  }
  EXPECT_THAT(types_of(chain), HasSubstr("struct S2999 {"));
}

}  // namespace
}  // namespace penstock::contract
