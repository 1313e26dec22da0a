#include "contract/routing/router.h"

#include <gtest/gtest.h>

namespace penstock::contract {
namespace {

class RouterTest : public testing::Test {
 protected:
  bool add(std::string_view path) {
    const auto segments = parse_template(path);
    EXPECT_TRUE(segments) << segments.error().message;
    if (!router_.add(*segments, paths_.size())) return false;
    paths_.emplace_back(path);
    return true;
  }
  // Returns "TEMPLATE value value …", or "" if no path matches.
  std::string find(std::string_view path) {
    const size_t found = router_.find(path, values_);
    if (found == Router::kNone) return "";
    std::string text = paths_[found];
    for (size_t i = 0; i < values_.size(); ++i) text.append(" ").append(values_[i]);
    return text;
  }

  Router router_;
  PathValues values_;
  std::vector<std::string> paths_;
};

TEST_F(RouterTest, TriesTheMoreSpecificPathFirst) {
  for (const char* path : {"/t/{id}", "/t/mine", "/t/{id}.{extension}", "/t/{id}/parts",
                           "/t/mine/{x}", "/{a}/{b}/{c}", "/t/v{n}"}) {
    EXPECT_TRUE(add(path));
  }
  EXPECT_EQ(find("/t/mine"), "/t/mine");
  EXPECT_EQ(find("/t/m%69ne"), "/t/mine");
  EXPECT_EQ(find("/t/other"), "/t/{id} other");
  EXPECT_EQ(find("/t/a.png"), "/t/{id}.{extension} a png");
  EXPECT_EQ(find("/t/a.b.png"), "/t/{id}.{extension} a.b png");
  // A parameter is never empty, so these match in another way.
  EXPECT_EQ(find("/t/.png"), "/t/{id} .png");
  EXPECT_EQ(find("/t/a.."), "/t/{id}.{extension} a .");
  EXPECT_EQ(find("/t/v1"), "/t/v{n} 1");
  EXPECT_EQ(find("/t/mine/parts"), "/t/mine/{x} parts");
  EXPECT_EQ(find("/t/other/parts"), "/t/{id}/parts other");
  // The branch of /t does not lead to a path, so the next one is tried.
  EXPECT_EQ(find("/t/other/whole"), "/{a}/{b}/{c} t other whole");
  EXPECT_EQ(find("/t/"), "");
  EXPECT_EQ(find("/t"), "");
  EXPECT_EQ(find("/t//parts"), "");
  EXPECT_EQ(find("t/mine"), "");
}

TEST_F(RouterTest, TreatsAnEncodedSlashAsData) {
  add("/a/{b}");
  EXPECT_EQ(find("/a/x%2Fy"), "/a/{b} x%2Fy");
  EXPECT_EQ(find("/a%2Fx"), "");
  EXPECT_EQ(find("/a/%"), "");
  EXPECT_EQ(find("/a/%2"), "");
  EXPECT_EQ(find("/a/%zz"), "");
}

// RFC 3986 section 2.2: an encoded reserved character is data, and section 6.2.2.2: an encoded
// unreserved character is the character.
TEST_F(RouterTest, FindsTheTextOfATemplateBeforeItDecodes) {
  for (const char* path :
       {"/v/{id}:cancel", "/v/{id}", "/a,b", "/c%2Fd", "/e|f", "/{x}2F/g", "/{x}.{y}/h", "/ä"}) {
    EXPECT_TRUE(add(path)) << path;
  }
  EXPECT_EQ(find("/v/7:cancel"), "/v/{id}:cancel 7");
  EXPECT_EQ(find("/v/7%3Acancel"), "/v/{id} 7%3Acancel");
  EXPECT_EQ(find("/v/7:c%61ncel"), "/v/{id}:cancel 7");
  EXPECT_EQ(find("/v/7%3A:cancel"), "/v/{id}:cancel 7%3A");
  EXPECT_EQ(find("/a,b"), "/a,b");
  EXPECT_EQ(find("/a%2Cb"), "");
  EXPECT_EQ(find("/c%2fd"), "/c%2Fd");
  EXPECT_EQ(find("/e%7Cf"), "/e|f");
  EXPECT_EQ(find("/e|f"), "/e|f");
  EXPECT_EQ(find("/x%2F/g"), "");
  EXPECT_EQ(find("/x%322F/g"), "/{x}2F/g x%32");
  EXPECT_EQ(find("/a%2Eb/h"), "/{x}.{y}/h a b");
  EXPECT_EQ(find("/a.b%2F2/h"), "/{x}.{y}/h a b%2F2");
  EXPECT_EQ(find("/%C3%A4"), "/ä");
  EXPECT_EQ(find("/%c3%a4"), "/ä");
}

TEST_F(RouterTest, RefusesPathsThatMatchTheSameRequests) {
  EXPECT_TRUE(add("/a/{b}"));
  EXPECT_FALSE(add("/a/{c}"));
  EXPECT_TRUE(add("/a/{c}x"));
  EXPECT_TRUE(add("/a/b"));
  EXPECT_FALSE(add("/a/%62"));
}

TEST_F(RouterTest, RefusesWrongTemplates) {
  for (const char* wrong :
       {"", "a", "/{", "/}", "/{}", "/{a{b}}", "/%zz",
        "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}/{m}/{n}/{o}/{p}/{q}"}) {
    const auto segments = parse_template(wrong);
    EXPECT_FALSE(segments) << wrong;
    EXPECT_FALSE(segments.has_error() && segments.error().message.empty()) << wrong;
  }
}

TEST_F(RouterTest, HandlesAHostilePathInLinearTime) {
  add("/{a}/{b}/{c}/x");
  add("/{a}/b/{c}/y");
  std::string path;
  for (int i = 0; i < 10'000; ++i) path += "/a";
  EXPECT_EQ(find(path), "");
  EXPECT_EQ(find(std::string(10'000, '/')), "");
}

}  // namespace
}  // namespace penstock::contract
