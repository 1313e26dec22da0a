#include "contract/openapi/contract.h"

#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/openapi/contract_files.h"

namespace penstock::contract {
namespace {

constexpr std::string_view kDocument = R"(openapi: 3.0.3
info: {title: t, version: 1.0.0}
paths:
  /a:
    get: {operationId: a_get, responses: {'200': {description: d}}}
    post:
      operationId: a_post
      x-event: {type: t.a, topic: as, key: /id, delivery: best_effort}
      responses: {'202': {description: d}}
  /b/:
    head: {operationId: b_head, responses: {'200': {description: d}}}
security: []
)";

std::string problems(const std::string& document) {
  const auto contract = Contract::parse(document, "t.yaml");
  return contract ? "" : contract.error().message;
}

// Returns the document with one text replaced.
std::string with(std::string_view old_text, std::string_view new_text) {
  std::string document(kDocument);
  document.replace(document.find(old_text), old_text.size(), new_text);
  return document;
}

// Returns a document with one operation, which gets these members.
std::string operation(const std::string& members, const std::string& path = "/p") {
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  " + path +
         ":\n    get:\n      responses: {'200': {description: d}}\n" + members;
}

class ContractTest : public testing::Test {
 protected:
  std::string id(std::string_view method, std::string_view path) {
    const Match match = contract_.match(method, path, values_);
    return match.operation == nullptr ? (match.path == nullptr ? "no path" : "no method")
                                      : match.operation->id;
  }

