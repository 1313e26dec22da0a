#include "json/view.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace penstock::json {
namespace {

TEST(JsonView, FindsMembersHoweverDeep) {
  const boost::json::value document = boost::json::parse(R"({"a":{"b":{"c":"d","n":7}}})");
  const auto* const inner = find(find(document, "a"), "b");
  EXPECT_EQ(text(find(inner, "c")), "d");
  EXPECT_EQ(number(find(inner, "n")), 7);
}

TEST(JsonView, ReturnsNothingForAMissingMember) {
  const boost::json::value document = boost::json::parse(R"({"a":[1],"s":"t","n":7})");
  EXPECT_EQ(find(nullptr, "a"), nullptr);
  EXPECT_EQ(find(document, "b"), nullptr);
  EXPECT_EQ(find(find(document, "a"), "a"), nullptr);
  EXPECT_EQ(text(nullptr), std::nullopt);
  EXPECT_EQ(text(find(document, "n")), std::nullopt);
  EXPECT_EQ(number(nullptr), std::nullopt);
  EXPECT_EQ(number(find(document, "s")), std::nullopt);
}

TEST(JsonView, ReturnsTextsThatAreEmptyOrHaveAnyBytes) {
  const boost::json::value document = boost::json::parse(R"({"empty":"","zero":"a\u0000b"})");
  EXPECT_EQ(text(find(document, "empty")), "");
  EXPECT_EQ(text(find(document, "zero")), std::string_view("a\0b", 3));
}

TEST(JsonView, ReturnsOnlyWholeNumbersThatFit) {
  const boost::json::value document =
      boost::json::parse("[9223372036854775807,-9223372036854775808,9223372036854775808,1.5]");
  const boost::json::array& numbers = document.get_array();
  EXPECT_EQ(number(&numbers[0]), INT64_MAX);
  EXPECT_EQ(number(&numbers[1]), INT64_MIN);
  EXPECT_EQ(number(&numbers[2]), std::nullopt);
  EXPECT_EQ(number(&numbers[3]), std::nullopt);
}

}  // namespace
}  // namespace penstock::json
