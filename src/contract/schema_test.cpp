#include "contract/schema.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "contract/schema_compiler.h"

namespace penstock::contract {
namespace {

// Validates JSON text against a schema in YAML; the violations as "pointer:keyword …".
std::string validate(const std::string& schema, std::string_view document) {
  auto source = Source::parse("schema: " + schema, "t.yaml").value();
  const auto compiled = compile_schema(source, source.root()["schema"]);
  if (auto sound = source.check(); !sound) return sound.error().message;
  Violations violations;
  compiled->validate(boost::json::parse(document), "body", violations);
  std::string text;
  for (const Violation& violation : violations) {
    text += (text.empty() ? "" : " ") + violation.where + ':' + std::string(violation.keyword);
  }
  return text;
}

TEST(Schema, types) {
  EXPECT_EQ(validate("{type: string}", R"("a")"), "");
  EXPECT_EQ(validate("{type: string}", "1"), ":type");
  EXPECT_EQ(validate("{type: integer}", "1.0"), "");
  EXPECT_EQ(validate("{type: integer}", "1.5"), ":type");
  EXPECT_EQ(validate("{type: number}", "1"), "");
  EXPECT_EQ(validate("{type: boolean}", "null"), ":type");
  EXPECT_EQ(validate("{type: boolean, nullable: true}", "null"), "");
  EXPECT_EQ(validate("{}", "[1]"), "");
}

TEST(Schema, strings_and_numbers) {
  EXPECT_EQ(validate("{type: string, minLength: 2, pattern: '^a'}", R"("b")"), ":minLength :pattern");
  EXPECT_EQ(validate("{type: string, maxLength: 1}", "\"\xf0\x9f\x98\x80\""), "");
  EXPECT_EQ(validate("{type: string, pattern: 'a$'}", R"("a\n")"), ":pattern");
  EXPECT_EQ(validate("{minimum: 1, maximum: 2}", "3"), ":maximum");
  EXPECT_EQ(validate("{type: integer, format: int32}", "2147483648"), ":maximum");
  EXPECT_EQ(validate("{enum: [a, 1, null]}", "1"), "");
  EXPECT_EQ(validate("{enum: [a, 1, null]}", "2"), ":enum");
}

TEST(Schema, objects_and_arrays_say_where) {
  const std::string schema =
      "{type: object, additionalProperties: false, required: [a, c], properties: "
      "{a: {type: array, minItems: 1, maxItems: 2, items: {type: string}}, 'b/~': {type: integer}}}";
  EXPECT_EQ(validate(schema, R"({"a":["x"],"c":1})"), "/c:additionalProperties");
  EXPECT_EQ(validate(schema, R"({"a":["x",1],"b/~":"s","d":0})"),
            "/a/1:type /b~1~0:type /c:required /d:additionalProperties");
  EXPECT_EQ(validate(schema, R"({"a":[],"c":0})"), "/a:minItems /c:additionalProperties");
}

TEST(Schema, what_is_not_enforced_is_refused_with_its_place) {
  EXPECT_EQ(validate("{type: strin}", "1"),
            "t.yaml:1:16: schema: type must be string, integer, number, boolean, object or array");
  EXPECT_EQ(validate("{oneOf: []}", "1"),
            "t.yaml:1:10: schema: 'oneOf' is not enforced by this version, so it is refused");
  EXPECT_NE(validate("{pattern: '(a)\\1'}", "1").find("pattern cannot be matched in linear time"),
            std::string::npos);
  EXPECT_NE(validate("{minLength: -1}", "1").find("minLength must be a whole number"), std::string::npos);
  EXPECT_NE(validate("{$ref: '#/nowhere'}", "1").find("points to nothing"), std::string::npos);
  EXPECT_NE(validate("{properties: {a: {$ref: '#/schema'}}}", "1").find("contains itself"),
            std::string::npos);
  EXPECT_NE(validate("{$ref: '#/schema'}", "1").find("circle"), std::string::npos);
}

TEST(Schema, a_hostile_value_gives_a_bounded_list) {
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) many += "1,";
  EXPECT_LT(validate("{items: {type: string}}", many + "1]").size(), 1000u);
}

}  // namespace
}  // namespace penstock::contract
