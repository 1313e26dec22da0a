#include "local/filter/json_tree.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::local {
namespace {

TEST(JsonTree, ConvertsEachNumberThatADoubleHolds) {
  const auto comparable = [](const std::string& number) {
    return read_json("[" + number + "]").value().children[0].comparable;
  };
  EXPECT_EQ(comparable("-0"), 0);
  EXPECT_EQ(comparable("-999999999999999"), -999'999'999'999'999);
  EXPECT_EQ(comparable("9007199254740992"), 9'007'199'254'740'992);
  EXPECT_EQ(comparable("9007199254740993"), std::nullopt);
  EXPECT_EQ(comparable("-9007199254740993"), std::nullopt);
  EXPECT_EQ(comparable("18446744073709551615"), std::nullopt);
  EXPECT_EQ(comparable("1.5e1"), 15);
  EXPECT_EQ(comparable("\"1\""), std::nullopt);
}

TEST(JsonTree, ReadsNumbersWithAnyExponent) {
  const std::string text =
      R"({"a\\\"e99999999999": [1e99999999999, -2.5E-99999999999, 0e+4294967297, 1.0],)"
      R"("b": "e99999999999"})";
  const auto tree = read_json(text);
  ASSERT_TRUE(tree) << tree.error().message;
  ASSERT_EQ(tree->children.size(), 2u);
  EXPECT_EQ(tree->children[0].key, R"(a\"e99999999999)");
  std::string numbers;
  for (const JsonNode& number : tree->children[0].children) numbers += number.text + " ";
  EXPECT_EQ(numbers, "1e99999999999 -2.5E-99999999999 0e+4294967297 1.0 ");
  EXPECT_EQ(tree->children[0].children[0].comparable, std::nullopt);
  EXPECT_EQ(tree->children[1].text, "e99999999999");
  for (const char* wrong :
       {"[1e99999999999", "[1e99999999999,]", "[1e9999999999e9]", "1e99999999999x"}) {
    EXPECT_FALSE(read_json(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace penstock::local
