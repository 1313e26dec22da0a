// Which operations a document has, what they are called, and where they are served.
#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

constexpr std::string_view kAnswer = "responses: {'200': {description: d}}";

// Returns a document with these paths, in flow style.
std::string document(const std::string& paths, const std::string& more = "",
                     const std::string& version = "3.1.0") {
  return "openapi: " + version + "\ninfo: {title: t, version: '1'}\npaths: {" + paths + "}\n" +
         more;
}

// Returns an operation without `operationId` and with these members.
std::string operation(const std::string& members = "") {
  return "{" + members + (members.empty() ? "" : ", ") + std::string(kAnswer) + "}";
}

std::string refusal(const std::string& text) {
  const auto contract = Contract::parse(text, "t");
  return contract ? "" : contract.error().message;
}

// Returns the kinds of the remarks about a document that is served.
std::string remarks(const std::string& text) {
  const auto contract = Contract::parse(text, "t");
  if (!contract) return contract.error().message;
  std::string all;
  for (const Problem& problem : contract->sources().problems().sorted()) all += problem.kind + ' ';
  return all;
}

// Returns "METHOD PATH NAME" for each operation of the paths.
std::string names(const std::string& text) {
  const auto contract = Contract::parse(text, "t");
  if (!contract) return contract.error().message;
  std::string all;
  for (const Path& path : contract->paths()) {
    for (const Operation& operation : path.operations) {
      all += operation.method + ' ' + operation.path + ' ' + operation.id + '\n';
    }
  }
  return all;
}

TEST(ContractPaths, NameAnOperationWithoutId) {
  const std::string id = "parameters: [{name: id, in: path, required: true, schema: {}}]";
  EXPECT_EQ(names(document("'/orders/{id}': {get: " + operation(id) +
                           ", delete: " + operation(id + ", operationId: drop") +
                           "}, /: {get: " + operation() + "}")),
            "GET /orders/{id} getOrdersById\nDELETE /orders/{id} drop\nGET / getRoot\n");
  EXPECT_EQ(names(document("/a-b: {get: " + operation() + "}, /a/b: {get: " + operation() + "}")),
            "GET /a-b get_2Fa_2Db\nGET /a/b get_2Fa_2Fb\n");
  EXPECT_EQ(refusal(document("/a: {get: " + operation() +
                             "}, /b: {get: " + operation("operationId: getA") + "}")),
            "t:3:19: without an operationId this operation is called 'getA', which is the "
            "operationId of another one at t:3:70; give it an operationId");
  EXPECT_EQ(remarks(document("/a: {get: " + operation("operationId: ''") + "}")),
            "empty-operation-id ");
  EXPECT_EQ(refusal(document("/a: {get: " + operation("operationId: 7") + "}")),
            "t:3:33: operation: 'operationId' must be a string; write it in quotes (OpenAPI, "
            "Operation Object)");
}

TEST(ContractPaths, ShareAnOperationThatTwoPathsReferTo) {
  EXPECT_EQ(names(document("/a: {get: &o " + operation("operationId: o") +
                           "}, /b: {$ref: '#/paths/~1a'}, /c: {get: *o}")),
            "GET /a o\nGET /b o\nGET /c o\n");
}

TEST(ContractPaths, AreServedUnderTheServersOfTheOperation) {
  const auto contract = Contract::parse(
      document("/a: {get: " + operation("operationId: g") +
                   ", post: " + operation("operationId: p, servers: [{url: /up}, {url: /v1}]") +
                   "}, /b: {servers: [{url: /b}], get: " + operation("operationId: b") +
                   ", put: " + operation("operationId: bp, servers: [{url: /}]") + "}",
               "servers: [{url: /v1}, {url: /v2}]"),
      "t");
  ASSERT_TRUE(contract) << contract.error().message;
  PathValues values;
  const auto found = [&](const char* method, const char* path) {
    const Match match = contract->match(method, path, values);
    return match.operation == nullptr ? std::string(match.allow) : match.operation->id;
  };
  EXPECT_EQ(found("GET", "/v1/a"), "g");
  EXPECT_EQ(found("POST", "/v1/a"), "p");
  EXPECT_EQ(found("GET", "/v2/a"), "g");
  EXPECT_EQ(found("POST", "/v2/a"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(found("HEAD", "/up/a"), "OPTIONS, POST");
  EXPECT_EQ(found("POST", "/up/a"), "p");
  EXPECT_EQ(found("GET", "/a"), "");
  EXPECT_EQ(found("GET", "/b/b"), "b");
  EXPECT_EQ(found("PUT", "/b"), "bp");
  EXPECT_EQ(found("PUT", "/v1/b"), "");
  EXPECT_EQ(contract->with_other_slash("/up/a/")->path, "/a");
  // Two paths may meet under different base paths.
  EXPECT_EQ(refusal(document("/x: {servers: [{url: /v1}], get: " + operation() +
                             "}, /v1/x: {get: " + operation() + "}")),
            "t:3:83: the path matches the same requests as '/x' (OpenAPI, Paths Object); merge the "
            "two");
}

TEST(ContractPaths, TakeABraceInABasePathAsText) {
  const auto contract = Contract::parse(
      document("'/p/{id}': {get: " +
                   operation("parameters: [{name: id, in: path, required: true, schema: {}}]") +
                   "}",
               "servers: [{url: '/{a}', variables: {a: {default: '{a}'}}}]"),
      "t");
  ASSERT_TRUE(contract) << contract.error().message;
  PathValues values;
  ASSERT_NE(contract->match("GET", "/%7Ba%7D/p/7", values).operation, nullptr);
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0], "7");
  EXPECT_EQ(contract->match("GET", "/x/p/7", values).operation, nullptr);
}

