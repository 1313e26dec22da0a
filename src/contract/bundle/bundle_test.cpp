#include "contract/bundle/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "contract/openapi/contract.h"
#include "contract/openapi/contract_files.h"

namespace penstock::contract {
namespace {

using boost::json::parse;

using Files = std::map<std::string, std::string>;

// Compiles the document "api.yaml", which may refer to the files, and bundles it.
std::string bundle(const std::string& document, const Files& files) {
  const auto contract = Contract::parse(
      document, "api.yaml", [&](const std::string& name) -> base::Result<std::string> {
        const auto found = files.find(name);
        if (found != files.end()) return found->second;
        return base::Error{.code = base::ErrorCode::not_found, .message = "none"};
      });
  if (!contract) return contract.error().message;
  const auto text = bundled(contract->document(), contract->sources());
  return text ? *text : text.error().message;
}

constexpr std::string_view kHead = R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},)";

// Returns a document whose one answer has this schema, and these further members.
std::string document(const std::string& schema, const std::string& more = "") {
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n" +
         std::string("      responses: {'200': {description: d, content: {application/json: ") +
         "{schema: " + schema + "}}}}\n" + more;
}

// Returns the value at a JSON Pointer of the bundle, as text.
std::string at(const std::string& json, std::string_view pointer) {
  const auto document = parse(json);
  boost::system::error_code error;
  const auto* found = document.find_pointer(pointer, error);
  return found == nullptr ? "nothing" : serialize(*found);
}

constexpr std::string_view kSchema =
    "/paths/~1a/get/responses/200/content/application~1json/schema";

TEST(Bundle, KeepsADocumentOfOneFile) {
  const std::string json = bundle(document("{$ref: '#/components/schemas/A'}",
                                           "components: {schemas: {A: {$anchor: x, "
                                           "properties: {b: {$ref: '#x'}}, maximum: 1.5}}}"),
                                  {});
  EXPECT_EQ(json, std::string(kHead) +
                      R"("paths":{"/a":{"get":{"responses":{"200":{"description":"d","content":)"
                      R"({"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}}},)"
                      R"("components":{"schemas":{"A":{"$anchor":"x",)"
                      R"("properties":{"b":{"$ref":"#x"}},"maximum":1.5}}}})");
}

