#include "contract/parameters/body_check.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>

#include "contract/schema/schema_document.h"
#include "contract/schema/steps.h"

namespace penstock::contract {
namespace {

class BodyCheckTest : public testing::Test {
 protected:
  const Schema& schema(const std::string& text) {
    auto compiled = SchemaDocument::compile(
        text, "t.yaml", {}, [](const std::string&) -> base::Result<std::string> {
          return base::Error{.code = base::ErrorCode::not_found, .message = "no files"};
        });
    EXPECT_TRUE(compiled) << compiled.error().message;
    documents_.push_back(std::move(*compiled));
    return documents_.back().root();
  }
  // Returns the keyword that the text breaks, or "valid".
  std::string verdict(const std::string& rules, std::string_view text) {
    Violations violations;
    Steps steps;
    validate_body_text(&schema(rules), text, Direction::request, violations, steps);
    return violations.empty() ? "valid" : std::string(violations[0].keyword);
  }

  std::deque<SchemaDocument> documents_;
};

TEST_F(BodyCheckTest, ATextIsAnyScalar) {
  EXPECT_EQ(body_check(BodyKind::text, nullptr), BodyCheck::text);
  for (const char* rules :
       {"{type: string}", "{type: integer}", "{type: boolean}", "{}", "{type: [object, number]}"}) {
    EXPECT_EQ(body_check(BodyKind::text, &schema(rules)), BodyCheck::text) << rules;
  }
  for (const char* rules : {"{type: object}", "{type: array}", "{type: [object, array]}"}) {
    EXPECT_EQ(body_check(BodyKind::text, &schema(rules)), BodyCheck::none) << rules;
  }
}

TEST_F(BodyCheckTest, BytesHaveASizeOrAreAText) {
  EXPECT_EQ(body_check(BodyKind::bytes, nullptr), BodyCheck::size);
  for (const char* rules :
       {"{}", "{type: string}", "{type: string, maxLength: 9}", "{type: [string, object]}",
        "{oneOf: [{type: string}, {type: object}]}", "{allOf: [{type: string}, {title: t}]}"}) {
    EXPECT_EQ(body_check(BodyKind::bytes, &schema(rules)), BodyCheck::size) << rules;
  }
  for (const char* rules : {"{type: string, pattern: a}", "{type: string, enum: [a]}", "{const: a}",
                            "{oneOf: [{type: string, maxLength: 3}, {type: object}]}",
                            "{anyOf: [{$ref: '#/$defs/a'}], $defs: {a: {pattern: a}}}"}) {
    EXPECT_EQ(body_check(BodyKind::bytes, &schema(rules)), BodyCheck::text) << rules;
  }
  for (const char* rules : {"{type: object}", "{type: integer}", "{type: array}",
                            "{oneOf: [{type: string}, {type: string}]}"}) {
    EXPECT_EQ(body_check(BodyKind::bytes, &schema(rules)), BodyCheck::none) << rules;
  }
}

TEST_F(BodyCheckTest, JsonIsAlwaysAValue) {
  EXPECT_EQ(body_check(BodyKind::json, nullptr), BodyCheck::value);
  EXPECT_EQ(body_check(BodyKind::json, &schema("{type: string}")), BodyCheck::value);
}

TEST_F(BodyCheckTest, ATextIsReadAsWhatTheSchemaAllows) {
  EXPECT_EQ(verdict("{type: integer, maximum: 9}", "5"), "valid");
  EXPECT_EQ(verdict("{type: integer, maximum: 9}", "10"), "maximum");
  EXPECT_EQ(verdict("{type: integer}", "five"), "type");
  EXPECT_EQ(verdict("{type: integer}", "+5"), "type");
  EXPECT_EQ(verdict("{type: boolean}", "true"), "valid");
  EXPECT_EQ(verdict("{type: boolean}", "yes"), "type");
  EXPECT_EQ(verdict("{type: string, maxLength: 2}", "abc"), "maxLength");
  // It is a string where it is no valid number.
  EXPECT_EQ(verdict("{type: [integer, string], maximum: 9, maxLength: 2}", "10"), "valid");
  EXPECT_EQ(verdict("{type: [integer, string], maximum: 9, maxLength: 2}", "100"), "maxLength");
  EXPECT_EQ(verdict("{type: [integer, string], maxLength: 2}", "100"), "valid");
}

}  // namespace
}  // namespace penstock::contract