TEST(ContractPaths, RefuseOneWithoutItsSlash) {
  EXPECT_EQ(refusal(document("pets: {get: " + operation() + "}", "servers: [{url: /v1}]")),
            "t:3:9: a path must start with '/' (OpenAPI, Paths Object); write '/pets'");
}

TEST(ContractPaths, DoNotServeWhatNoRequestMatches) {
  const auto contract = Contract::parse(
      document("'/a?b={c}': {get: " + operation() + "}, '/a#{b}{c}?d': {get: " + operation() +
                   "}, /a: {post: " + operation() + "}",
               "security: []"),
      "t");
  ASSERT_TRUE(contract) << contract.error().message;
  std::vector<std::string> sentences;
  for (const Problem& problem : contract->sources().problems().sorted()) {
    sentences.push_back(problem.kind + ": " + problem.sentence);
  }
  EXPECT_EQ(sentences,
            (std::vector<std::string>{
                "path-with-query: a path ends before '?' (RFC 3986 section 3.4), so no request "
                "matches this one, and it is not served; write '/a', and declare the rest as "
                "parameters with 'in: query'",
                "path-with-fragment: clients do not send '#' and what follows it (RFC 3986 section "
                "3.5), so no request matches this path, and it is not served; write '/a' once, "
                "with one operation for each method, and tell its uses apart by parameters or by "
                "the body ('oneOf')"}));
  for (const size_t i : {0, 1}) {
    EXPECT_EQ(contract->paths().at(i).operations.at(0).not_served,
              "No request matches its path, which has a '?' or a '#'.");
  }
  PathValues values;
  EXPECT_EQ(contract->match("GET", "/a", values).operation, nullptr);
  EXPECT_EQ(contract->match("GET", "/a#bc", values).path, nullptr);
  EXPECT_NE(contract->match("POST", "/a", values).operation, nullptr);
}

TEST(ContractPaths, MayHaveNoOperation) {
  EXPECT_EQ(remarks(document("/a: {}, /b: {get: " + operation() + "}")), "empty-path ");
  EXPECT_EQ(remarks(document("'/a/{id}': {description: d}")), "no-operations empty-path ");
  EXPECT_EQ(remarks(document("")), "no-operations ");
  EXPECT_EQ(remarks(document("", "", "3.0.3")), "no-operations ");
  const std::string head = "info: {title: t, version: '1'}\n";
  EXPECT_EQ(remarks("openapi: 3.1.0\n" + head + "components: {schemas: {A: {type: string}}}"),
            "no-operations ");
  EXPECT_EQ(remarks("openapi: 3.1.0\n" + head + "webhooks: {}"), "no-operations ");
  EXPECT_EQ(refusal("openapi: 3.1.0\n" + head),
            "t:1:1: the document needs 'paths', 'components' or 'webhooks' (OpenAPI, OpenAPI "
            "Object)");
  EXPECT_EQ(
      refusal("openapi: 3.0.3\n" + head + "components: {}"),
      "t:1:1: the document needs 'paths' (OpenAPI, OpenAPI Object), which may be 'paths: {}'");
}

TEST(ContractPaths, JoinAPathItemWithWhatItRefersTo) {
  const std::string item =
      "components: {pathItems: {p: {summary: s, get: " + operation("operationId: o") +
      ", parameters: []}}}";
  EXPECT_EQ(
      names(document(
          "/a: {$ref: '#/components/pathItems/p', summary: t, post: " + operation() + "}", item)),
      "GET /a o\nPOST /a postA\n");
  EXPECT_EQ(refusal(document("/a: {$ref: '#/components/pathItems/p', parameters: []}", item)),
            "t:3:48: 'parameters' is also in the path item that $ref leads to; which one counts is "
            "undefined (OpenAPI, Path Item Object), so remove one");
  EXPECT_EQ(refusal(document("/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}")),
            "t:3:13: $ref leads in a circle, or through more than 20 others\n"
            "t:3:40: $ref leads in a circle, or through more than 20 others");
  EXPECT_EQ(refusal(document("/a: {psot: {}}")),
            "t:3:14: path: 'psot' is not supported; correct or remove it");
}

