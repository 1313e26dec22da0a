#include "contract/parameters/media_type.h"

#include <gtest/gtest.h>

namespace penstock::contract {
namespace {

TEST(MediaType, ParsesContentTypes) {
  EXPECT_EQ(parse_content_type("application/json")->type, "application/json");
  EXPECT_EQ(parse_content_type("Text/Plain ; Charset=\"UTF-8\"")->charset, "UTF-8");
  EXPECT_EQ(parse_content_type("a/b;c=\"x;charset=y\";charset=z")->charset, "z");
  EXPECT_EQ(parse_content_type("a/b;")->charset, "");
  for (const char* wrong : {"", "json", "a/", "/b", "a/b c", "a b/c", "a/b; x", "a/b/c", "*"}) {
    EXPECT_FALSE(parse_content_type(wrong)) << wrong;
  }
}

TEST(MediaType, FindsTheMostSpecificEntry) {
  const std::vector<MediaType> content{
      {.type = "*/*"}, {.type = "text/*"}, {.type = "text/plain"}, {.type = "application/json"}};
  EXPECT_EQ(find_media_type(content, "text/plain")->type, "text/plain");
  EXPECT_EQ(find_media_type(content, "TEXT/PLAIN")->type, "text/plain");
  EXPECT_EQ(find_media_type(content, "text/html")->type, "text/*");
  EXPECT_EQ(find_media_type(content, "image/png")->type, "*/*");
  EXPECT_EQ(find_media_type({{.type = "application/json"}}, "application/problem+json"), nullptr);
}

TEST(MediaType, ReadsTheQualityFromAccept) {
  EXPECT_EQ(quality("", "a/b"), 1000);
  EXPECT_EQ(quality("*/*", "a/b"), 1000);
  EXPECT_EQ(quality("a/b", "a/b"), 1000);
  EXPECT_EQ(quality("a/c", "a/b"), 0);
  EXPECT_EQ(quality("a/*;q=0.5, a/b;q=0.2", "a/b"), 200);
  EXPECT_EQ(quality("a/*;q=0.5, a/b;q=0", "a/b"), 0);
  EXPECT_EQ(quality("text/html, */*;q=0.1", "a/b"), 100);
  EXPECT_EQ(quality("a/b;level=1;Q=0.3", "a/b"), 300);
  EXPECT_EQ(quality("image/png", "image/*"), 1000);
  EXPECT_EQ(quality("not a media range", "a/b"), 1000);  // Malformed, so it is ignored.
  EXPECT_EQ(quality("a/b;q=2", "a/b"), 1000);
}

}  // namespace
}  // namespace penstock::contract
