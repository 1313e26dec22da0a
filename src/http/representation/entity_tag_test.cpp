#include "http/representation/entity_tag.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(EntityTag, IsMadeOfAVersion) {
  EXPECT_EQ(entity_tag(7), "\"7\"");
  EXPECT_EQ(entity_tag(INT64_MIN), "\"-9223372036854775808\"");
  EXPECT_EQ(entity_tag("v1.2"), "\"v1.2\"");
  EXPECT_EQ(weak_entity_tag("v1.2"), "W/\"v1.2\"");
}

TEST(EntityTag, EscapesWhatItCannotHave) {
  EXPECT_EQ(entity_tag("a b\"c\r\n\x7f"), "\"a%20b%22c%0D%0A%7F\"");
  EXPECT_EQ(entity_tag("a%20b"), "\"a%2520b\"");
  EXPECT_EQ(entity_tag("ü,!"), "\"ü,!\"");
  EXPECT_EQ(entity_tag(""), "\"\"");
}

TEST(EntityTag, IsMadeOfContent) {
  // This is what `printf abc | sha256sum` prints.
  EXPECT_EQ(content_tag("abc"), "\"BA7816BF8F01CFEA414140DE5DAE2223\"");
  EXPECT_NE(content_tag("abcd"), content_tag("abc"));
}

// The rows are those of RFC 9110 section 8.8.3.2, table 3.
TEST(EntityTag, ComparesAsTheTableOfTheRfc) {
  struct Row {
    const char* one;
    const char* other;
    bool strong;
    bool weak;
  };
  for (const Row& row :
       {Row{"W/\"1\"", "W/\"1\"", false, true}, Row{"W/\"1\"", "W/\"2\"", false, false},
        Row{"W/\"1\"", "\"1\"", false, true}, Row{"\"1\"", "\"1\"", true, true}}) {
    EXPECT_EQ(strongly_equal(row.one, row.other), row.strong) << row.one << row.other;
    EXPECT_EQ(strongly_equal(row.other, row.one), row.strong) << row.one << row.other;
    EXPECT_EQ(weakly_equal(row.one, row.other), row.weak) << row.one << row.other;
    EXPECT_EQ(weakly_equal(row.other, row.one), row.weak) << row.one << row.other;
  }
}

TEST(EntityTag, DistinguishesCases) {
  EXPECT_FALSE(weakly_equal("w/\"1\"", "\"1\""));
  EXPECT_FALSE(weakly_equal("\"a\"", "\"A\""));
}

// Returns what the list has, and the tag that was found.
std::string found(std::string_view list, std::string_view tag, bool strong = false) {
  std::string_view one;
  const Listed listed = find_tag(list, tag, strong ? strongly_equal : weakly_equal, one);
  switch (listed) {
    case Listed::none:
      return "none";
    case Listed::any:
      return "any";
    case Listed::malformed:
      return "malformed";
    case Listed::some:
      break;
  }
  return "some " + std::string(one);
}

TEST(EntityTag, IsFoundInALine) {
  EXPECT_EQ(found("\"1\"", "\"1\""), "some \"1\"");
  EXPECT_EQ(found("\"0\", W/\"1\" ,\"2\"", "\"1\""), "some W/\"1\"");
  EXPECT_EQ(found("\"0\", W/\"1\"", "\"1\"", true), "none");
  EXPECT_EQ(found("\"0\",,\t\"1\",", "\"1\"", true), "some \"1\"");
  EXPECT_EQ(found("\"a,b\", \"c\"", "\"c\""), "some \"c\"");
  EXPECT_EQ(found("\"a, \"b\"", "\"b\""), "malformed");
  EXPECT_EQ(found("*", "\"1\""), "any");
  EXPECT_EQ(found("\"\"", "\"\""), "some \"\"");
  EXPECT_EQ(found("\"1\"", ""), "none");
}

TEST(EntityTag, IsFoundWithItsContentCoding) {
  EXPECT_EQ(gzip_tag("\"7\""), "\"7-gzip\"");
  EXPECT_EQ(gzip_tag("W/\"7\""), "W/\"7\"");
  EXPECT_EQ(found("\"7-gzip\"", "\"7\"", true), "some \"7-gzip\"");
  EXPECT_EQ(found("\"8-gzip\"", "\"7\"", true), "none");
}

TEST(EntityTag, IsNotFoundInWhatIsNoList) {
  for (const char* list : {"", "1", "\"1", "1\"", "\"1\" \"2\"", "\"1\"x", "W\"1\"", "W/",
                           "*, \"1\"", ",", " ", "\"1\"; \"2\"", "\"\x01\"", "\"1 2\""}) {
    EXPECT_EQ(found(list, "\"2\""), "malformed") << list;
  }
}

}  // namespace
}  // namespace penstock::http
