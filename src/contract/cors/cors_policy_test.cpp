#include <gtest/gtest.h>

#include "contract/cors/cors_reader.h"

namespace penstock::contract {
namespace {

base::Result<std::string> no_file(const std::string& /*name*/) {
  return base::Error{.code = base::ErrorCode::not_found, .message = "none"};
}

// Holds what becomes of one `x-cors`: the policy, and the sentences of all problems with their
// kinds.
struct Read {
  std::deque<CorsPolicy> policies;
  std::string problems;
};

Read read(const std::string& text) {
  Read result;
  Sources sources(no_file);
  const Target root = sources.add_root("{x-cors: " + text + "}", "t.yaml");
  if (root.node == nullptr) return {.policies = {}, .problems = "not YAML"};
  static_cast<void>(CorsReader(sources, result.policies).read(*root.node, nullptr));
  for (const Problem& problem : sources.problems().sorted()) {
    result.problems +=
        (result.problems.empty() ? "" : "\n") + problem.kind + ": " + problem.sentence;
  }
  return result;
}

std::string kind_of_origin(const std::string& origin) {
  const std::string problems = read("{origins: ['" + origin + "']}").problems;
  return problems.substr(0, problems.find(':'));
}

TEST(CorsPolicy, HasAllThatTheDocumentSays) {
  const Read all = read(
      "{origins: ['https://shop.example', 'http://localhost:3000', 'https://*.shop.example'], "
      "headers: [X-Trial], exposedHeaders: [ETag, Location], credentials: true, maxAge: 600}");
  ASSERT_EQ(all.problems, "");
  const CorsPolicy& policy = all.policies.front();
  EXPECT_EQ(policy.text(), "https://shop.example, http://localhost:3000, https://*.shop.example");
  EXPECT_EQ(policy.headers, std::vector<std::string>{"X-Trial"});
  EXPECT_EQ(policy.exposed_headers, (std::vector<std::string>{"ETag", "Location"}));
  EXPECT_TRUE(policy.credentials);
  EXPECT_EQ(policy.max_age_s, 600U);
  EXPECT_FALSE(policy.any_origin);
}

TEST(CorsPolicy, IsTheNearestOne) {
  Sources sources(no_file);
  std::deque<CorsPolicy> policies;
  CorsReader reader(sources, policies);
  const Target root = sources.add_root(
      "{x-cors: &all {origins: ['*']}, inner: {x-cors: {origins: []}}, same: {x-cors: *all}}",
      "t.yaml");
  const CorsPolicy* of_root = reader.read(*root.node, nullptr);
  const CorsPolicy* inner = reader.read(*root.node->find("inner"), of_root);
  EXPECT_EQ(of_root->text(), "*");
  EXPECT_EQ(inner->text(), "none");
  EXPECT_FALSE(inner->allows_any());
  EXPECT_EQ(reader.read(*root.node->find("same"), inner), of_root);
  EXPECT_EQ(reader.read(*root.node->find("same")->find("x-cors"), inner), inner);
}

TEST(CorsPolicy, AllowsAnOriginByteForByte) {
  const Read some = read("{origins: ['https://shop.example', 'http://[::1]:8080', 'app://main']}");
  ASSERT_EQ(some.problems, "");
  const CorsPolicy& policy = some.policies.front();
  for (const char* allowed : {"https://shop.example", "http://[::1]:8080", "app://main"}) {
    EXPECT_TRUE(policy.allows(allowed)) << allowed;
  }
  for (const char* other :
       {"", "null", "*", "http://shop.example", "https://shop.example:8443",
        "https://shop.example/", "https://SHOP.example", "https://a.shop.example",
        "https://shop.example.evil.example", "https://shop.example https://shop.example"}) {
    EXPECT_FALSE(policy.allows(other)) << other;
  }
}

TEST(CorsPolicy, AllowsSubdomainsButNotTheirDomain) {
  const Read some = read("{origins: ['https://*.shop.example', 'http://*.b.example:8080']}");
  ASSERT_EQ(some.problems, "");
  const CorsPolicy& policy = some.policies.front();
  for (const char* allowed :
       {"https://a.shop.example", "https://a.b-1.shop.example", "http://x.b.example:8080"}) {
    EXPECT_TRUE(policy.allows(allowed)) << allowed;
  }
  for (const char* other :
       {"https://shop.example", "https://.shop.example", "http://a.shop.example",
        "https://evilshop.example", "https://a..shop.example", "https://a/.shop.example",
        "https://evil.example#.shop.example", "https://evil.example:1.shop.example",
        "https://u@a.shop.example", "https://a.shop.example:444", "http://x.b.example",
        "https://A.shop.example", "https://a\r\n.shop.example"}) {
    EXPECT_FALSE(policy.allows(other)) << other;
  }
}

TEST(CorsPolicy, AllowsEveryOriginByAStar) {
  const Read all = read("{origins: ['*']}");
  EXPECT_EQ(all.problems, "");
  EXPECT_TRUE(all.policies.front().allows("https://a.example"));
  EXPECT_TRUE(all.policies.front().allows("null"));
}

TEST(CorsPolicy, RefusesOriginsThatNoBrowserSends) {
  for (const char* origin : {"",
                             "null",
                             "shop.example",
                             "//shop.example",
                             "https://",
                             "https://shop.example/",
                             "https://shop.example/a",
                             "https://shop.example?x",
                             "https://u@shop.example",
                             "https://Shop.example",
                             "HTTPS://shop.example",
                             "1https://shop.example",
                             "://a.example",
                             "https://shop.example:443",
                             "http://shop.example:80",
                             "https://shop.example:",
                             "https://shop.example:0",
                             "https://shop.example:123456",
                             "https://shop.example:x",
                             "https://sh*p.example",
                             "https://a.*.example",
                             "https://*",
                             "https://*.",
                             "https://*.com",
                             "https://*shop.example",
                             "https://bücher.example",
                             "https://a..example",
                             "https://.example",
                             "https://[::1",
                             "https://[x]",
                             "https://[::1]8",
                             "https://a b.example"}) {
    EXPECT_EQ(kind_of_origin(origin), "cors-origin") << origin;
  }
  EXPECT_EQ(read("{origins: ['https://shop.example/']}").problems,
            "cors-origin: x-cors: the origin 'https://shop.example/' must end after its host or "
            "port: browsers send no path, and no slash at the end");
  EXPECT_EQ(read("{origins: ['*', 'https://a.example']}").problems,
            "cors-origin: x-cors: '*' allows every origin, so the others have no effect; remove "
            "one or the other");
}

TEST(CorsPolicy, RefusesCredentialsForEveryOrigin) {
  EXPECT_EQ(read("{origins: ['*'], credentials: true}").problems,
            "cors-credentials: x-cors: every page on the web could use its visitors' logins; with "
            "'credentials: true' list the origins instead of '*' (Fetch, CORS protocol and "
            "credentials)");
  EXPECT_EQ(read("{origins: ['*'], credentials: false}").problems, "");
}

TEST(CorsPolicy, RefusesBadMembers) {
  const auto kind = [](const std::string& text) {
    const std::string problems = read(text).problems;
    return problems.substr(0, problems.find(':'));
  };
  EXPECT_EQ(kind("true"), "wrong-type");
  EXPECT_EQ(kind("{}"), "missing-field");
  EXPECT_EQ(kind("{origins: '*'}"), "wrong-type");
  EXPECT_EQ(kind("{origins: [1]}"), "wrong-type");
  EXPECT_EQ(kind("{origins: [], methods: [GET]}"), "unknown-field");
  EXPECT_EQ(kind("{origins: [], headers: ['*']}"), "cors-header");
  EXPECT_EQ(kind("{origins: [], headers: ['a b']}"), "cors-header");
  EXPECT_EQ(kind("{origins: [], exposedHeaders: ['']}"), "cors-header");
  EXPECT_EQ(kind("{origins: [], credentials: 'yes'}"), "wrong-type");
  for (const char* age : {"-1", "1.5", "86401", "'600'", "99999999999999999999"}) {
    EXPECT_EQ(kind("{origins: [], maxAge: " + std::string(age) + "}"), "cors-max-age") << age;
  }
  std::string many;
  for (int i = 0; i < 101; ++i) many += "'https://a" + std::to_string(i) + ".example', ";
  EXPECT_EQ(kind("{origins: [" + many + "]}"), "too-many-parts");
}

}  // namespace
}  // namespace penstock::contract
