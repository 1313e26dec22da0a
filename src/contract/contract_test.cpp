#include "contract/contract.h"

#include <gtest/gtest.h>

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
)";

std::string problems(const std::string& document) {
  const auto contract = Contract::parse(document, "t.yaml");
  return contract ? "" : contract.error().message;
}

// The document with one line of it replaced.
std::string with(std::string_view old_text, std::string_view new_text) {
  std::string document(kDocument);
  document.replace(document.find(old_text), old_text.size(), new_text);
  return document;
}

TEST(Contract, matches_path_and_method) {
  const Contract contract = Contract::parse(kDocument, "t.yaml").value();
  EXPECT_EQ(contract.match("GET", "/a").operation->id, "a_get");
  EXPECT_FALSE(contract.match("GET", "/a").head);
  EXPECT_EQ(contract.match("HEAD", "/a").operation->id, "a_get");
  EXPECT_TRUE(contract.match("HEAD", "/a").head);
  EXPECT_EQ(contract.match("HEAD", "/b/").operation->id, "b_head");
  EXPECT_EQ(contract.match("DELETE", "/a").operation, nullptr);
  EXPECT_EQ(contract.match("get", "/a").operation,
            nullptr);  // Methods are case-sensitive (RFC 9110 section 9.1).
  EXPECT_EQ(contract.match("DELETE", "/a").path->allow, "GET, HEAD, POST");
  EXPECT_EQ(contract.match("GET", "/c").path, nullptr);
  EXPECT_EQ(contract.match("GET", "/A").path, nullptr);
  EXPECT_EQ(contract.match("GET", "/%61").operation->id, "a_get");
  EXPECT_EQ(contract.match("GET", "%2Fa").path, nullptr);
  EXPECT_EQ(contract.match("GET", "/%6").path, nullptr);
}

TEST(Contract, knows_the_path_that_was_meant) {
  const Contract contract = Contract::parse(kDocument, "t.yaml").value();
  EXPECT_EQ(contract.with_other_slash("/a/")->path, "/a");
  EXPECT_EQ(contract.with_other_slash("/b")->path, "/b/");
  EXPECT_EQ(contract.with_other_slash("/a//"), nullptr);
  EXPECT_EQ(contract.with_other_slash("/"), nullptr);
}

TEST(Contract, reads_what_an_operation_publishes) {
  const Contract contract = Contract::parse(kDocument, "t.yaml").value();
  const Operation& operation = *contract.match("POST", "/a").operation;
  ASSERT_TRUE(operation.event);
  EXPECT_EQ(operation.event->type, "t.a");
  EXPECT_EQ(operation.event->topic, "as");
  EXPECT_EQ(operation.event->key_pointer, "/id");
  EXPECT_FALSE(operation.event->acknowledged);
  EXPECT_EQ(contract.topics(""), std::vector<std::string>{"as"});
  EXPECT_EQ(contract.topics("other"), std::vector<std::string>{"other"});
}

TEST(Contract, a_mistake_is_told_with_file_line_and_column) {
  EXPECT_EQ(problems("openapi: 3.0.3\npaths: [\n"), "t.yaml:3:1: not YAML: end of sequence flow not found");
  EXPECT_EQ(problems("- a"), "t.yaml:1:1: the document is not a map");
  EXPECT_EQ(problems(with("3.0.3", "2.0")), "t.yaml:1:10: openapi '2.0': 3.0.x and 3.1.x are known");
  EXPECT_EQ(problems(with("a_post", "a_get")), "t.yaml:7:20: operationId 'a_get' is used twice");
  EXPECT_EQ(problems(with("best_effort", "maybe")),
            "t.yaml:8:59: x-event: delivery must be acknowledged or best_effort");
  EXPECT_EQ(problems(with("topic: as, ", "")), "t.yaml:8:16: x-event needs 'topic'");
  EXPECT_EQ(problems(with("/b/", "/{id}")),
            "t.yaml:10:3: path templates are not enforced by this version, so they are refused");
  EXPECT_EQ(problems(with("    post:", "    psot:")),
            "t.yaml:6:5: path: 'psot' is not enforced by this version, so it is refused");
}

TEST(Contract, every_mistake_is_told_at_once) {
  const std::string text = problems(with("key: /id, delivery: best_effort", "key: id, delivery: maybe"));
  EXPECT_NE(text.find("key must be none"), std::string::npos);
  EXPECT_NE(text.find("delivery must be"), std::string::npos);
}

}  // namespace
}  // namespace penstock::contract
