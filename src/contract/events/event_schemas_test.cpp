#include "contract/events/event_schemas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <sstream>

#include "contract/events/event_schemas_source.h"
#include "contract/openapi/contract.h"
#include "contract/schema/steps.h"

namespace penstock::contract {
namespace {

using testing::HasSubstr;

constexpr EventSchemasText::Document kDocuments[] = {
    {"api.yaml", R"({"openapi":"3.0.3","events":[{"$ref":"more.yaml#/Name"}],)"
                 R"("sizes":{"a/b c":{"type":"integer","nullable":true}}})"},
    {"more.yaml", R"({"Name":{"type":"string","minLength":2,"pattern":"^[a-z]*$"}})"}};
constexpr EventSchemaText kEvents[] = {
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

TEST_F(EventSchemasTest, ValidateValuesByTheSchemaOfTheirType) {
  ASSERT_TRUE(schemas_) << schemas_.error().message;
  EXPECT_EQ(problem("named", "\"paul\""), "");
  EXPECT_EQ(problem("named", "\"P\""),
            "the value breaks its event's schema: it must have at least 2 characters; it must "
            "match ^[a-z]*$");
  EXPECT_EQ(problem("sized", "null"), "");
  EXPECT_THAT(problem("sized", "1.5"), HasSubstr("it must be"));
  EXPECT_EQ(schemas_->read("named", "\"paul\"").value(), boost::json::value("paul"));
}

// The function would give such a record up.
TEST_F(EventSchemasTest, DoNotRefuseAValueBecauseItIsLarge) {
  const std::string large(Steps::kTrustedMax / 20, 'a');
  EXPECT_EQ(problem("named", '"' + large + '"'), "");
}

TEST_F(EventSchemasTest, RefuseWhatIsNotJson) {
  EXPECT_THAT(problem("named", "paul"), HasSubstr("the value is not JSON: at byte 0 it "));
  EXPECT_THAT(problem("named", ""), HasSubstr("the value is not JSON: at byte 0 it "));
  EXPECT_THAT(problem("free", R"({"a":1,"a":2})"), HasSubstr("the value is not JSON: at byte "));
}

TEST_F(EventSchemasTest, AcceptAnyJsonForAnEventWithoutSchema) {
  EXPECT_TRUE(schemas_->declares("free"));
  EXPECT_EQ(problem("free", "[1]"), "");
  EXPECT_FALSE(schemas_->declares("unknown"));
}

TEST(EventSchemas, ExplainWhyTheyDoNotCompile) {
  const EventSchemaText events[] = {{"lost", "api.yaml#/nowhere"}};
  const auto schemas = EventSchemas::compile({Dialect::openapi_3_0, kDocuments, events});
  ASSERT_FALSE(schemas);
  EXPECT_THAT(schemas.error().message, HasSubstr("'api.yaml#/nowhere' points to nothing"));
}

TEST(EventSchemas, CompileWithoutEvents) {
  EXPECT_FALSE(EventSchemas::compile({}).value().declares(""));
}

// The parts of a contract must give the same verdicts as the whole contract.
class EventSchemasSourceTest : public testing::Test {
 protected:
  void make(std::string_view document, std::map<std::string, std::string> others = {}) {
    auto contract = Contract::parse(
        document, "api.yaml", [&](const std::string& name) -> base::Result<std::string> {
          const auto found = others.find(name);
          if (found == others.end()) return base::Error{base::ErrorCode::not_found, "no " + name};
          return found->second;
        });
    ASSERT_TRUE(contract) << contract.error().message;
    source_ = EventSchemasSource::of(*contract).value();
    std::vector<EventSchemasText::Document> documents;
    std::vector<EventSchemaText> events;
    for (const auto& [name, json] : source_.documents) documents.push_back({name, json});
    for (const auto& [type, reference] : source_.events) events.push_back({type, reference});
    auto schemas = EventSchemas::compile({source_.dialect, documents, events});
    ASSERT_TRUE(schemas) << schemas.error().message;
    schemas_.emplace(std::move(*schemas));
  }
  bool takes(std::string_view type, std::string_view value) {
    return schemas_->read(type, value).has_value();
  }

  EventSchemasSource source_;
  std::optional<EventSchemas> schemas_;
};

std::string with_events(const std::string& version, const std::string& events,
                        const std::string& components) {
  std::string document = "openapi: " + version + "\ninfo: {title: t, version: '1'}\npaths:\n";
  std::istringstream lines(events);
  int number = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    const std::string id = std::to_string(number);
    document += "  /a b/" + id + ":\n    get:\n      operationId: o" + id +
                "\n      summary: not needed\n      x-event: " + line +
                "\n      responses: {'200': {description: ok}}\n";
  }
  return document + "components:\n  schemas:\n" + components;
}

TEST_F(EventSchemasSourceTest, KeepsThePartsOfNeededSchemas) {
  make(with_events(
           "3.0.3",
           "{type: t.inline, topic: e, schema: {type: string, enum: ['a \"b\" \\ c']}}\n"
           "{type: t.shared, topic: e, schema: {$ref: '#/components/schemas/Shared'}}\n"
           "{type: t.free, topic: e}\n"
           "{type: t.cat, topic: e, schema: {$ref: '#/components/schemas/Pet'}}\n"
           "{type: t.list, topic: e, schema: {$ref: '#/components/schemas/Choices/anyOf/1'}}\n"
           "{type: t.other, topic: e, schema: {$ref: 'more.yaml#/Name'}}\n",
           R"(
    Shared:
      type: object
      properties: {next: {$ref: '#/components/schemas/Shared'}}
      additionalProperties: false
    Unused: {type: string, pattern: unused}
    Choices: {anyOf: [{type: boolean}, {type: integer}]}
    Pet:
      type: object
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {kitten: '#/components/schemas/Cat'}}
    Cat:
      type: object
      required: [kind, lives]
      properties: {kind: {type: string}, lives: {type: integer}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}}, maxProperties: 1}
)"),
       {{"more.yaml",
         "Name: {type: string, minLength: 2}\nOther: {type: string, pattern: unused}\n"}});
  EXPECT_TRUE(takes("t.inline", R"("a \"b\" \\ c")"));
  EXPECT_FALSE(takes("t.inline", R"("a")"));
  EXPECT_TRUE(takes("t.shared", R"({"next":{"next":{}}})"));
  EXPECT_FALSE(takes("t.shared", R"({"next":{"next":1}})"));
  EXPECT_TRUE(takes("t.free", "1"));
  EXPECT_TRUE(takes("t.cat", R"({"kind":"kitten","lives":9})"));
  EXPECT_FALSE(takes("t.cat", R"({"kind":"kitten"})"));
  EXPECT_TRUE(takes("t.cat", R"({"kind":"Dog"})"));
  EXPECT_TRUE(takes("t.list", "1"));
  EXPECT_FALSE(takes("t.list", "true"));
  EXPECT_TRUE(takes("t.other", R"("ab")"));
  EXPECT_FALSE(takes("t.other", R"("a")"));
  for (const auto& [name, json] : source_.documents) {
    EXPECT_EQ(json.find("nused"), std::string::npos) << name << json;
    EXPECT_EQ(json.find("not needed"), std::string::npos) << name << json;
  }
  EXPECT_THAT(source_.cpp("orders"), HasSubstr("Dialect::openapi_3_0, kDocuments, {kEvents, 6}"));
  EXPECT_THAT(source_.cpp("orders"), HasSubstr(R"(\"a \\\"b\\\" \\\\ c\")"));
  EXPECT_THAT(source_.cpp("orders"), HasSubstr("{\"t.free\", \"\"},\n"));
}

