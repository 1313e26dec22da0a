#include "contract/event_schemas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/event_schemas_source.h"

namespace penstock::contract {
namespace {

using testing::HasSubstr;

constexpr EventSchemasText::Document kDocuments[] = {
    {"api.yaml",
     R"({"openapi":"3.0.3","events":[{"$ref":"more.yaml#/Name"}],"sizes":{"a/b c":{"type":"integer","nullable":true}}})"},
    {"more.yaml", R"({"Name":{"type":"string","minLength":2,"pattern":"^[a-z]*$"}})"}};
constexpr EventSchemasText::Event kEvents[] = {
    {"named", "api.yaml#/events/0"}, {"sized", "api.yaml#/sizes/a~1b%20c"}, {"free", ""}};
constexpr EventSchemasText kText{Dialect::openapi_3_0, kDocuments, kEvents};

class EventSchemasTest : public testing::Test {
 protected:
  std::string problem(std::string_view type, std::string_view value) {
    const auto read = schemas_->read(type, value);
    return read ? "" : read.error().message;
  }

  base::Result<EventSchemas> schemas_ = EventSchemas::compile(kText);
};

TEST_F(EventSchemasTest, hold_values_against_the_schema_of_their_type) {
  ASSERT_TRUE(schemas_) << schemas_.error().message;
  EXPECT_EQ(problem("named", "\"paul\""), "");
  EXPECT_EQ(
      problem("named", "\"P\""),
      "the value breaks its event's schema: it must have at least 2 characters; it must match ^[a-z]*$");
  EXPECT_EQ(problem("sized", "null"), "");
  EXPECT_THAT(problem("sized", "1.5"), HasSubstr("it must be"));
  EXPECT_EQ(schemas_->read("named", "\"paul\"").value(), boost::json::value("paul"));
}

TEST_F(EventSchemasTest, refuse_what_is_not_json) {
  EXPECT_THAT(problem("named", "paul"), HasSubstr("the value is not JSON: at byte 0 it "));
  EXPECT_THAT(problem("named", ""), HasSubstr("the value is not JSON: at byte 0 it "));
  EXPECT_THAT(problem("free", R"({"a":1,"a":2})"), HasSubstr("the value is not JSON: at byte "));
}

TEST_F(EventSchemasTest, take_any_json_for_an_event_without_schema) {
  EXPECT_TRUE(schemas_->declares("free"));
  EXPECT_EQ(problem("free", "[1]"), "");
  EXPECT_FALSE(schemas_->declares("unknown"));
}

TEST(EventSchemas, that_do_not_compile_say_why) {
  const EventSchemasText::Event events[] = {{"lost", "api.yaml#/nowhere"}};
  const auto schemas = EventSchemas::compile({Dialect::openapi_3_0, kDocuments, events});
  ASSERT_FALSE(schemas);
  EXPECT_THAT(schemas.error().message, HasSubstr("'api.yaml#/nowhere' points to nothing"));
}

TEST(EventSchemas, need_no_events) {
  EXPECT_FALSE(EventSchemas::compile({}).value().declares(""));
}

TEST(EventSchemasSource, names_the_place_of_each_schema) {
  const auto contract = Contract::parse(R"(openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a b/{x}:
    get:
      operationId: a
      parameters: [{name: x, in: path, required: true, schema: {type: string}}]
      x-event: {type: t.inline, topic: e, schema: {const: "a \"b\" \\ c"}}
      responses: {'200': {description: ok}}
    post:
      operationId: b
      parameters: [{name: x, in: path, required: true, schema: {type: string}}]
      x-event: {type: t.shared, topic: e, schema: {$ref: '#/components/schemas/Shared'}}
      responses: {'200': {description: ok}}
    put:
      operationId: c
      parameters: [{name: x, in: path, required: true, schema: {type: string}}]
      x-event: {type: t.free, topic: e}
      responses: {'200': {description: ok}}
components:
  schemas:
    Shared: {type: integer}
)",
                                        "api.yaml");
  ASSERT_TRUE(contract) << contract.error().message;
  const std::string source = event_schemas_source(*contract).value();
  EXPECT_THAT(source, HasSubstr("Dialect::draft_2020_12"));
  EXPECT_THAT(source, HasSubstr("{\"t.free\", \"\"},\n"));
  EXPECT_THAT(source,
              HasSubstr("{\"t.inline\", \"api.yaml#/paths/~1a%20b~1%7Bx%7D/get/x-event/schema\"},\n"));
  EXPECT_THAT(source, HasSubstr("{\"t.shared\", \"api.yaml#/"));
  EXPECT_THAT(source, HasSubstr(R"(\"const\":\"a \\\"b\\\" \\\\ c\")"));
}

}  // namespace
}  // namespace penstock::contract
