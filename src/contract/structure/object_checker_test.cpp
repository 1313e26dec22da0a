#include "contract/structure/object_checker.h"

#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {
namespace {

base::Result<std::string> no_file(const std::string& /*name*/) {
  return base::Error{.code = base::ErrorCode::not_found, .message = "none"};
}

// Returns the problems of a document with these members, one a line. Its `info` is sound.
std::string problems(const std::string& members, bool is_3_0 = false) {
  Sources sources(no_file);
  const Target root =
      sources.add_root("openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + members, "t");
  if (root.node == nullptr) return "not YAML";
  ObjectChecker objects(sources, is_3_0);
  (void)objects.check(*root.node, object_rules::kDocument);
  std::string all;
  for (const Problem& problem : sources.problems().sorted()) {
    all += problem.kind + " " + problem.text() + "\n";
  }
  return all;
}

std::string info(const std::string& members) {
  Sources sources(no_file);
  const Target root = sources.add_root("info: {" + members + "}", "t");
  ObjectChecker objects(sources, false);
  (void)objects.check(*root.node, object_rules::kDocument);
  const auto all = sources.problems().sorted();
  return all.empty() ? "" : all.front().text();
}

TEST(ObjectChecker, RequiresTitleAndVersion) {
  EXPECT_EQ(info("title: t, version: '1'"), "");
  EXPECT_EQ(info("title: '', version: ''"), "");
  EXPECT_EQ(info("title: t"), "t:1:7: info needs 'version' (OpenAPI, Info Object)");
  EXPECT_EQ(info("title: t, version: 1.0"),
            "t:1:27: info: 'version' must be a string; write it in quotes (OpenAPI, Info Object)");
  EXPECT_EQ(info("title: [t], version: '1'"),
            "t:1:15: info: 'title' must be a string (OpenAPI, Info Object)");
}

TEST(ObjectChecker, ChecksTypesInTheWholeTable) {
  EXPECT_EQ(problems("tags: [{name: a, externalDocs: {url: u}}]\nexternalDocs: {url: u}"), "");
  EXPECT_EQ(problems("tags: wrong"),
            "wrong-type t:3:7: document: 'tags' must be a list of objects (OpenAPI, OpenAPI "
            "Object)\n");
  EXPECT_EQ(problems("tags: [7]"),
            "wrong-type t:3:8: tag must be an object (OpenAPI, Tag Object)\n");
  EXPECT_EQ(problems("tags: [{name: a, externalDocs: {}}]"),
            "missing-field t:3:32: externalDocs needs 'url' (OpenAPI, External Documentation "
            "Object)\n");
  EXPECT_EQ(problems("externalDocs: 5"),
            "wrong-type t:3:15: document: 'externalDocs' must be an object (OpenAPI, OpenAPI "
            "Object)\n");
  EXPECT_EQ(problems("components: {links: 3}"),
            "wrong-type t:3:21: components: 'links' must be an object (OpenAPI, Components "
            "Object)\n");
  EXPECT_EQ(problems("components: {examples: {e: {value: [1]}, f: {$ref: x, any: y}, g: 7}}"),
            "wrong-type t:3:67: example must be an object (OpenAPI, Example Object)\n");
  EXPECT_EQ(problems("components: {links: {l: {server: {}}}}"),
            "missing-field t:3:34: server needs 'url' (OpenAPI, Server Object)\n");
}

TEST(ObjectChecker, RefusesMembersThatExcludeOneAnother) {
  EXPECT_EQ(info("title: t, version: '1', license: {name: n, url: u}"), "");
  EXPECT_EQ(info("title: t, version: '1', license: {name: n, identifier: i, url: u}"),
            "t:1:63: license has either 'url' or 'identifier' (OpenAPI, License Object); remove "
            "one");
}

TEST(ObjectChecker, RefusesUnknownKeysButNoExtensions) {
  EXPECT_EQ(problems("x-a: 1\ntags: [{name: a, x-b: 2}]"), "");
  EXPECT_EQ(problems("schmeas: {}"),
            "unknown-field t:3:1: document: 'schmeas' is not supported; correct or remove it\n");
  EXPECT_EQ(
      problems("webhooks: {}", true),
      "unknown-field t:3:1: document: 'webhooks' is not supported before OpenAPI 3.1; correct "
      "or remove it\n");
  EXPECT_EQ(problems("webhooks: {}"), "");
}

TEST(ObjectChecker, RefusesNamesThatComponentsCannotHave) {
  EXPECT_EQ(problems("components: {schemas: {A.b-c_9: {}, x-y: {}}}"), "");
  EXPECT_EQ(problems("components: {schemas: {a b: {}}}"),
            "component-name t:3:24: 'a b' cannot be the name of a component: it may have only the "
            "characters a-z, A-Z, 0-9, '.', '-' and '_' (OpenAPI, Components Object)\n");
}

}  // namespace
}  // namespace penstock::contract