TEST_F(EventSchemasSourceTest, KeepsIdentifiersAnchorsAndDynamicReferences) {
  make(with_events(
      "3.1.0",
      "{type: t.tree, topic: e, schema: {$ref: 'https://example.com/strict'}}\n"
      "{type: t.anchor, topic: e, schema: {$ref: '#/components/schemas/Base/$defs/Inner'}}\n",
      R"(
    Tree:
      $id: https://example.com/tree
      $dynamicAnchor: node
      type: object
      properties: {children: {type: array, items: {$dynamicRef: '#node'}}}
    Strict:
      $id: https://example.com/strict
      $dynamicAnchor: node
      $ref: tree
      unevaluatedProperties: false
    Base:
      $id: https://example.com/base
      $defs: {Inner: {$ref: '#size'}, Size: {$anchor: size, type: integer}}
    Unused: {type: string, pattern: unused}
)"));
  EXPECT_TRUE(takes("t.tree", R"({"children":[{"children":[]}]})"));
  EXPECT_FALSE(
      takes("t.tree", R"({"children":[{"childrn":[]}]})"));  // The outermost anchor decides.
  EXPECT_TRUE(takes("t.anchor", "1"));
  EXPECT_FALSE(takes("t.anchor", "\"1\""));
  EXPECT_EQ(source_.documents.front().second.find("unused"), std::string::npos);
}

TEST_F(EventSchemasSourceTest, IsSmallWithoutEvents) {
  make(
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n"
      "  /a: {get: {operationId: a, responses: {'200': {description: ok}}}}\n");
  EXPECT_EQ(source_.documents.front().second, "{}");
  EXPECT_TRUE(source_.events.empty());
}

}  // namespace
}  // namespace penstock::contract
