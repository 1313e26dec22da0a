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

// Returns the header of the entry for a Content-Type, or "none".
std::string found(const std::vector<MediaType>& content, std::string_view type) {
  const MediaType* media = find_media_type(content, *parse_content_type(type));
  return media == nullptr ? "none" : media->header;
}

std::vector<MediaType> content_of(std::initializer_list<const char*> keys) {
  std::vector<MediaType> content;
  for (const char* key : keys) {
    const auto type = parse_content_type(key);
    content.push_back(
        {.type = std::string(type->type), .parameters = parameters_of(*type), .header = key});
  }
  return content;
}

TEST(MediaType, FindsTheMostSpecificEntry) {
  const auto content =
      content_of({"*/*", "text/*", "text/plain", "application/*+json", "application/*"});
  EXPECT_EQ(found(content, "text/plain"), "text/plain");
  EXPECT_EQ(found(content, "TEXT/PLAIN"), "text/plain");
  EXPECT_EQ(found(content, "text/html"), "text/*");
  EXPECT_EQ(found(content, "image/png"), "*/*");
  EXPECT_EQ(found(content, "application/hal+JSON"), "application/*+json");
  EXPECT_EQ(found(content, "application/json"), "application/*");
  EXPECT_EQ(found(content, "application/+json"), "application/*");
  EXPECT_EQ(found(content, "text/*"), "none");
  EXPECT_EQ(found(content_of({"application/json"}), "application/problem+json"), "none");
}

TEST(MediaType, AnEntryWithParametersIsOnlyForTypesThatHaveThem) {
  const auto content = content_of({"a/b", "a/b; v=1", "a/b; V=2", "a/b; v=2; w=\"x\\\"y;\""});
  EXPECT_EQ(found(content, "a/b"), "a/b");
  EXPECT_EQ(found(content, "a/b; u=1"), "a/b");
  EXPECT_EQ(found(content, "a/b;u=1;V=\"1\""), "a/b; v=1");
  EXPECT_EQ(found(content, "a/b; v=2"), "a/b; V=2");
  EXPECT_EQ(found(content, "a/b; w=\"x\\\"y;\"; v=2"), "a/b; v=2; w=\"x\\\"y;\"");
  EXPECT_EQ(found(content_of({"a/b; v=1"}), "a/b"), "none");
  EXPECT_EQ(found(content_of({"a/b; v=a"}), "a/b; v=A"), "none");
}

// All texts are UTF-8, so that a client need not say it.
TEST(MediaType, ACharsetMayBeLeftOut) {
  const auto content = content_of({"a/b; charset=utf-8"});
  EXPECT_EQ(found(content, "a/b"), "a/b; charset=utf-8");
  EXPECT_EQ(found(content, "a/b; charset=\"UTF-8\""), "a/b; charset=utf-8");
  EXPECT_EQ(found(content, "a/b; charset=latin1"), "none");
  const auto both = content_of({"a/b; charset=utf-8", "a/b"});
  EXPECT_EQ(found(both, "a/b"), "a/b");
  EXPECT_EQ(found(both, "a/b; charset=utf-8"), "a/b; charset=utf-8");
}

TEST(MediaType, KnowsTypesAndRanges) {
  for (const char* good : {"a/b", "a/*", "*/*", "a/*+json", "application/vnd.x.v1+json"}) {
    EXPECT_TRUE(is_type_or_range(good)) << good;
  }
  for (const char* wrong : {"a", "*", "", "*/a", "a*/b", "a/b*", "a/*b", "a/*+", "a/*+*", "**/*"}) {
    EXPECT_FALSE(is_type_or_range(wrong)) << wrong;
  }
}

TEST(MediaType, JsonIsWhatPracticeCallsJson) {
  for (const char* json : {"application/json", "text/json", "Text/JSON", "a/b+json", "a/*+json"}) {
    EXPECT_EQ(kind_of(json), BodyKind::json) << json;
  }
  EXPECT_EQ(kind_of("text/plain"), BodyKind::text);
  EXPECT_EQ(kind_of("application/jsonlines"), BodyKind::bytes);
}

TEST(MediaType, FormsAndXmlAreNotServed) {
  for (const char* type : {"multipart/form-data", "application/x-www-form-urlencoded", "text/XML",
                           "application/xml", "image/svg+xml", "multipart/*"}) {
    EXPECT_TRUE(is_not_served(type)) << type;
  }
  for (const char* type : {"application/json", "text/*", "*/*", "application/xml-dtd", "xml"}) {
    EXPECT_FALSE(is_not_served(type)) << type;
  }
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

// RFC 9110 section 12.5.1: the most specific range decides.
TEST(MediaType, AcceptComparesParameters) {
  const MediaTypeParameters first{{"version", "1"}};
  const auto quality_of = [&](std::string_view accept) {
    return acceptance(accept, "a/b", first).quality;
  };
  EXPECT_EQ(quality_of("a/b"), 1000);
  EXPECT_EQ(quality_of("a/b;version=1"), 1000);
  EXPECT_EQ(quality_of("a/b;version=2"), 0);
  EXPECT_EQ(quality_of("a/b;version=2, */*;q=0.1"), 100);
  EXPECT_EQ(quality_of("a/b;q=0.2, a/b;Version=\"1\";q=0.7"), 700);
  EXPECT_EQ(quality_of("a/b;other=1;q=0.2, a/b;q=0.7"), 700);
  EXPECT_EQ(quality_of("a/b;other=1;q=0.2, a/*;q=0.7"), 200);
  EXPECT_GT(acceptance("a/b;version=1", "a/b", first), acceptance("a/b;version=1", "a/b", {}));
}

}  // namespace
}  // namespace penstock::contract