  Contract contract_ = Contract::parse(kDocument, "t.yaml").value();
  PathValues values_;
};

TEST_F(ContractTest, MatchesPathAndMethod) {
  EXPECT_EQ(id("GET", "/a"), "a_get");
  EXPECT_FALSE(contract_.match("GET", "/a", values_).head);
  EXPECT_EQ(id("HEAD", "/a"), "a_get");
  EXPECT_TRUE(contract_.match("HEAD", "/a", values_).head);
  EXPECT_EQ(id("HEAD", "/b/"), "b_head");
  EXPECT_EQ(id("DELETE", "/a"), "no method");
  EXPECT_EQ(id("get", "/a"), "no method");  // Methods are case-sensitive (RFC 9110 section 9.1).
  EXPECT_EQ(contract_.match("DELETE", "/a", values_).allow, "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(id("GET", "/c"), "no path");
  EXPECT_EQ(id("GET", "/A"), "no path");
  EXPECT_EQ(id("GET", "/%61"), "a_get");
  EXPECT_EQ(id("GET", "%2Fa"), "no path");
  EXPECT_EQ(id("GET", "/%6"), "no path");
  EXPECT_EQ(id("GET", ""), "no path");
}

TEST_F(ContractTest, FindsThePathWithTheOtherSlash) {
  EXPECT_EQ(contract_.with_other_slash("/a/")->path, "/a");
  EXPECT_EQ(contract_.with_other_slash("/b")->path, "/b/");
  EXPECT_EQ(contract_.with_other_slash("/a//"), nullptr);
  EXPECT_EQ(contract_.with_other_slash("/"), nullptr);
}

TEST_F(ContractTest, ReadsTheEventOfAnOperation) {
  const Operation& operation = *contract_.match("POST", "/a", values_).operation;
  ASSERT_EQ(operation.events.size(), 1u);
  EXPECT_EQ(operation.events.front().type, "t.a");
  EXPECT_EQ(operation.events.front().topic, "as");
  EXPECT_EQ(operation.events.front().key_pointer, "/id");
  EXPECT_FALSE(operation.events.front().acknowledged);
  EXPECT_FALSE(operation.events.front().auth_context);
  EXPECT_EQ(contract_.topics(""), std::vector<std::string>{"as"});
  EXPECT_EQ(contract_.topics("other"), std::vector<std::string>{"other"});
}

TEST(Contract, AnEventCanSayWhoHasSentTheRequest) {
  const Contract contract =
      Contract::parse(with("topic: as", "auth_context: true, topic: as"), "t.yaml").value();
  PathValues values;
  EXPECT_TRUE(contract.match("POST", "/a", values).operation->events.front().auth_context);
  const auto wrong = Contract::parse(with("topic: as", "auth_context: 1, topic: as"), "t.yaml");
  EXPECT_EQ(wrong.error().message, "t.yaml:8:42: auth_context must be true or false");
}

TEST(Contract, ChoosesTheMostSpecificResponse) {
  const Contract contract =
      Contract::parse(
          "openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {default: "
          "{description: d}, '404': {description: d}, 4XX: {description: d}}}}}",
          "t.yaml")
          .value();
  const Operation& operation = contract.paths()[0].operations[0];
  EXPECT_EQ(operation.response(404)->first, 404u);
  EXPECT_EQ(operation.response(410)->first, 400u);
  EXPECT_TRUE(operation.response(200)->is_default());
  EXPECT_TRUE(operation.declares(404));
  EXPECT_FALSE(operation.declares(410));
}

TEST(Contract, ReportsProblemsWithFileLineAndColumn) {
  struct Row {
    std::string document;
    std::string problem;
  };
  const Row rows[] = {
      {"openapi: 3.0.3\npaths: [\n", "t.yaml:3:1: is not YAML: end of sequence flow not found"},
      {"- a", "t.yaml:1:1: an OpenAPI document must be an object"},
      {with("3.0.3", "2.0"),
       "t.yaml:1:10: OpenAPI version '2.0' is not supported; use 3.0.x or 3.1.x"},
      {with("a_post", "a_get"),
       "t.yaml:7:20: operationId 'a_get' is used twice, first by the operation at t.yaml:5:10; it "
       "must be unique (OpenAPI, Operation Object)"},
      {with("best_effort", "maybe"),
       "t.yaml:8:59: x-event: delivery must be acknowledged or best_effort"},
      {with("topic: as, ", ""), "t.yaml:8:16: x-event needs 'topic'"},
      {with("topic: as", "topic: a s"),
       "t.yaml:8:35: x-event: Kafka can have no topic 'a s': a name has only the characters a-z, "
       "A-Z, 0-9, '.', '_' and '-'"},
      {with("topic: as", "topic: .."),
       "t.yaml:8:35: x-event: Kafka can have no topic '..': a name is not '.' or '..'"},
      {with("topic: as", "topic: " + std::string(249, 'a')), ""},
      {with("topic: as", "topic: " + std::string(250, 'a')),
       "t.yaml:8:35: x-event: Kafka can have no topic '" + std::string(61, 'a') +
           "…': a name has 249 characters at most, and this one has 250"},
      {with("    post:", "    psot:"),
       "t.yaml:6:5: path: 'psot' is not supported; correct or remove it"},
      {with("  /b/:", "  /a:"), "t.yaml:10:3: the key '/a' is used twice; first on line 4"},
      {with("  /b/:", "  /{x}:"),
       "t.yaml:10:3: HEAD does not declare the path's parameter 'x'; add it with 'in: path' "
       "(OpenAPI, Path Templating)"},
      {with("  /b/:", "  b:"),
       "t.yaml:10:3: a path must start with '/' (OpenAPI, Paths Object); write '/b'"},
      {with("  /b/:", "  /{b:"), "t.yaml:10:3: each parameter in a path must be written as {name}"},
      {with("'202'", "'2O2'"),
       "t.yaml:9:19: a response's status must be 100 to 599, 1XX to 5XX, or default (OpenAPI, "
       "Responses Object)"},
      {"swagger: '2.0'", "t.yaml:1:1: Swagger 2.0 is not supported; use OpenAPI 3.0 or 3.1"},
      {with("'202'", "x-a"),
       "t.yaml:9:18: an operation needs at least one response (OpenAPI, Responses Object), such as "
       "'default'"},
      {with("paths:", "x-penstock-strct: true\npaths:"),
       "t.yaml:3:1: 'x-penstock-strct' is not known here; the extensions at this place are "
       "x-penstock-handler and x-penstock-idempotency and x-penstock-rate and x-penstock-strict"},
      {with("paths:", "components: {schemas: {A: {pattern: '('}}}\npaths:"),
       "t.yaml:3:37: at column 1 of the pattern (: this '(' has no ')'"},
      {with("paths:",
            "components: {schmeas: {A: {}}, parameters: {p: {name: p, in: query, schema: {type: "
            "integer, default: x}}}}\npaths:"),
       "t.yaml:3:14: components: 'schmeas' is not supported; correct or remove it"},
      {with("/b/:\n    head: {operationId: b_head,",
            "/b/:\n    head: {operationId: b_head, x-event: {type: t.a, topic: bs, schema: {type: "
            "string}},"),
       ""},
      {with("/b/:\n    head: {operationId: b_head,",
            "/b/:\n    put: {operationId: c, responses: {'200': {description: d}}, x-event: {type: "
            "t, topic: t, schema: {type: string}}}\n    head: {operationId: b_head, x-event: "
            "{type: t, topic: t, schema: {type: integer}},"),
       "t.yaml:12:42: events of type 't' have a different schema in another operation"},
      {operation(
           "      x-event: {type: t, topic: a.s}\n    put: {operationId: b, x-event: {type: u, "
           "topic: a_s}, responses: {'200': {description: d}}}"),
       "t.yaml:8:53: x-event: Kafka cannot have topic 'a_s' beside 'a.s' of t.yaml:7:33, because "
       "its "
       "metrics show '.' and '_' alike; rename one of them"},
      {operation("      parameters: [{name: a, in: query}]"),
       "t.yaml:7:20: a parameter or header needs either 'schema' or 'content'"},
      {operation("      parameters: [{name: a, in: body, schema: {}}]"),
       "t.yaml:7:34: in must be path, query, header or cookie, not 'body'"},
      {operation("      parameters: [{name: a, in: query, style: label, schema: {}}]"),
       "t.yaml:7:48: style 'label' is not allowed for parameters in query"},
      {operation("      parameters: [{$ref: '#/components/parameters/a'}]\ncomponents: "
                 "{parameters: {a: {$ref: '#/components/parameters/a'}}}"),
       "t.yaml:8:30: $ref leads in a circle, or through more than 20 others"},
      {operation("      parameters: [{name: id, in: path, required: true, schema: {}}]\n  "
                 "/p/{other}:\n    get:\n"
                 "      operationId: p\n      parameters: [{name: other, in: path, required: true, "
                 "schema: {}}]\n"
                 "      responses: {'200': {description: d}}",
                 "/p/{id}"),
       "t.yaml:8:3: the path matches the same requests as '/p/{id}' (OpenAPI, Paths Object); merge "
       "the two"},
  };
  for (const Row& row : rows) EXPECT_EQ(problems(row.document), row.problem) << row.document;
}

TEST(Contract, ReportsAllProblemsAtOnceAndInOrder) {
  EXPECT_EQ(problems(with("key: /id, delivery: best_effort", "key: id, delivery: maybe")),
            "t.yaml:8:44: x-event: key must be 'none' or a JSON Pointer into the event's value, "
            "such as '/id'\n"
            "t.yaml:8:58: x-event: delivery must be acknowledged or best_effort");
}

TEST(Contract, FollowsReferencesToOtherFiles) {
  const std::string root =
      operation("      x-event: {type: t, topic: t, schema: {$ref: 'schemas/a.yaml#/A'}}");
  const ContractFile files[] = {
      {"api.yaml", root},
      {"schemas/a.yaml", "A: {$ref: 'b.json#/B'}\n"},
      {"schemas/b.json",
       R"({"B": {"type": "object", "properties": {"again": {"$ref": "a.yaml#/A"}}}})"}};
  const auto contract = parse_contract(files);
  ASSERT_TRUE(contract) << contract.error().message;
  const Schema& schema = *contract->paths()[0].operations[0].events.front().schema;
  EXPECT_TRUE(is_valid(schema, boost::json::object{{"again", boost::json::object()}}));
  EXPECT_FALSE(is_valid(schema, boost::json::object{{"again", 1}}));
  const ContractFile broken[] = {files[0], {"schemas/a.yaml", "A: {type: 5}\n"}};
  EXPECT_EQ(parse_contract(broken).error().message,
            "schemas/a.yaml:1:11: type '5' does not exist in JSON Schema");
}

TEST(Contract, NamesWhatAPatternCostsAndRefusesWhatCostsTooMuch) {
  const auto parse = [](const std::string& pattern, const ContractOptions& options) {
    return Contract::parse(
        with("paths:",
             "components: {schemas: {A: {properties: {cheap: {pattern: '^[a-z]{1,63}$'}, "
             "dear: {pattern: '" +
                 pattern + "'}}}}}\npaths:"),
        "t.yaml",
        [](const std::string&) -> base::Result<std::string> {
          return base::Error{.code = base::ErrorCode::not_found, .message = "none"};
        },
        options);
  };
  // RE2 matches this one, for its automaton would have a million states.
  const auto dear = parse("a[ab]{20}c", {});
  ASSERT_TRUE(dear) << dear.error().message;
  EXPECT_EQ(dear->remarks(), (std::map<std::string, size_t>{{"costly-pattern", 1}}));
  const Problem costly = dear->sources().problems().sorted()[0];
  EXPECT_EQ(costly.text().substr(0, 9), "t.yaml:3:");
  EXPECT_NE(costly.sentence.find("the pattern a[ab]{20}c takes up to "), std::string::npos);

  const std::string wide = R"(a\p{L}{20}!)";
  const auto refused = parse(wide, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.substr(0, 9), "t.yaml:3:");
  EXPECT_NE(refused.error().message.find("matching the pattern " + wide + " takes up to "),
            std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(parse(wide, {.patterns = {.steps_per_byte_max = 1'000'000}}));
  const auto large = parse("a[ab]{20}c", {.patterns = {.memory_bytes_max = 1000}});
  ASSERT_FALSE(large);
  EXPECT_NE(large.error().message.find("of memory"), std::string::npos);
}

TEST(Contract, CompileReturnsAllProblems) {
  std::string schemas;
  for (int i = 0; i < 70; ++i) {
    schemas += "    s" + std::to_string(i) + ": {type: strnig}\n";
  }
  const std::string document = std::string(kDocument) + "components:\n  schemas:\n" + schemas;
  const Compiled compiled = Contract::compile(document, "t.yaml", nullptr);
  EXPECT_FALSE(compiled.contract);
  EXPECT_TRUE(compiled.readable);
  EXPECT_EQ(compiled.problems.size(), 70u);
  EXPECT_EQ(compiled.paths, 2u);
  EXPECT_EQ(compiled.served, 3u);
}

TEST(Contract, ADocumentThatCannotBeReadHasOneProblemWithItsPlace) {
  const Compiled compiled = Contract::compile("a: 1\nb: [", "t.yaml", nullptr);
  EXPECT_FALSE(compiled.readable);
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems[0].kind, "unreadable-document");
  EXPECT_EQ(compiled.problems[0].file, "t.yaml");
  EXPECT_EQ(compiled.problems[0].line, 2u);
  EXPECT_FALSE(compiled.problems[0].sentence.empty());
}

TEST(Contract, AcceptsADefaultResponseAndTwoNamesOfAFile) {
  const auto contract = Contract::parse(
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {operationId: o, "
      "responses: {default: {description: d, "
      "content: {application/json: {schema: {$id: 'https://example.com/s', $defs: {n: {$anchor: "
      "n}}, $ref: '#n'}}}}}}}}",
      "./t.yaml");
  EXPECT_TRUE(contract) << contract.error().message;
}

TEST(Contract, FindsAnchorsAndIdentifiersInSchemas) {
  const auto contract = read_contract(PENSTOCK_TEST_CONTRACTS "/anchors.openapi.yaml");
  EXPECT_TRUE(contract) << contract.error().message;
}

}  // namespace
}  // namespace penstock::contract