TEST(Bundle, PutsWhatOtherFilesHaveToTheComponents) {
  const std::string json = bundle(document("{$ref: 'b.yaml#/Order'}"),
                                  {{"b.yaml",
                                    "Order: {properties: {lines: {items: {$ref: '#/Line'}}}}\n"
                                    "Line: {properties: {of: {$ref: 'c/money.json'}}}\n"},
                                   {"c/money.json", R"({"type": "number", "$comment": "m"})"}});
  EXPECT_EQ(at(json, kSchema), R"({"$ref":"#/components/schemas/Order"})");
  EXPECT_EQ(at(json, "/components/schemas"),
            R"({"Order":{"properties":{"lines":{"items":{"$ref":"#/components/schemas/Line"}}}},)"
            R"("Line":{"properties":{"of":{"$ref":"#/components/schemas/money"}}},)"
            R"("money":{"type":"number","$comment":"m"}})");
}

TEST(Bundle, GivesRecursiveSchemasOneName) {
  const std::string json =
      bundle(document("{$ref: 'b.yaml#/Node'}"), {{"b.yaml",
                                                   "Node: {properties: {next: {$ref: '#/Node'}, "
                                                   "root: {$ref: 'b.yaml#/Node'}}}\n"}});
  EXPECT_EQ(at(json, "/components/schemas"),
            R"({"Node":{"properties":{"next":{"$ref":"#/components/schemas/Node"},)"
            R"("root":{"$ref":"#/components/schemas/Node"}}}})");
}

TEST(Bundle, GivesTakenNamesANumber) {
  const std::string json =
      bundle(document("{$ref: 'b.yaml#/A'}", "components: {schemas: {A: {type: string}}}\n"),
             {{"b.yaml", "A: {type: integer}\n"}});
  EXPECT_EQ(at(json, kSchema), R"({"$ref":"#/components/schemas/A_2"})");
  EXPECT_EQ(at(json, "/components/schemas"), R"({"A":{"type":"string"},"A_2":{"type":"integer"}})");
}

TEST(Bundle, UsesAComponentThatIsOnlyAReference) {
  const std::string json = bundle(document("{$ref: '#/components/schemas/A'}",
                                           "components: {schemas: {A: {$ref: b.yaml}, "
                                           "B: {items: {$ref: b.yaml}}}}\n"),
                                  {{"b.yaml", "{type: integer}\n"}});
  EXPECT_EQ(at(json, "/components/schemas"),
            R"({"A":{"type":"integer"},"B":{"items":{"$ref":"#/components/schemas/A"}}})");
}

TEST(Bundle, LeadsBackToTheDocument) {
  const std::string json =
      bundle(document("{$ref: 'b.yaml#/A'}", "components: {schemas: {C: {type: string}}}\n"),
             {{"b.yaml", "A: {items: {$ref: 'api.yaml#/components/schemas/C'}}\n"}});
  EXPECT_EQ(at(json, "/components/schemas/A"), R"({"items":{"$ref":"#/components/schemas/C"}})");
}

TEST(Bundle, HasComponentsOfAllKinds) {
  const std::string json = bundle(R"(
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a/{id}:
    parameters: [{$ref: 'b.yaml#/Id'}]
    post:
      requestBody: {$ref: 'b.yaml#/Body'}
      responses:
        '200': {$ref: 'b.yaml#/Found'}
        default: {$ref: 'b.yaml#/Found'}
)",
                                  {{"b.yaml", R"(
Id: {name: id, in: path, required: true, schema: {$ref: '#/Number'}}
Number: {type: integer}
Body: {content: {application/json: {schema: {$ref: '#/Number'}, examples: {one: {$ref: '#/One'}}}}}
One: {value: {$ref: not a reference}}
Found:
  description: d
  headers: {X-A: {$ref: '#/A'}}
A: {schema: {type: string}}
)"}});
  EXPECT_EQ(at(json, "/paths/~1a~1{id}"),
            R"({"parameters":[{"$ref":"#/components/parameters/Id"}],"post":)"
            R"({"requestBody":{"$ref":"#/components/requestBodies/Body"},"responses":)"
            R"({"200":{"$ref":"#/components/responses/Found"},)"
            R"("default":{"$ref":"#/components/responses/Found"}}}})");
  EXPECT_EQ(at(json, "/components/examples/One"), R"({"value":{"$ref":"not a reference"}})");
  EXPECT_EQ(at(json, "/components/headers/A"), R"({"schema":{"type":"string"}})");
  EXPECT_EQ(at(json, "/components/parameters/Id/schema"),
            R"({"$ref":"#/components/schemas/Number"})");
}

TEST(Bundle, HasTheSchemasOfClaims) {
  const std::string json = bundle(
      document("{}",
               "components: {securitySchemes: {a: {type: http, scheme: bearer, "
               "x-penstock-claims: {$ref: 'b.yaml#/Claims'}}, b: {$ref: 'b.yaml#/scheme'}}}"),
      {{"b.yaml",
        "Claims: {type: object}\nscheme: {type: http, scheme: bearer, x-penstock-claims: "
        "{$ref: '#/Claims'}}\n"}});
  EXPECT_EQ(at(json, "/components/schemas"), R"({"Claims":{"type":"object"}})");
  EXPECT_EQ(at(json, "/components/securitySchemes/a/x-penstock-claims"),
            R"({"$ref":"#/components/schemas/Claims"})");
  EXPECT_EQ(json.find("b.yaml"), std::string::npos);
}

TEST(Bundle, PutsPathItemsWhereTheyAreReferredTo) {
  const std::string json = bundle(
      "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n"
      "  /a: {$ref: 'b.yaml#/Item', summary: s}\n",
      {{"b.yaml",
        "Item: {get: {responses: {'200': {$ref: '#/Found'}}}}\n"
        "Found: {description: d}\n"}});
  EXPECT_EQ(at(json, "/paths/~1a"),
            R"({"get":{"responses":{"200":{"$ref":"#/components/responses/Found"}}},)"
            R"("summary":"s"})");
}

TEST(Bundle, KeepsTheNamesOfAlternatives) {
  const std::string json =
      bundle(document("{oneOf: [{$ref: 'b.yaml#/Cat'}, {$ref: 'b.yaml#/Dog'}], "
                      "discriminator: {propertyName: kind, mapping: {hound: 'b.yaml#/Dog'}}}",
                      "components: {schemas: {Cat: {type: string}}}\n"),
             {{"b.yaml",
               "Cat: {type: object, required: [kind]}\nDog: {type: object, required: [kind]}\n"}});
  EXPECT_EQ(at(json, std::string(kSchema) + "/discriminator"),
            R"({"propertyName":"kind","mapping":{"hound":"#/components/schemas/Dog",)"
            R"("Cat":"#/components/schemas/Cat_2"}})");
}

TEST(Bundle, WritesTheNamesOfAMappingAsReferences) {
  const std::string json =
      bundle(document("{oneOf: [{$ref: '#/components/schemas/A'}], "
                      "discriminator: {propertyName: kind, mapping: {a: A, b: 'b.yaml'}}}",
                      "components: {schemas: {A: {type: object, required: [kind]}}}\n"),
             {{"b.yaml", "{type: object}"}});
  EXPECT_EQ(at(json, std::string(kSchema) + "/discriminator/mapping"),
            R"({"a":"#/components/schemas/A","b":"#/components/schemas/b"})");
}

TEST(Bundle, BoundsWhatAliasesMultiply) {
  std::string lists = "components: {examples: {a: {value: &a0 [1,1,1,1,1,1,1,1,1,1]}";
  for (int i = 1; i < 8; ++i) {
    const std::string inner = "*a" + std::to_string(i - 1) + ' ';
    lists += ", a" + std::to_string(i) + ": {value: &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) lists += inner + ", ";
    lists += "]}";
  }
  EXPECT_EQ(bundle(document("{}", lists + "}}\n"), {}),
            "the contract has too many values for one document in JSON, with aliases and "
            "references followed: a million at most");
}

// What a bundle says must be what its documents said: it compiles, and is bundled to itself.
TEST(Bundle, IsAContract) {
  for (const char* name : {"shop", "museum", "kitchen_sink", "anchors"}) {
    const std::string file = std::string(PENSTOCK_TEST_CONTRACTS "/") + name + ".openapi.yaml";
    const auto contract = read_contract(file);
    ASSERT_TRUE(contract.has_value()) << contract.error().message;
    const std::string json = bundled(contract->document(), contract->sources()).value();
    EXPECT_THAT(json, testing::Not(testing::HasSubstr(".yaml#"))) << name;
    const auto again = Contract::parse(json, "bundle.json");
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(again->paths().size(), contract->paths().size());
    EXPECT_EQ(bundled(again->document(), again->sources()).value(), json) << name;
  }
}

}  // namespace
}  // namespace penstock::contract