TEST(ContractPaths, KeepCallbacksAndWebhooksApart) {
  const std::string called =
      "{'{$request.body#/url}': {post: " + operation("operationId: called") + "}}";
  const std::string text = document(
      "/a: {get: " +
          operation("operationId: o, callbacks: {done: {$ref: '#/components/callbacks/c'}}") + "}",
      "webhooks: {w: {put: " + operation() + "}}\ncomponents: {callbacks: {c: " + called +
          "}, pathItems: {p: {get: " + operation("operationId: unused") + "}}}");
  EXPECT_EQ(remarks(text), "webhook callback ");
  const auto contract = Contract::parse(text, "t");
  ASSERT_EQ(contract->paths().size(), 1u);
  ASSERT_EQ(contract->outgoing().size(), 2u);
  const Outgoing& webhook = contract->outgoing()[0];
  EXPECT_EQ(webhook.kind, Outgoing::Kind::webhook);
  EXPECT_EQ(webhook.name, "w");
  EXPECT_EQ(webhook.path.operations.at(0).method, "PUT");
  const Outgoing& callback = contract->outgoing()[1];
  EXPECT_EQ(callback.kind, Outgoing::Kind::callback);
  EXPECT_EQ(callback.name, "done");
  EXPECT_EQ(callback.path.path, "{$request.body#/url}");
  EXPECT_EQ(callback.path.operations.at(0).id, "called");
  EXPECT_FALSE(callback.path.operations.at(0).not_served.empty());
}

TEST(ContractPaths, CheckCallbacksAndWebhooks) {
  // This remark is made when all schemas have been read.
  const std::string wrong =
      "parameters: [{name: q, in: query, style: deepObject, schema: {type: array, items: {}}}]";
  const std::string remark = "parameter-style-undefined ";
  for (const std::string& text :
       {document("/a: {get: " + operation("callbacks: {c: {x: {get: " + operation(wrong) + "}}}") +
                 "}"),
        document("", "webhooks: {w: {get: " + operation(wrong) + "}}"),
        document("", "components: {callbacks: {c: {x: {get: " + operation(wrong) + "}}}}"),
        document("", "components: {pathItems: {p: {get: " + operation(wrong) + "}}}")}) {
    EXPECT_NE(remarks(text).find(remark), std::string::npos) << text << remarks(text);
  }
  EXPECT_EQ(refusal(document("", "components: {callbacks: {c: 9}}")),
            "t:4:29: this must be an object");
  // An operationId is unique among all operations.
  EXPECT_NE(refusal(document("/a: {get: " + operation("operationId: o") + "}",
                             "webhooks: {w: {get: " + operation("operationId: o") + "}}"))
                .find("operationId 'o' is used twice"),
            std::string::npos);
}

TEST(ContractPaths, FollowCallbacksThatLeadToThemselves) {
  EXPECT_EQ(remarks(document(
                "", "components: {callbacks: {c: {x: {get: " +
                        operation("callbacks: {c: {$ref: '#/components/callbacks/c'}}") + "}}}}")),
            "no-operations callback ");
}

// A small document can name the same parts again and again.
TEST(ContractPaths, BoundWhatAliasesMultiply) {
  std::string parameters = "&p [{name: p0, in: query, schema: {}}";
  for (int i = 1; i < 900; ++i) {
    parameters += ", {name: p" + std::to_string(i) + ", in: query, schema: {}}";
  }
  std::string paths = "/a: {parameters: " + parameters + "], get: &o " + operation() + "}";
  for (int i = 0; i < 300; ++i) {
    paths += ", /a" + std::to_string(i) + ": {parameters: *p, get: *o}";
  }
  const std::string many = refusal(document(paths));
  EXPECT_NE(many.find("together, with references followed"), std::string::npos) << many;
  EXPECT_EQ(many.find('\n'), std::string::npos) << many;
}

TEST(ContractPaths, BoundCallbacksThatAliasesMultiply) {
  std::string callbacks = "&c {c0: {}";
  for (int i = 1; i < 900; ++i) callbacks += ", c" + std::to_string(i) + ": {}";
  std::string paths = "/a: {get: " + operation("callbacks: " + callbacks + "}") + "}";
  for (int i = 0; i < 300; ++i) {
    paths += ", /a" + std::to_string(i) + ": {get: " + operation("callbacks: *c") + "}";
  }
  EXPECT_NE(refusal(document(paths)).find("together, with references followed"), std::string::npos);
}

TEST(ContractPaths, BoundTheListsThatAreCompared) {
  std::string headers;
  for (int i = 0; i <= 1000; ++i) headers += "h" + std::to_string(i) + ": {schema: {}}, ";
  const std::string list =
      "/a: {get: {responses: {'200': {description: d, headers: {" + headers + "}}}}}";
  EXPECT_NE(refusal(document(list)).find("at most 1000 entries"), std::string::npos);
}

TEST(ContractPaths, BoundTheRoutes) {
  std::string values = "a0";
  for (int i = 1; i < 50; ++i) values += ", a" + std::to_string(i);
  std::string paths = "/a: {}";
  for (int i = 0; i <= 2000; ++i) paths += ", /a" + std::to_string(i) + ": {get: {}}";
  const std::string many = refusal(document(
      paths, "servers: [{url: '/{v}', variables: {v: {enum: [" + values + "], default: a0}}}]"));
  EXPECT_NE(many.find("the paths, each with all its base paths, are more than 100000"),
            std::string::npos)
      << many;
}

}  // namespace
}  // namespace penstock::contract
