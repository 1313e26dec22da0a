#include "contract/structure/base_paths.h"

#include <gtest/gtest.h>

#include "contract/document/sources.h"

namespace penstock::contract {
namespace {

base::Result<std::string> no_file(const std::string& /*name*/) {
  return base::Error{.code = base::ErrorCode::not_found, .message = "none"};
}

// Returns the base paths, each with a space after it, and then the kinds of all problems.
std::string bases(const std::string& servers, bool is_3_0 = false) {
  Sources sources(no_file);
  const Target root = sources.add_root(servers, "t.yaml");
  if (root.node == nullptr) return "not YAML";
  ObjectChecker objects(sources, is_3_0);
  std::string all;
  const BasePaths::List paths = BasePaths(sources, objects).of(*root.node);
  for (const std::string& path : *paths) all += path + ' ';
  for (const Problem& problem : sources.problems().sorted()) {
    all += problem.severity == Problem::Severity::remark ? "remark:" : "refused:";
    all += problem.kind + ' ';
  }
  return all;
}

TEST(BasePaths, AreThePathsOfTheUrls) {
  EXPECT_EQ(bases("[{url: https://a.example}]"), " ");
  EXPECT_EQ(bases("[{url: https://a.example/v1/}, {url: /v2}]"), "/v1 /v2 ");
  EXPECT_EQ(bases("[{url: //a.example/v1}]"), "/v1 ");
  EXPECT_EQ(bases("[{url: 'localhost:8080/v1'}]"), "/v1 ");
  EXPECT_EQ(bases("[{url: 'https://a.example/x/../v1/.'}]"), "/v1 ");
  EXPECT_EQ(bases("[{url: /}, {url: 'https://a.example/'}]"), " ");
  EXPECT_EQ(bases("[]"), " ");
}

TEST(BasePaths, AreRelativeToTheRootOfTheHost) {
  EXPECT_EQ(bases("[{url: v1}]"), "/v1 remark:relative-server-url ");
  EXPECT_EQ(bases("[{url: ''}]"), " remark:relative-server-url ");
  EXPECT_EQ(bases("[{url: ./}]"), " remark:relative-server-url ");
  EXPECT_EQ(bases("[{url: ../v1/}]"), "/v1 remark:relative-server-url ");
  EXPECT_EQ(bases("[{url: '{root}/v1', variables: {root: {default: none}}}]"),
            "/none/v1 remark:relative-server-url ");
}

TEST(BasePaths, TakeTheValuesOfVariables) {
  EXPECT_EQ(bases("[{url: '/{s}/v1', variables: {s: {enum: [a, b], default: a}}}]"),
            "/a/v1 /b/v1 ");
  EXPECT_EQ(bases("[{url: 'https://{h}.example/v1', variables: {h: {default: x}}}]"), "/v1 ");
  EXPECT_EQ(bases("[{url: '{root}/nnssf/v2', variables: {root: {default: 'https://a.example'}}}]"),
            "/nnssf/v2 ");
  EXPECT_EQ(bases("[{url: '{root}/v2', variables: {root: {default: 'https://a.example/x'}}}]"),
            "/x/v2 ");
  EXPECT_EQ(bases("[{url: '{p}://{h}:{port}/b', variables: {p: {enum: [http, https], default: "
                  "http}, h: {default: h}, port: {default: '80'}}}]"),
            "/b ");
  EXPECT_EQ(bases("[{url: 'https://a.example{base}', variables: {base: {default: /v1}}}]"), "/v1 ");
  EXPECT_EQ(bases("[{url: 'https://a.example/{base}', variables: {base: {default: /v1}}}]"),
            "//v1 remark:empty-segment ");
  // A value is no template.
  EXPECT_EQ(bases("[{url: '/{a}', variables: {a: {default: '{a}'}}}]"), "/%7Ba%7D ");
}

TEST(BasePaths, DoNotMultiplyByTheHost) {
  std::string values = "[a0";
  for (int i = 1; i < 200; ++i) values += ", a" + std::to_string(i);
  values += ']';
  const std::string variable = "{enum: " + values + ", default: a0}";
  EXPECT_EQ(bases("[{url: 'https://{a}.{b}.{c}/v1', variables: {a: " + variable +
                  ", b: " + variable + ", c: " + variable + "}}]"),
            "/v1 ");
  EXPECT_EQ(bases("[{url: '/{a}/{b}', variables: {a: " + variable + ", b: " + variable + "}}]"),
            " refused:too-many-base-paths ");
}

TEST(BasePaths, RefuseWhatIsNoServer) {
  EXPECT_EQ(bases("[{url: '/v1?x=1'}]"), " refused:server-url ");
  EXPECT_EQ(bases("[{url: '/v1#x'}]"), " refused:server-url ");
  EXPECT_EQ(bases("[{url: '/100%'}]"), " refused:server-url ");
  EXPECT_EQ(bases("[{url: /" + std::string(2000, 'a') + "}]"), " refused:server-url ");
  EXPECT_EQ(bases("[{}]"), " refused:missing-field ");
  EXPECT_EQ(bases("[7]"), " refused:wrong-type ");
  EXPECT_EQ(bases("[{url: /, name: x}]"), " refused:unknown-field ");
  EXPECT_EQ(bases("[{url: '/{s}', variables: {s: {enum: live, default: live}}}]"),
            " refused:wrong-type ");
  EXPECT_EQ(bases("[{url: '/{s}', variables: {s: {enum: [live]}}}]"), " refused:missing-field ");
  EXPECT_EQ(bases("[{url: '/{s}'}]"), " refused:undeclared-server-variable ");
  EXPECT_EQ(bases("[{url: 'https://{s}/v1'}]"), "/v1 remark:undeclared-server-variable ");
  const std::string unlisted = "[{url: '/{s}', variables: {s: {enum: [a], default: b}}}]";
  EXPECT_EQ(bases(unlisted), "/a /b refused:server-variable-default ");
  EXPECT_EQ(bases(unlisted, true), "/a /b remark:server-variable-default ");
}

// The work is bounded, however many variables a URL has and however long their values are.
TEST(BasePaths, BoundHostileVariables) {
  std::string url;
  for (int i = 0; i < 600; ++i) url += "{v}";
  const std::string huge(100'000, 'x');
  EXPECT_EQ(bases("[{url: '/" + url + "', variables: {v: {default: " + huge + "}}}]"),
            " refused:server-url ");
  EXPECT_EQ(bases("[{url: '/" + url + "', variables: {v: {enum: [a, b], default: a}}}]"),
            " refused:too-many-base-paths ");
  EXPECT_EQ(bases("[{url: '/" + url + url + "', variables: {v: {default: a}}}]"),
            " refused:server-url ");
}

}  // namespace
}  // namespace penstock::contract
