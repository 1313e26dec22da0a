// What an operation declares: parameters, answers, links and examples.
#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"
#include "contract/openapi/contract_files.h"

namespace penstock::contract {
namespace {

// Returns a document with one operation, which gets these members.
std::string document(const std::string& members, const std::string& version = "3.1.0",
                     const std::string& method = "get") {
  return "openapi: " + version + "\ninfo: {title: t, version: '1'}\npaths: {/a: {" + method +
         ": {operationId: o, " + members + "}}}\n";
}

std::string answers(const std::string& responses, const std::string& method = "get") {
  return document("responses: {" + responses + "}", "3.1.0", method);
}

std::string refusal(const std::string& text) {
  const auto contract = Contract::parse(text, "t");
  return contract ? "" : contract.error().message;
}

// Returns the kinds of the remarks, and then the statuses of the answers with their media types.
std::string served(const std::string& text) {
  const auto contract = Contract::parse(text, "t");
  if (!contract) return contract.error().message;
  std::string all;
  for (const Problem& problem : contract->sources().problems().sorted()) all += problem.kind + ' ';
  const Operation& operation = contract->paths()[0].operations[0];
  for (const Response& response : operation.responses) {
    all += std::to_string(response.first) + '-' + std::to_string(response.last) + ' ';
    for (const MediaType& media : response.content) all += media.type + ' ';
  }
  return all + operation.not_served;
}

TEST(ContractStructure, NeedsResponsesOnlyBefore31) {
  EXPECT_EQ(served(document("summary: s")), "no-responses 0-999 ");
  const std::string none =
      "an operation needs at least one response (OpenAPI, Responses Object), such as 'default'";
  EXPECT_EQ(refusal(document("summary: s", "3.0.3")), "t:3:19: " + none);
  EXPECT_EQ(refusal(document("responses: {}")), "t:3:47: " + none);
  EXPECT_EQ(refusal(document("responses: []")),
            "t:3:47: operation: 'responses' must be an object (OpenAPI, Operation Object)\n"
            "t:3:47: " +
                none);
  EXPECT_EQ(refusal(answers("'200': {}")),
            "t:3:55: response needs 'description' (OpenAPI, Response Object)");
}

TEST(ContractStructure, DropsAnswersThatHandlersNeverSend) {
  EXPECT_EQ(served(answers("'101': {description: d}, '1XX': {description: d}, '204': {description: "
                           "d}")),
            "informational-status informational-status 204-204 ");
  EXPECT_EQ(
      served(answers("'100': {description: d}")),
      "operation-not-served informational-status All of its answers are informational (1XX).");
  for (const char* status : {"600", "6XX", "099", "2xx", "20", "1000"}) {
    EXPECT_NE(refusal(answers("'" + std::string(status) + "': {description: d}")), "") << status;
  }
}

TEST(ContractStructure, DropsContentThatIsNeverSent) {
  const std::string content = ": {description: d, content: {application/json: {schema: {}}}}";
  for (const std::string status : {"204", "205", "304"}) {
    EXPECT_EQ(served(answers("'" + status + "'" + content)),
              "content-never-sent " + status + '-' + status + ' ');
  }
  EXPECT_EQ(served(answers("'204': {description: d, content: {}}")), "204-204 ");
  EXPECT_EQ(served(answers("'200'" + content)), "200-200 application/json ");
  EXPECT_EQ(served(answers("'200'" + content, "head")),
            "content-never-sent 200-200 application/json ");
  // It is checked all the same.
  EXPECT_NE(refusal(answers("'204': {description: d, content: {application/json: {schema: {type: "
                            "5}}}}")),
            "");
}

TEST(ContractStructure, IgnoresHeadersThatMediaTypesAndSecurityDeclare) {
  for (const std::string name : {"Accept", "content-type", "AUTHORIZATION"}) {
    const std::string parameter = "{name: " + name + ", in: header, required: true, schema: {}}";
    const auto contract = Contract::parse(
        document("parameters: [" + parameter + "], responses: {'200': {description: d}}"), "t");
    ASSERT_TRUE(contract) << contract.error().message;
    EXPECT_TRUE(contract->paths()[0].operations[0].parameters.empty());
    EXPECT_EQ(contract->sources().problems().sorted().at(0).kind, "ignored-header");
  }
  EXPECT_EQ(served(answers("'200': {description: d, headers: {CONTENT-Type: {schema: {}}}}")),
            "ignored-header 200-200 ");
  // In another place it is a parameter like any other.
  const auto query =
      Contract::parse(document("parameters: [{name: Accept, in: query, schema: {}}], "
                               "responses: {'200': {description: d}}"),
                      "t");
  ASSERT_TRUE(query) << query.error().message;
  EXPECT_EQ(query->paths()[0].operations[0].parameters.size(), 1u);
}

TEST(ContractStructure, IgnoresWhatIsBesideAReference) {
  EXPECT_EQ(
      served(answers("'200': {$ref: '#/components/responses/r', description: e, headers: {}}") +
             "components: {responses: {r: {description: d}}}"),
      "beside-reference 200-200 ");
}

TEST(ContractStructure, ChecksLinks) {
  const auto linked = [](const std::string& link) {
    return refusal(answers("'200': {description: d, links: {l: " + link + "}}"));
  };
  EXPECT_EQ(linked("{operationId: o, parameters: {id: '$response.body#/id'}}"), "");
  EXPECT_EQ(linked("{operationRef: '#/paths/~1a/get'}"), "");
  EXPECT_EQ(linked("{operationId: x}"),
            "t:3:97: no operation has the operationId 'x' (OpenAPI, Link Object); correct or "
            "remove the link");
  EXPECT_EQ(linked("{}"),
            "t:3:83: a link needs either 'operationId' or 'operationRef' (OpenAPI, Link Object)");
  EXPECT_EQ(linked("7"), "t:3:83: this must be an object");
  EXPECT_EQ(refusal(answers("'200': {description: d}") + "components: {links: {l: {server: 5}}}"),
            "t:4:34: link: 'server' must be an object (OpenAPI, Link Object)");
}

TEST(ContractStructure, ChecksExamples) {
  const auto example = [](const std::string& members) {
    return refusal(answers(
        "'200': {description: d, content: {application/json: {examples: {e: " + members + "}}}}"));
  };
  EXPECT_EQ(example("{value: [1], summary: s}"), "");
  EXPECT_EQ(example("{value: 1, externalValue: u}"),
            "t:3:141: example has either 'value' or 'externalValue' (OpenAPI, Example Object); "
            "remove one");
  EXPECT_EQ(refusal(answers("'200': {description: d, content: {application/json: {example: 1, "
                            "examples: {}}}}")),
            "t:3:110: 'example' and 'examples' exclude one another (OpenAPI, Media Type Object and "
            "Parameter Object); remove one");
  EXPECT_EQ(example("{thing: 1}"),
            "t:3:116: example: 'thing' is not supported; correct or remove it");
}

TEST(ContractStructure, RefusesATagThatIsDeclaredTwice) {
  EXPECT_EQ(refusal(answers("'200': {description: d}") + "tags: [{name: a}, {name: b}]"), "");
  EXPECT_EQ(refusal(answers("'200': {description: d}") + "tags: [{name: a}, {name: a}]"),
            "t:4:26: the tag 'a' is declared twice (OpenAPI, OpenAPI Object)");
}

// The name of a file in a reference is a URI (RFC 3986).
TEST(ContractStructure, DecodesFileNames) {
  const auto read = [](const std::string& reference, const std::string& name) {
    const std::string root =
        answers("'200': {description: d, content: {application/json: {schema: {$ref: '" +
                reference + "#/A'}}}}");
    const ContractFile files[] = {{"api.yaml", root}, {name, "A: {type: string}"}};
    const auto contract = parse_contract(files);
    return contract ? "" : contract.error().message;
  };
  EXPECT_EQ(read("our%20schemas.yaml", "our schemas.yaml"), "");
  EXPECT_EQ(read("our schemas.yaml", "our schemas.yaml"), "");
  EXPECT_EQ(read("100%.yaml", "100%.yaml"), "");
  EXPECT_EQ(read("a%2525.yaml", "a%25.yaml"), "");
  EXPECT_EQ(read("x/%2E%2e/%C3%A4%23.yaml", "ä#.yaml"), "");
  // An encoded slash, or a control character, does not become one.
  EXPECT_NE(read("x%2Fa.yaml", "x/a.yaml"), "");
  EXPECT_NE(read("..%2Fa.yaml", "../a.yaml"), "");
  EXPECT_NE(read("a%0A.yaml", "a\n.yaml"), "");
}

TEST(ContractStructure, GivesEachOperationTheNearestCorsPolicy) {
  const Contract contract = Contract::parse(R"(
openapi: 3.1.0
info: {title: t, version: '1'}
x-cors: {origins: ['https://root.example']}
paths:
  /a:
    get: {operationId: a, responses: {'200': {description: d}}}
    put: {operationId: b, x-cors: {origins: []}, responses: {'200': {description: d}}}
  /b:
    $ref: '#/components/pathItems/B'
    x-cors: {origins: ['https://path.example']}
  /c: {$ref: '#/components/pathItems/B'}
components:
  pathItems:
    B:
      x-cors: {origins: ['*']}
      get: {responses: {'200': {description: d}}}
)",
                                            "t")
                                .value();
  std::string all = contract.cors()->text() + '\n';
  for (const Path& path : contract.paths()) {
    all += path.path + ' ' + path.cors->text();
    for (const Operation& operation : path.operations) all += ' ' + operation.cors->text();
    all += '\n';
  }
  EXPECT_EQ(all,
            "https://root.example\n"
            "/a https://root.example https://root.example none\n"
            "/b https://path.example https://path.example\n"
            "/c * *\n");
  const Contract without = Contract::parse(document("summary: s"), "t").value();
  EXPECT_EQ(without.cors(), nullptr);
  EXPECT_EQ(without.paths()[0].operations[0].cors, nullptr);
}

TEST(ContractStructure, RefusesABadCorsPolicyWherever) {
  EXPECT_EQ(refusal(document("summary: s, x-cors: {origins: [a]}")),
            "t:3:67: x-cors: the origin 'a' needs a scheme, as in 'https://shop.example'");
}

}  // namespace
}  // namespace penstock::contract
